import CLinux
import Glibc

/// What the kernel counts of this process.
package enum ProcessStatistics {
    /// The resident memory in bytes, from `/proc/self/statm`; 0 when it cannot be read.
    package static func residentBytes() -> Int64 {
        guard let text = smallFile("/proc/self/statm") else { return 0 }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int64(fields[1]) else { return 0 }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The processor time used so far, in seconds.
    package static func processorSeconds() -> Double {
        Double(SystemClock.processProcessorNanoseconds()) / 1e9
    }

    /// This process's number.
    package static var processID: Int32 { getpid() }

    /// The name of the user this process runs as, or the number where it has none.
    package static var userName: String {
        guard let entry = unsafe getpwuid(getuid()), let name = unsafe entry.pointee.pw_name else {
            return String(getuid())
        }
        return unsafe String(cString: name)
    }

    private static func smallFile(_ path: String) -> String? {
        let raw = unsafe live_loop_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard raw >= 0 else { return nil }
        let file = FileDescriptor(owning: raw)
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = unsafe read(file.rawValue, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}

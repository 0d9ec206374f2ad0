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

    /// The memory of this process, in bytes.
    package struct Memory: Sendable, Equatable {
        /// Addresses that are mapped.
        package var virtualBytes: Int64 = 0
        /// What lies in memory.
        package var residentBytes: Int64 = 0
        /// What can be written and belongs to this process alone: heap, stacks and data.
        package var dataBytes: Int64 = 0
        package init() {}
    }

    /// The memory of this process, from `/proc/self/statm`; zeros when that cannot be read.
    package static func memory() -> Memory {
        let pages = (smallFile("/proc/self/statm") ?? "").split { $0 == " " || $0 == "\n" }
            .map { Int64($0) ?? 0 }
        let pageBytes = Int64(sysconf(Int32(_SC_PAGESIZE)))
        var memory = Memory()
        guard pages.count > 5 else { return memory }
        memory.virtualBytes = pages[0] * pageBytes
        memory.residentBytes = pages[1] * pageBytes
        memory.dataBytes = pages[5] * pageBytes
        return memory
    }

    /// The most addresses that this process may map, in bytes; `nil` where there is no limit.
    package static func addressSpaceMax() -> UInt64? {
        var raw = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &raw) == 0,
            raw.rlim_cur != .max
        else { return nil }
        return UInt64(raw.rlim_cur)
    }

    /// The number of threads of this process; 0 when the kernel does not say.
    package static func threadCount() -> Int {
        do throws(SystemError) {
            return try Directory.names(in: "/proc/self/task", limit: 1 << 16).count
        } catch {
            return 0
        }
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

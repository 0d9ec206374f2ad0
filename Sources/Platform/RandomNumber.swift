import CLinux
import Glibc

/// Numbers that nobody can foresee, for what must differ between installations.
///
/// What must be repeatable draws from a seeded generator instead.
package enum RandomNumber {
    /// Draws 32 bits from `/dev/urandom`.
    ///
    /// - Throws: `SystemError` when the device cannot be read; there is no second source.
    package static func draw() throws(SystemError) -> UInt32 {
        let path = "/dev/urandom"
        let raw = try check("open", path: path) {
            unsafe live_loop_open(path, O_RDONLY | O_CLOEXEC, 0)
        }
        let file = FileDescriptor(owning: raw)
        var number: UInt32 = 0
        let size = MemoryLayout<UInt32>.size
        let count = try check("read", path: path) { unsafe read(file.rawValue, &number, size) }
        guard count == size else { throw SystemError(code: EIO, call: "read", path: path) }
        return number
    }
}

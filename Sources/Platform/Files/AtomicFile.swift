import CLinux
import Glibc

/// Writing of small files that are either whole or not there.
package enum AtomicFile {
    /// Replaces a file, durably: temporary file, `fsync`, `rename`, `fsync` of the directory.
    ///
    /// - Parameters:
    ///   - bytes: The new content.
    ///   - path: The file; what had that name before is gone.
    ///   - mode: The permissions, whatever the umask.
    /// - Throws: `SystemError`. The old file is still there, unless the last step failed.
    package static func write(
        _ bytes: [UInt8],
        to path: String,
        mode: UInt32 = 0o644
    ) throws(SystemError) {
        let temporary = try writeTemporary(bytes, beside: path, mode: mode)
        do throws(SystemError) {
            try RegularFile.rename(temporary, to: path)
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
    }

    /// Creates an empty file without writing a byte, which works on a full disk.
    ///
    /// - Throws: `SystemError`; `EEXIST` when anything has that name.
    package static func createEmpty(_ path: String, mode: UInt32 = 0o644) throws(SystemError) {
        _ = try RegularFile.open(path, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
        try Directory.sync(Directory.parent(of: path))
    }

    private static func writeTemporary(
        _ bytes: [UInt8],
        beside path: String,
        mode: UInt32
    ) throws(SystemError) -> String {
        let (directory, name) = Directory.split(path)
        var attempt = 0
        while true {
            let temporary = "\(directory)/.\(name).\(getpid()).\(attempt).tmp"
            do throws(SystemError) {
                try create(temporary, holding: bytes, mode: mode)
                return temporary
            } catch {
                // A process of the same number may have died here before, or a thread is at it.
                guard error.code == EEXIST, attempt < 64 else { throw error }
                attempt += 1
            }
        }
    }

    private static func create(
        _ path: String,
        holding bytes: [UInt8],
        mode: UInt32
    ) throws(SystemError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let descriptor = try RegularFile.open(path, flags: flags, mode: mode)
        do throws(SystemError) {
            try check("fchmod", path: path) { fchmod(descriptor.rawValue, mode) }
            try RegularFile.write(bytes, to: descriptor, path: path)
            try check("fsync", path: path) { fsync(descriptor.rawValue) }
        } catch {
            _ = unsafe unlink(path)
            throw error
        }
    }
}

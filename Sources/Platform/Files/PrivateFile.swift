import CLinux
import Glibc

/// Why a file with a secret cannot be trusted.
package enum PrivateFileFault: Error, Sendable, Equatable {
    /// It cannot be read.
    case unreadable(SystemError)
    /// It belongs to another user, who may have written it.
    case foreignOwner(path: String, ownerID: UInt32)
    /// Others than its owner may read or write it; `mode` is its permissions.
    case openToOthers(path: String, mode: UInt32)
}

extension PrivateFileFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let error): "\(error)"
        case .foreignOwner(let path, let ownerID):
            "\(path) belongs to user \(ownerID); make it yours with chown"
        case .openToOthers(let path, let mode):
            "\(path) is open to others (mode 0\(String(mode, radix: 8))); close it with chmod 600"
        }
    }
}

/// Reading of files that hold a secret.
package enum PrivateFile {
    /// Reads a small file that only this user can read or write.
    ///
    /// Owner and permissions are those of the opened file, so that it cannot be exchanged between
    /// the check and the reading. A symbolic link is not followed.
    ///
    /// - Returns: The content, at most `limit` bytes.
    package static func read(_ path: String, limit: Int) throws(PrivateFileFault) -> [UInt8] {
        let content: [UInt8]
        let status: stat
        do throws(SystemError) {
            let descriptor = try RegularFile.open(path, flags: O_RDONLY | O_NOFOLLOW)
            status = try Self.status(of: descriptor.rawValue, path)
            content = try bytes(of: descriptor.rawValue, limit: limit, path)
        } catch {
            throw .unreadable(error)
        }
        guard status.st_uid == geteuid() else {
            throw .foreignOwner(path: path, ownerID: status.st_uid)
        }
        let mode = status.st_mode & 0o7777
        guard mode & 0o077 == 0 else { throw .openToOthers(path: path, mode: mode) }
        return content
    }

    private static func status(of descriptor: Int32, _ path: String) throws(SystemError) -> stat {
        var status = stat()
        try check("fstat", path: path) { unsafe fstat(descriptor, &status) }
        return status
    }

    private static func bytes(
        of descriptor: Int32,
        limit: Int,
        _ path: String
    ) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        let count = try check("read", path: path) {
            unsafe Glibc.read(descriptor, &bytes, limit + 1)
        }
        guard count <= limit else { throw SystemError(code: EFBIG, call: "read", path: path) }
        return Array(bytes.prefix(count))
    }
}

import CLinux
import Glibc

/// Making, listing and synchronizing of directories.
package enum Directory {
    /// Makes a directory and what is missing above it.
    ///
    /// - Parameters:
    ///   - path: The directory; it may exist already, and its mode is then left alone.
    ///   - mode: The permissions of `path`, whatever the umask; those above get `0o755`.
    /// - Throws: `SystemError`; `ENOTDIR` when something else has that name.
    package static func create(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
        if let status = FileStatus.look(at: path, followingLinks: true).0 {
            guard status.kind == .directory else {
                throw SystemError(code: ENOTDIR, call: "mkdir", path: path)
            }
            return
        }
        let parent = parent(of: path)
        if parent != path, FileStatus.look(at: parent, followingLinks: true).0 == nil {
            try create(parent)
        }
        do throws(SystemError) {
            try check("mkdir", path: path) { unsafe mkdir(path, mode) }
            try check("chmod", path: path) { unsafe chmod(path, mode) }
        } catch {
            guard error.code == EEXIST else { throw error }
        }
    }

    /// Removes an empty directory and makes the removal durable.
    package static func remove(_ path: String) throws(SystemError) {
        try check("rmdir", path: path) { unsafe rmdir(path) }
        try sync(parent(of: path))
    }

    /// Lists the names that begin with `prefix` and end with `suffix`, sorted by their bytes.
    ///
    /// - Parameters:
    ///   - path: The directory.
    ///   - prefix: How the names begin.
    ///   - suffix: How they end.
    ///   - limit: The most entries, of any name, that are looked at.
    /// - Returns: The names, without the directory.
    /// - Throws: `SystemError`; `E2BIG` when the directory has more entries.
    package static func names(
        in path: String,
        prefix: String = "",
        suffix: String = "",
        limit: Int
    ) throws(SystemError) -> [String] {
        guard let handle = unsafe opendir(path) else {
            throw SystemError(code: errno, call: "opendir", path: path)
        }
        defer { _ = unsafe closedir(handle) }
        var names: [String] = []
        var seen = 0
        while true {
            errno = 0
            guard let entry = unsafe readdir(handle) else {
                let code = errno
                guard code == 0 else { throw SystemError(code: code, call: "readdir", path: path) }
                return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
            }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            seen += 1
            guard seen <= limit else { throw SystemError(code: E2BIG, call: "readdir", path: path) }
            if name.hasPrefix(prefix), name.hasSuffix(suffix) { names.append(name) }
        }
    }

    /// Whether this user can make files in a directory (`access`).
    package static func isWritable(_ path: String) -> Bool {
        unsafe access(path, W_OK | X_OK) == 0
    }

    /// Makes the names in a directory durable (`fsync` of the directory).
    package static func sync(_ path: String) throws(SystemError) {
        let raw = try check("open", path: path) {
            unsafe live_loop_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        }
        let descriptor = FileDescriptor(owning: raw)
        try check("fsync", path: path) { fsync(descriptor.rawValue) }
    }

    /// The directory in which a path's last component lies.
    package static func parent(of path: String) -> String { split(path).directory }

    /// A path's directory and last component.
    static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let name = String(path[path.index(after: slash)...])
        return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
    }
}

import Glibc

/// A new, empty directory that is removed, with all that is in it, when its owner ends.
package struct ScratchDirectory: ~Copyable {
    /// The entries that a removal looks at in one directory at most.
    private static let entriesMax = 10_000
    /// How deep a removal goes at most.
    private static let depthMax = 8

    /// Where it is.
    package let path: String

    /// Makes a directory of mode `0o700` with a name of its own (`mkdtemp`).
    ///
    /// - Parameters:
    ///   - base: The directory in which it is made.
    ///   - name: How its name begins.
    /// - Throws: `SystemError` when nothing can be made there.
    package init(in base: String, name: String) throws(SystemError) {
        var template = Array("\(base)/\(name).XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw SystemError(code: errno, call: "mkdtemp", path: base)
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { Self.empty(path, depth: 0) }

    /// Removes a directory as far as that is possible: what is left over harms nobody.
    private static func empty(_ path: String, depth: Int) {
        if depth < depthMax, let names = names(in: path) {
            for name in names {
                let entry = path + "/" + name
                if FileStatus.look(at: entry, followingLinks: false).0?.kind == .directory {
                    empty(entry, depth: depth + 1)
                } else {
                    _ = unsafe unlink(entry)
                }
            }
        }
        _ = unsafe rmdir(path)
    }

    private static func names(in path: String) -> [String]? {
        do throws(SystemError) {
            return try Directory.names(in: path, limit: entriesMax)
        } catch {
            return nil
        }
    }
}

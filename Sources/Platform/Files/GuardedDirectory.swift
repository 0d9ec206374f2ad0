import CLinux
import Glibc

/// A directory that was looked at once and must stay the same one.
///
/// A missing file and a missing directory both give `ENOENT`, and a file system mounted over the
/// directory hides the files in it. So "the file is absent" is only believed while the directory is
/// the very one that was armed, by device and inode.
package struct GuardedDirectory: Sendable {
    /// Where the directory is.
    package let path: String
    /// Which directory it was when it was armed.
    package let identity: FileIdentity
    /// The type of its file system, such as `ext4`.
    package let fileSystemName: String

    /// Remembers which directory `path` is.
    ///
    /// - Parameters:
    ///   - path: An existing directory.
    ///   - allowingAnyFileSystem: Accepts file systems on which a look may hang, such as NFS or FUSE.
    /// - Throws: `GuardedDirectoryError` when it is missing, no directory, or not local.
    package init(
        arming path: String,
        allowingAnyFileSystem: Bool = false
    ) throws(GuardedDirectoryError) {
        let status: FileStatus
        let fileSystem: FileSystemType
        do throws(SystemError) {
            status = try FileStatus(followingLinksOf: path)
            fileSystem = try FileSystemType(of: path)
        } catch {
            throw .unreachable(error)
        }
        guard status.kind == .directory else { throw .notADirectory(path: path) }
        guard fileSystem.isLocal || allowingAnyFileSystem else {
            throw .fileSystemNotLocal(path: path, fileSystemName: fileSystem.name)
        }
        self.path = path
        identity = status.identity
        fileSystemName = fileSystem.name
    }

    /// Looks for a file in the directory; allocates nothing when it is absent.
    ///
    /// Any thread may call it. It makes two system calls.
    /// - Parameter file: The whole path of the file.
    /// - Returns: Whether it is there, as far as that can be proved.
    package func presence(of file: String) -> FilePresence {
        switch look(for: file) {
        case nil: provenAbsence()
        case let found?: found
        }
    }

    /// Looks for either of two files in the directory, as ``presence(of:)`` does for one.
    ///
    /// The first one that is not provably absent decides.
    package func presence(of first: String, or second: String) -> FilePresence {
        look(for: first) ?? look(for: second) ?? provenAbsence()
    }

    /// Says what was found, or `nil` when there is no such entry in whatever directory is there.
    private func look(for file: String) -> FilePresence? {
        let (status, code) = FileStatus.look(at: file, followingLinks: false)
        if let status { return .present(status) }
        if code == ENOENT { return nil }
        return .unprovable(.lookFailed(SystemError(code: code, call: "lstat", path: file)))
    }

    private func provenAbsence() -> FilePresence {
        let (status, code) = FileStatus.look(at: path, followingLinks: true)
        guard let status else {
            return .unprovable(.lookFailed(SystemError(code: code, call: "stat", path: path)))
        }
        guard status.kind == .directory else { return .unprovable(.notADirectory(path: path)) }
        guard status.identity == identity else { return .unprovable(.replaced(path: path)) }
        return .absent(directory: status)
    }
}

/// What a look for a file found.
package enum FilePresence: Sendable, Equatable {
    /// There is no such file in the armed directory, whose present state comes along.
    case absent(directory: FileStatus)
    /// There is an entry of that name, of any kind.
    case present(FileStatus)
    /// Nobody can say.
    case unprovable(FileDoubt)
}

/// Why nobody can say whether a file exists.
package enum FileDoubt: Sendable, Equatable {
    case lookFailed(SystemError)
    case notADirectory(path: String)
    /// Another directory is there now: it was moved away, made anew or mounted over.
    case replaced(path: String)
}

extension FileDoubt: CustomStringConvertible {
    package var description: String {
        switch self {
        case .lookFailed(let error): error.description
        case .notADirectory(let path): "\(path) is no directory any more"
        case .replaced(let path): "\(path) is not the directory that was armed at start"
        }
    }
}

/// Why a directory cannot be armed.
package enum GuardedDirectoryError: Error, Equatable {
    case unreachable(SystemError)
    case notADirectory(path: String)
    /// A look at a file there may hang or lie.
    case fileSystemNotLocal(path: String, fileSystemName: String)
}

extension GuardedDirectoryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let error):
            "\(error); create the directory and let this user search it"
        case .notADirectory(let path):
            "\(path) is not a directory; name another one or remove what is there"
        case .fileSystemNotLocal(let path, let name):
            "\(path) lies on \(name), which is not known to be local, so a look may hang; "
                + "use a local file system"
        }
    }
}

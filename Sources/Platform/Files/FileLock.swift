import CLinux
import Glibc

/// An exclusive lock on a file or directory, held until the owner ends (`flock`).
///
/// It belongs to the open file: a stopped owner keeps it, a killed one loses it at once, and
/// `O_CLOEXEC` keeps it from children.
package struct FileLock: ~Copyable, Sendable {
    /// What is locked.
    package let path: String
    private let descriptor: FileDescriptor
    private let identity: FileIdentity

    /// Locks a file, which is created where it is missing.
    ///
    /// - Throws: `SystemError`; `EWOULDBLOCK` when another process holds the lock.
    package init(file path: String, mode: UInt32 = 0o644) throws(SystemError) {
        var attempt = 0
        while true {
            let flags = O_RDWR | O_CREAT | O_NOFOLLOW
            let opened = try RegularFile.open(path, flags: flags, mode: mode)
            try check("flock", path: path) { flock(opened.rawValue, LOCK_EX | LOCK_NB) }
            let status = try FileStatus(ofDescriptor: opened.rawValue, path: path)
            // Between opening and locking the name may have been given to another file.
            if try FileStatus(of: path).identity == status.identity {
                self.path = path
                identity = status.identity
                descriptor = opened
                return
            }
            attempt += 1
            guard attempt < 8 else { throw SystemError(code: ESTALE, call: "flock", path: path) }
        }
    }

    /// Locks an existing directory.
    ///
    /// - Throws: `SystemError`; `EWOULDBLOCK` when another process holds the lock.
    package init(directory path: String) throws(SystemError) {
        let raw = try check("open", path: path) {
            unsafe live_loop_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        }
        let opened = FileDescriptor(owning: raw)
        try check("flock", path: path) { flock(opened.rawValue, LOCK_EX | LOCK_NB) }
        let status = try FileStatus(ofDescriptor: opened.rawValue, path: path)
        self.path = path
        identity = status.identity
        descriptor = opened
    }

    // A child that is just being started has copies of all descriptors until its program is loaded: closing
    // ours alone would leave the file locked for so long.
    deinit { _ = flock(descriptor.rawValue, LOCK_UN) }

    /// Replaces the content of a locked file with the number of this process.
    package func writeProcessID() throws(SystemError) {
        try check("ftruncate", path: path) { ftruncate(descriptor.rawValue, 0) }
        try check("lseek", path: path) { lseek(descriptor.rawValue, 0, SEEK_SET) }
        try RegularFile.write(Array("\(getpid())\n".utf8), to: descriptor, path: path)
        try check("fsync", path: path) { fsync(descriptor.rawValue) }
    }

    /// Whether the name still belongs to the file that is locked.
    ///
    /// Once it was removed, another process could lock a new file of that name.
    package var isInPlace: Bool {
        FileStatus.look(at: path, followingLinks: true).0?.identity == identity
    }
}

/// Who holds a lock file.
package enum FileLockHolder: Sendable, Equatable {
    case nobody
    /// A process, with its number where the file tells it.
    case process(id: Int32?)
}

extension FileLock {
    /// Says who holds a lock file, without taking it.
    ///
    /// It shares the lock for a few microseconds, so that one that takes it should try again.
    /// - Throws: `SystemError` when nobody can say; a missing file is held by nobody.
    package static func holder(of path: String) throws(SystemError) -> FileLockHolder {
        do throws(SystemError) {
            let opened = try RegularFile.open(path, flags: O_RDONLY | O_NOFOLLOW)
            try check("flock", path: path) { flock(opened.rawValue, LOCK_SH | LOCK_NB) }
            _ = flock(opened.rawValue, LOCK_UN)
            return .nobody
        } catch {
            if error.code == ENOENT { return .nobody }
            guard error.code == EWOULDBLOCK else { throw error }
            return .process(id: processID(in: path))
        }
    }

    /// The process number that a lock file holds, if it holds one.
    package static func processID(in path: String) -> Int32? {
        do throws(SystemError) {
            let bytes = try RegularFile.read(path, limit: 32)
            let digits = bytes.prefix { (0x30...0x39).contains($0) }
            return Int32(String(decoding: digits, as: UTF8.self))
        } catch {
            return nil
        }
    }
}

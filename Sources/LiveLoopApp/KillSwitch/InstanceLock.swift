package import Platform

/// Makes this process the only live loop of its lock directory, for as long as it lives.
///
/// The directory itself is locked, so that removing the lock file frees nothing; the file is locked
/// too and tells the process number.
package struct InstanceLock: ~Copyable, Sendable {
    private let directory: FileLock
    private let file: FileLock

    /// Takes the lock.
    ///
    /// Who only looks at the lock shares it for microseconds; a few short waits outlast that.
    package init(_ paths: KillSwitchPaths) throws(InstanceLockError) {
        do throws(SystemError) {
            let directory = try Self.patiently { () throws(SystemError) in
                try FileLock(directory: paths.lockDirectory)
            }
            let file = try Self.patiently { () throws(SystemError) in
                try FileLock(file: paths.instanceLockFile)
            }
            try file.writeProcessID()
            self.directory = directory
            self.file = file
        } catch {
            guard error.isHeldByAnother else { throw .failed(error) }
            throw .held(
                directory: paths.lockDirectory,
                processID: FileLock.processID(in: paths.instanceLockFile)
            )
        }
    }

    /// Whether the lock file and the directory are still those that were locked.
    package var isInPlace: Bool { directory.isInPlace && file.isInPlace }

    private static func patiently(
        _ take: () throws(SystemError) -> FileLock
    ) throws(SystemError) -> FileLock {
        for _ in 0..<4 {
            do throws(SystemError) {
                return try take()
            } catch {
                guard error.isHeldByAnother else { throw error }
            }
            var pause = PollSet(reading: [])
            _ = pause.wait(nanoseconds: 5_000_000)
        }
        return try take()
    }
}

/// Why this process is not the only live loop.
package enum InstanceLockError: Error, Equatable {
    /// Another one has the lock, with its process number where it is known.
    case held(directory: String, processID: Int32?)
    case failed(SystemError)

    /// The exit code of a process that stops for it.
    package var status: ExitCode {
        switch self {
        case .held: .alreadyRunning
        case .failed: .failure
        }
    }
}

extension InstanceLockError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .held(let directory, let processID):
            "another live loop\(processID.map { " (process \($0))" } ?? "") uses \(directory); "
                + "stop it, or give this one a lock directory of its own"
        case .failed(let error):
            "\(error); the lock directory must exist and be writable for this user"
        }
    }
}

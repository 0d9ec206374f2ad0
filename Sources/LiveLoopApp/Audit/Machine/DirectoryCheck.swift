internal import Platform

/// A directory of the process: there, writable, and not open to everybody.
package struct DirectoryCheck: AuditCheck {
    /// The variable that names it.
    package var variable: String
    /// Where it is.
    package var path: String

    package init(variable: String, path: String) {
        self.variable = variable
        self.path = path
    }

    package func run() -> [AuditResult] {
        let item = AuditItem(
            .exclusiveControl,
            "\(variable) is ours to write and closed to others",
            limit: "a directory, writable, owned by this user or the administrator, not by all",
            remedy: "make \(path) a directory of this user with mode 0755 or narrower"
        )
        do throws(SystemError) {
            guard try FileStatus(followingLinksOf: path).kind == .directory else {
                return [item.result(.fail, "\(path) is no directory")]
            }
            let permissions = try FilePermissions(of: path)
            let found = "\(path), mode \(permissions.octal), owner \(permissions.ownerID)"
            guard Directory.isWritable(path) else {
                return [item.result(.fail, found + ", not writable")]
            }
            let isClosed = !permissions.isWorldWritable && permissions.isOwnedByUs
            return [item.result(holds: isClosed, found)]
        } catch {
            return [item.result(.fail, error.description)]
        }
    }
}

/// The file systems of the lock and the state directory: one that answers, and one that remembers.
package struct FileSystemCheck: AuditCheck {
    /// Where the kill switch is looked for.
    package var lockDirectory: String
    /// Where the latch is kept.
    package var stateDirectory: String
    /// Whether the operator has accepted a kill switch on any file system.
    package var allowsAnyFileSystem: Bool

    package init(lockDirectory: String, stateDirectory: String, allowsAnyFileSystem: Bool) {
        self.lockDirectory = lockDirectory
        self.stateDirectory = stateDirectory
        self.allowsAnyFileSystem = allowsAnyFileSystem
    }

    package func run() -> [AuditResult] {
        let lock = AuditItem(
            .killSwitch,
            "a look for the kill file cannot hang",
            limit: "a local file system",
            remedy: "put MT5_CRS_LOCK_DIR on a local file system"
        )
        let state = AuditItem(
            .killSwitch,
            "the latch outlives a reboot",
            limit: "a file system on a disk",
            remedy: "put MT5_CRS_STATE_DIR on a disk"
        )
        return [
            judge(lock, lockDirectory) { type in
                type.isLocal ? .pass : allowsAnyFileSystem ? .warn : .fail
            },
            judge(state, stateDirectory) { type in
                if ["tmpfs", "ramfs"].contains(type.name) { return .warn }
                return type.isLocal ? .pass : .warn
            },
        ]
    }

    private func judge(
        _ item: AuditItem,
        _ path: String,
        _ outcome: (FileSystemType) -> AuditOutcome
    ) -> AuditResult {
        do throws(SystemError) {
            let type = try FileSystemType(of: path)
            return item.result(outcome(type), "\(path) lies on \(type.name)")
        } catch {
            return item.result(.fail, error.description)
        }
    }
}

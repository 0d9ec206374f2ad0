package import Platform
import Telemetry
package import TradingCore

/// Looks whether a kill file is there; any thread may ask at any time.
///
/// A look is two system calls and no file is opened for it. A directory that cannot be armed gives a
/// switch that is engaged for good, so that the process can run and say why it does not trade.
package struct KillSwitchFile: Sendable {
    /// Where the files are.
    package let paths: KillSwitchPaths
    /// Why every look fails, if the directory could not be armed.
    package let armingError: GuardedDirectoryError?
    private let directory: GuardedDirectory?

    /// Remembers which directory the lock directory is.
    ///
    /// - Parameters:
    ///   - paths: Where the files are.
    ///   - allowingAnyFileSystem: Accepts file systems on which a look may hang.
    package init(_ paths: KillSwitchPaths, allowingAnyFileSystem: Bool = false) {
        self.paths = paths
        do throws(GuardedDirectoryError) {
            directory = try GuardedDirectory(
                arming: paths.lockDirectory,
                allowingAnyFileSystem: allowingAnyFileSystem
            )
            armingError = nil
        } catch {
            directory = nil
            armingError = error
        }
    }

    /// Looks for the kill file of the whole process.
    package func probe() -> KillSwitchProbe { Self.probe(presence()) }

    /// Looks for the kill file of the whole process and for that of a symbol; used before a send.
    ///
    /// - Parameter symbolFile: What ``KillSwitchPaths/killFile(forSymbol:)`` gave, kept by the caller.
    /// - Returns: Absent only if neither is there.
    package func probe(symbolFile: String) -> KillSwitchProbe {
        Self.probe(directory?.presence(of: paths.killFile, or: symbolFile) ?? unarmed)
    }

    /// Puts the file in place that engages by a rename, which works without free space or inodes.
    ///
    /// - Throws: `SystemError`; then a full disk leaves the control socket and the signal.
    package func prepareArmedFile() throws(SystemError) {
        do throws(SystemError) {
            try AtomicFile.createEmpty(paths.armedFile)
        } catch {
            guard error.isAlreadyThere else { throw error }
        }
    }

    /// Looks for the kill file of the whole process, with all that the file system says.
    func presence() -> FilePresence {
        directory?.presence(of: paths.killFile) ?? unarmed
    }

    /// What a kill file says about itself, if it is a regular one; never waits.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - status: What it was when it was seen.
    ///   - now: The wall clock when it was seen, in nanoseconds.
    ///   - timing: What bounds the reaction.
    /// - Returns: The reason and operator of our own commands, else the owner of the file.
    static func note(
        in path: String,
        status: FileStatus,
        seenAt now: Int64,
        timing: KillSwitchTiming
    ) -> KillSwitchNote {
        var note = KillSwitchNote(
            operatorName: "uid \(status.ownerID)",
            reactionMicroseconds: timing.reactionMicroseconds(
                changedAt: status.changedNanoseconds,
                seenAt: now
            )
        )
        guard status.kind == .file, status.size > 0 else { return note }
        do throws(SystemError) {
            let bytes = try RegularFile.read(path, limit: 4096)
            guard let record = FlatJSONObject(bytes) else { return note }
            note.reason = record.string("reason") ?? ""
            note.operatorName = record.string("operator") ?? note.operatorName
            return note
        } catch {
            // What it says never matters: that it is there does.
            return note
        }
    }

    private var unarmed: FilePresence {
        .unprovable(.notADirectory(path: paths.lockDirectory))
    }

    private static func probe(_ presence: FilePresence) -> KillSwitchProbe {
        switch presence {
        case .absent: .absent
        case .present(let status): .present(KillSwitchFileKind(status.kind))
        case .unprovable(let doubt): .unprovable(doubt.description)
        }
    }
}

extension KillSwitchFileKind {
    init(_ kind: FileKind) {
        self =
            switch kind {
            case .file: .file
            case .symlink: .symlink
            case .fifo: .fifo
            case .directory: .directory
            case .socket: .socket
            case .other: .other
            }
    }
}

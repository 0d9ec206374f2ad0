package import Platform
internal import Telemetry

/// Room for what this process may write before somebody notices.
package struct DiskSpaceCheck: AuditCheck {
    /// Below this the gate stays shut, in bytes beside the log: latch, journal and summaries.
    package static let reserveBytes: Int64 = 64_000_000
    /// Below this a person is told, in bytes.
    package static let comfortBytes: Int64 = 1_000_000_000
    /// Below this the gate stays shut, in files.
    package static let filesMin: Int64 = 1000

    /// The variable that names the directory.
    package var variable: String
    /// The directory.
    package var path: String
    /// What the log may take there, in bytes; 0 where there is none.
    package var logBytes: Int64
    /// Asks how much room there is.
    package var space: @Sendable (String) throws(SystemError) -> FileSystemSpace

    package init(
        variable: String,
        path: String,
        logBytes: Int64,
        space: @escaping @Sendable (String) throws(SystemError) -> FileSystemSpace = {
            (path) throws(SystemError) in try FileSystemSpace(of: path)
        }
    ) {
        self.variable = variable
        self.path = path
        self.logBytes = logBytes
        self.space = space
    }

    package func run() -> [AuditResult] {
        let needed = logBytes + Self.reserveBytes
        let item = AuditItem(
            .records,
            "there is room below \(variable)",
            limit: "\(Self.megabytes(needed)) MB and \(Self.filesMin) files free",
            remedy: "free space on the file system of \(path), or move \(variable)"
        )
        do throws(SystemError) {
            let free = try space(path)
            let files = free.freeFiles ?? .max
            let measured =
                "\(Self.megabytes(free.freeBytes)) MB"
                + (free.freeFiles.map { ", \($0) files" } ?? "") + " free"
            guard free.freeBytes >= needed, files >= Self.filesMin else {
                return [item.result(.fail, measured)]
            }
            return [item.result(free.freeBytes < Self.comfortBytes ? .warn : .pass, measured)]
        } catch {
            return [item.result(.fail, error.description)]
        }
    }

    private static func megabytes(_ bytes: Int64) -> Int64 { bytes / 1_000_000 }
}

/// Descriptors enough for every connection, and for a second one beside each.
package struct DescriptorCheck: AuditCheck {
    /// Descriptors of the process without feeds: files, wake-ups, the control socket and the log.
    package static let base: UInt64 = 96
    /// Descriptors of a feed while two connections overlap: sockets, monitors and their wake-ups.
    package static let perFeed: UInt64 = 24

    /// The feeds of the configuration.
    package var feedCount: Int
    /// Asks for the limit.
    package var limit: @Sendable () throws(SystemError) -> DescriptorLimit

    package init(
        feedCount: Int,
        limit: @escaping @Sendable () throws(SystemError) -> DescriptorLimit = {
            () throws(SystemError) in try DescriptorLimit()
        }
    ) {
        self.feedCount = feedCount
        self.limit = limit
    }

    package func run() -> [AuditResult] {
        let needed = Self.base + Self.perFeed * UInt64(max(1, feedCount))
        let item = AuditItem(
            .continuity,
            "descriptors suffice for \(max(1, feedCount)) feeds",
            limit: "\(needed) free",
            remedy: "raise the limit: LimitNOFILE in the unit, or ulimit -n"
        )
        do throws(SystemError) {
            let found = try limit()
            let measured = "\(found.headroom) free of \(found.current)"
            guard found.headroom >= needed else { return [item.result(.fail, measured)] }
            return [item.result(found.headroom < 2 * needed ? .warn : .pass, measured)]
        } catch {
            return [item.result(.fail, error.description)]
        }
    }
}

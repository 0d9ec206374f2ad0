package import Platform
package import TradingCore

/// What is latched, kept in the state directory across restarts and reboots.
///
/// One line of JSON for each trip; no file means that nothing is latched. Anything in the file that
/// is not understood, and an empty file too, reads as a latch of everything.
package struct KillSwitchLatch: Sendable {
    /// The most bytes that are read: all the trips a state can hold, with texts of full length.
    private static let maximumLength = 1 << 20

    private let path: String
    private let directory: String

    /// Names the latch; touches nothing.
    package init(_ paths: KillSwitchPaths) {
        path = paths.latchFile
        directory = paths.stateDirectory
    }

    /// Reads what is latched.
    ///
    /// - Parameter time: The time of the trip that stands for an unreadable latch.
    /// - Returns: The trips to start from; empty when nothing is latched.
    package func read(at time: WallTime) -> [KillSwitchTrip] {
        do throws(SystemError) {
            return trips(in: try RegularFile.read(path, limit: Self.maximumLength))
                ?? [unreadable("its content is not understood", time)]
        } catch {
            guard error.isNoSuchFile else { return [unreadable(error.description, time)] }
            return isDirectoryThere
                ? [] : [unreadable("the state directory \(directory) is missing", time)]
        }
    }

    /// Makes the latch say what is latched now, durably.
    ///
    /// - Throws: `SystemError`; the caller stays engaged and says so. After a failed release it
    ///   engages again, because the next start would.
    package func write(_ trips: [KillSwitchTrip]) throws(SystemError) {
        guard trips.isEmpty else {
            let text = trips.map(KillSwitchRecord.line).joined()
            return try AtomicFile.write(Array(text.utf8), to: path, mode: 0o640)
        }
        do throws(SystemError) {
            try RegularFile.remove(path)
        } catch {
            guard error.isNoSuchFile, isDirectoryThere else { throw error }
        }
    }

    private var isDirectoryThere: Bool {
        do throws(SystemError) {
            return try FileStatus(followingLinksOf: directory).kind == .directory
        } catch {
            return false
        }
    }

    private func trips(in bytes: [UInt8]) -> [KillSwitchTrip]? {
        guard bytes.last == UInt8(ascii: "\n") else { return nil }
        var trips: [KillSwitchTrip] = []
        for line in bytes.dropLast().split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        ) {
            guard let trip = KillSwitchRecord.trip(line) else { return nil }
            trips.append(trip)
        }
        return trips
    }

    private func unreadable(_ why: String, _ time: WallTime) -> KillSwitchTrip {
        KillSwitchTrip(
            cause: .latch,
            reason: "the latch \(path) cannot be read: \(why)",
            operatorName: "live-loop",
            time: time,
            noticedBy: .start
        )
    }
}

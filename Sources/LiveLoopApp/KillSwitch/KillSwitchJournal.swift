package import Platform
import Telemetry
package import TradingCore

/// Who engaged and released the kill switch, and who was refused: one line of JSON for each.
///
/// Lines are only added, and each is on the disk before the call returns. A full file is kept under
/// the next number, and of those only the youngest few.
package struct KillSwitchJournal: ~Copyable {
    /// A file is put aside before it grows beyond this many bytes.
    package static let maximumLength: Int64 = 1 << 20
    /// How many files that were put aside are kept.
    package static let keptFileCount = 8

    private let path: String
    private let maximumLength: Int64
    private var file: AppendFile?

    /// Opens the journal, or creates it.
    ///
    /// - Parameters:
    ///   - paths: Where the files are.
    ///   - maximumLength: When a file is put aside, in bytes.
    /// - Throws: `SystemError` when it cannot be opened for appending.
    package init(
        _ paths: KillSwitchPaths,
        maximumLength: Int64 = Self.maximumLength
    ) throws(SystemError) {
        let opened = try AppendFile(paths.journalFile)
        path = paths.journalFile
        self.maximumLength = maximumLength
        file = consume opened
    }

    /// Notes that the kill switch was engaged.
    package mutating func engaged(_ trip: KillSwitchTrip) throws(SystemError) {
        try append("engaged", at: trip.time) { KillSwitchRecord.write(trip, into: &$0) }
    }

    /// Notes what became of a request to lift the latch.
    package mutating func requested(
        _ request: KillSwitchResetRequest,
        outcome: KillSwitchResetOutcome,
        at time: WallTime
    ) throws(SystemError) {
        let event =
            switch outcome {
            case .lifted: "reset"
            case .notEngaged: "not_engaged"
            case .refused: "refused"
            }
        try append(event, at: time) { json in
            if case .symbol(let name) = request.scope {
                json.value(name, "symbol")
            } else {
                json.null("symbol")
            }
            json.value(request.reason, "reason")
            json.value(request.operatorName, "operator")
            json.value(time.nanoseconds, "time_ns")
            json.value(time.description, "time")
            switch outcome {
            case .lifted(let trips): json.value(trips.count, "lifted")
            case .notEngaged: break
            case .refused(let refusal): json.value(refusal.description, "refusal")
            }
        }
    }

    private mutating func append(
        _ event: String,
        at time: WallTime,
        _ body: (inout JSONWriter) -> Void
    ) throws(SystemError) {
        var json = JSONWriter()
        json.object {
            $0.value(event, "event")
            body(&$0)
        }
        let line = Array((json.text + "\n").utf8)
        if let size = file?.size, size > 0, size + Int64(line.count) > maximumLength {
            try putAside()
        }
        if file == nil { file = try AppendFile(path) }
        try file?.append(line)
    }

    private mutating func putAside() throws(SystemError) {
        file = nil
        for number in stride(from: Self.keptFileCount - 1, through: 1, by: -1) {
            do throws(SystemError) {
                try RegularFile.rename("\(path).\(number)", to: "\(path).\(number + 1)")
            } catch {
                guard error.isNoSuchFile else { throw error }
            }
        }
        try RegularFile.rename(path, to: "\(path).1")
    }
}

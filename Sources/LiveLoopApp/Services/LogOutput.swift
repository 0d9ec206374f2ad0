import Platform
import Telemetry
import TradingCore

/// Renders log records and puts them where they belong; owned by the log thread.
struct LogOutput: ~Copyable, Sendable {
    /// Writes that the file refused.
    private(set) var fileFaultCount: UInt64 = 0
    /// The text that is written at once, so that a long queue does not become one long text.
    private static let pieceBytes = 262_144
    private let format: LogFormat
    private let standardError: LogSink.StandardErrorUse
    private let collapsesRepeats: Bool
    private var file: RotatingFile?
    private var fileText: [UInt8] = []
    private var errorText: [UInt8] = []
    private var repeats = LogRepeats()
    private var fileFaultLines = TokenRateLimit(burst: 1, intervalNanoseconds: 60_000_000_000)
    private var isReaderStalled = false

    init(_ configuration: LogSink.Configuration) throws(SystemError) {
        format = configuration.format
        standardError = configuration.standardError
        collapsesRepeats = configuration.collapsesRepeats
        if let path = configuration.path {
            file = try RotatingFile(
                path,
                bytesMax: configuration.fileBytesMax,
                keptMax: configuration.keptFilesMax
            )
        }
    }

    /// Lines that were held back because they said the same as one before.
    var heldBackCount: UInt64 { repeats.heldBackTotal }

    /// How long nothing has to be written unless a record comes; `nil` is for ever.
    var nanosecondsToNextCount: Int64? {
        repeats.nextDeadline.map { max(0, $0 - SystemClock.monotonicNanoseconds()) }
    }

    /// Writes a batch, and a line about records that are missing before it.
    ///
    /// - Parameters:
    ///   - records: What came since the last call, oldest first.
    ///   - droppedMore: Records that found the queue full since then.
    ///   - isLast: Whether nothing will follow, so that counts must not wait.
    mutating func write(_ records: [LogRecord], droppedMore: UInt64, isLast: Bool) {
        let now = SystemClock.monotonicNanoseconds()
        if collapsesRepeats {
            for record in records {
                for line in repeats.admit(record, atNanoseconds: now) { append(line) }
            }
            let counts =
                isLast
                ? repeats.takeAll(atNanoseconds: now) : repeats.takeDue(atNanoseconds: now)
            for line in counts { append(line) }
        } else {
            for record in records { append(record) }
        }
        if droppedMore > 0 {
            let count = Int64(clamping: droppedMore)
            append(own("log records were dropped: the queue was full", "dropped", count))
        }
        writePiece()
    }

    /// Writes and forgets the text so far; lines are never divided between two pieces.
    private mutating func writePiece() {
        if !fileText.isEmpty { writeToFile() }
        if !errorText.isEmpty { writeToStandardError() }
        fileText.removeAll(keepingCapacity: true)
        errorText.removeAll(keepingCapacity: true)
    }

    private mutating func writeToFile() {
        do throws(SystemError) {
            try file?.append(fileText)
        } catch {
            fileFaultCount &+= 1
            let now = SystemClock.monotonicNanoseconds()
            guard case .write = fileFaultLines.admit(atNanoseconds: now) else { return }
            let faults = Int64(clamping: fileFaultCount)
            let line = own("the log file cannot be written: \(error)", "faults", faults)
            errorText += rendered(line, for: standardError)
        }
    }

    /// A reader that stalled once is not waited for again until it reads.
    private mutating func writeToStandardError() {
        let isWritten = StandardStreams.write(
            errorText,
            to: .error,
            waitingNanoseconds: isReaderStalled ? 0 : 1_000_000_000
        )
        isReaderStalled = !isWritten
    }

    private mutating func append(_ record: LogRecord) {
        let plain = rendered(record, for: .plain)
        if file != nil { fileText += plain }
        switch standardError {
        case .none: break
        case .plain: errorText += plain
        case .journal: errorText += rendered(record, for: .journal)
        }
        if fileText.count + errorText.count >= Self.pieceBytes { writePiece() }
    }

    private func rendered(_ record: LogRecord, for use: LogSink.StandardErrorUse) -> [UInt8] {
        let line: String
        switch use {
        case .none: return []
        case .plain:
            let time = WallTime(nanoseconds: record.wallNanoseconds).description
            line = record.line(time: time, format: format)
        case .journal: line = record.journalLine(format: format)
        }
        return Array(line.utf8) + [UInt8(ascii: "\n")]
    }

    private func own(_ message: String, _ key: String, _ count: Int64) -> LogRecord {
        LogRecord(
            wallNanoseconds: SystemClock.wallNanoseconds(),
            level: .warning,
            component: "log",
            message: message,
            fields: [LogField(key, .integer(count))]
        )
    }
}

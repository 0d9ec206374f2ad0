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
    private let usesStandardError: Bool
    private var file: RotatingFile?
    private var fileFaultLines = TokenRateLimit(burst: 1, intervalNanoseconds: 60_000_000_000)
    private var isReaderStalled = false

    init(_ configuration: LogSink.Configuration) throws(SystemError) {
        format = configuration.format
        usesStandardError = configuration.usesStandardError
        if let path = configuration.path {
            file = try RotatingFile(path, bytesMax: configuration.fileBytesMax)
        }
    }

    /// Writes a batch, and a line about records that are missing before it.
    mutating func write(_ records: [LogRecord], droppedMore: UInt64) {
        guard !records.isEmpty || droppedMore > 0 else { return }
        var text: [UInt8] = []
        for record in records {
            append(record, to: &text)
            if text.count >= Self.pieceBytes { writePiece(&text) }
        }
        if droppedMore > 0 {
            let count = Int64(clamping: droppedMore)
            append(own("log records were dropped: the queue was full", "dropped", count), to: &text)
        }
        writePiece(&text)
    }

    /// Writes and forgets the text so far; lines are never divided between two pieces.
    private mutating func writePiece(_ text: inout [UInt8]) {
        guard !text.isEmpty else { return }
        writeToFile(text)
        writeToStandardError(text)
        text.removeAll(keepingCapacity: true)
    }

    private mutating func writeToFile(_ text: [UInt8]) {
        guard file != nil else { return }
        do throws(SystemError) {
            try file?.append(text)
        } catch {
            fileFaultCount &+= 1
            let now = SystemClock.monotonicNanoseconds()
            guard case .write = fileFaultLines.admit(atNanoseconds: now) else { return }
            var line: [UInt8] = []
            let faults = Int64(clamping: fileFaultCount)
            append(own("the log file cannot be written: \(error)", "faults", faults), to: &line)
            writeToStandardError(line)
        }
    }

    /// A reader that stalled once is not waited for again until it reads.
    private mutating func writeToStandardError(_ text: [UInt8]) {
        guard usesStandardError else { return }
        let isWritten = StandardStreams.write(
            text,
            to: .error,
            waitingNanoseconds: isReaderStalled ? 0 : 1_000_000_000
        )
        isReaderStalled = !isWritten
    }

    private func append(_ record: LogRecord, to text: inout [UInt8]) {
        let time = WallTime(nanoseconds: record.wallNanoseconds).description
        text += record.line(time: time, format: format).utf8
        text.append(UInt8(ascii: "\n"))
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

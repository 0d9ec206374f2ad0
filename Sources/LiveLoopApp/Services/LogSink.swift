package import Platform
import Synchronization
package import Telemetry
import TradingCore

/// Takes log records from every thread and writes them on its own.
///
/// The caller is never made to wait: a full queue refuses the newest record and counts it, because
/// the first lines of a storm tell why it began. A reader of the standard error that stalls costs
/// lines there and not in the file.
package final class LogSink: Sendable {
    /// What becomes of the standard error.
    package enum StandardErrorUse: Sendable, Equatable {
        /// Nothing is written there.
        case none
        /// It gets the lines of the file.
        case plain
        /// It leads into the journal: lines have a priority and no time.
        case journal
    }

    /// How a sink writes.
    package struct Configuration: Sendable {
        /// Records below this level are dropped at the caller.
        package var level: LogLevel
        /// How lines are written.
        package var format: LogFormat
        /// The log file; `nil` writes to the standard error only.
        package var path: String?
        /// The size at which the file is replaced.
        package var fileBytesMax: Int64
        /// The old files that are kept.
        package var keptFilesMax: Int
        /// Whether and how lines go to the standard error as well.
        package var standardError: StandardErrorUse
        /// Whether lines that are repeated are counted instead of written.
        package var collapsesRepeats: Bool
        /// The records that may wait.
        package var capacity: Int

        package init(
            level: LogLevel = .info,
            format: LogFormat = .text,
            path: String? = nil,
            fileBytesMax: Int64 = 64_000_000,
            keptFilesMax: Int = 1,
            standardError: StandardErrorUse = .plain,
            collapsesRepeats: Bool = true,
            capacity: Int = 8192
        ) {
            self.level = level
            self.format = format
            self.path = path
            self.fileBytesMax = fileBytesMax
            self.keptFilesMax = keptFilesMax
            self.standardError = standardError
            self.collapsesRepeats = collapsesRepeats
            self.capacity = capacity
        }

        /// What the settings ask for.
        ///
        /// - Parameters:
        ///   - configuration: The settings.
        ///   - isJournal: Whether the standard error leads into the journal.
        package init(_ configuration: AppConfiguration, isJournal: Bool = false) {
            self.init(
                level: configuration.log.level,
                format: configuration.log.format,
                path: "\(configuration.directories.log)/VERIFY_LOG.log",
                fileBytesMax: Int64(configuration.log.fileMegabytesMax) * 1_000_000,
                keptFilesMax: configuration.log.keptFilesMax,
                standardError: isJournal ? .journal : .plain
            )
        }
    }

    /// What callers and the log thread share.
    private final class Shared: Sendable {
        let records = Locked<[LogRecord]>([])
        let wakeUp: WakeUp
        let dropped = Atomic<UInt64>(0)
        let isStopping = Atomic<Bool>(false)
        let heldBack = Atomic<UInt64>(0)
        let output: Locked<LogOutput>

        init(_ configuration: Configuration) throws(SystemError) {
            wakeUp = try WakeUp()
            output = Locked(try LogOutput(configuration))
        }
    }

    private let capacity: Int
    private let levelNumber: Atomic<UInt8>
    private let counts = LevelCounts()
    private let shared: Shared
    private let thread: Thread

    /// Opens the file and starts the thread; call ``stop()`` at the end.
    ///
    /// - Throws: `SystemError` when the file cannot be opened or the thread cannot be made.
    package init(_ configuration: Configuration) throws(SystemError) {
        precondition(configuration.capacity > 0, "capacity was \(configuration.capacity)")
        capacity = configuration.capacity
        levelNumber = Atomic(configuration.level.rawValue)
        let shared = try Shared(configuration)
        self.shared = shared
        thread = try Thread(name: "log") { Self.run(shared) }
    }

    /// Records below this level are dropped at the caller; may be changed at any time.
    package var level: LogLevel {
        get { LogLevel(rawValue: levelNumber.load(ordering: .relaxed)) ?? .info }
        set { levelNumber.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// Records that found the queue full, or came after the end.
    package var droppedCount: UInt64 { shared.dropped.load(ordering: .relaxed) }

    /// Writes that the file refused, for example because the disk is full.
    package var fileFaultCount: UInt64 { shared.output.withLock { $0.fileFaultCount } }

    /// Lines that were counted instead of written, because they said the same as one before.
    package var heldBackCount: UInt64 { shared.heldBack.load(ordering: .relaxed) }

    /// Records of a level that were taken since start (`liveloop_log_messages_total`).
    package func messageCount(_ level: LogLevel) -> UInt64 { counts[level] }

    /// Queues a record; never waits for a file or a reader.
    package func write(_ record: LogRecord) {
        guard record.level.rawValue >= levelNumber.load(ordering: .relaxed) else { return }
        guard !shared.isStopping.load(ordering: .acquiring) else {
            shared.dropped.add(1, ordering: .relaxed)
            return
        }
        let count = shared.records.withLock { records in
            guard records.count < capacity else { return -1 }
            records.append(record)
            return records.count
        }
        if count > 0 { counts.add(record.level) }
        if count == 1 { shared.wakeUp.signal() }
        if count < 0 { shared.dropped.add(1, ordering: .relaxed) }
    }

    /// Queues a line that happens now.
    package func write(
        _ level: LogLevel,
        _ component: String,
        _ message: String,
        _ fields: [LogField] = []
    ) {
        write(
            LogRecord(
                wallNanoseconds: SystemClock.wallNanoseconds(),
                level: level,
                component: component,
                message: message,
                fields: fields
            )
        )
    }

    /// Writes everything that was queued before, then ends the thread; call it once.
    package func stop() {
        shared.isStopping.store(true, ordering: .releasing)
        shared.wakeUp.signal()
        thread.join()
    }

    private static func run(_ shared: Shared) {
        var poll = PollSet(reading: [shared.wakeUp.pollDescriptor])
        var batch: [LogRecord] = []
        var toldDropped: UInt64 = 0
        while true {
            // Read first: what was queued before the end was asked for is in this batch or was written.
            let isLast = shared.isStopping.load(ordering: .acquiring)
            shared.wakeUp.consume()
            batch.removeAll(keepingCapacity: true)
            swap(&batch, shared)
            let dropped = shared.dropped.load(ordering: .relaxed)
            let wait = shared.output.withLock { output in
                output.write(batch, droppedMore: dropped &- toldDropped, isLast: isLast)
                shared.heldBack.store(output.heldBackCount, ordering: .relaxed)
                return output.nanosecondsToNextCount
            }
            toldDropped = dropped
            if isLast { return }
            if batch.isEmpty { _ = poll.wait(nanoseconds: wait) }
        }
    }

    private static func swap(_ batch: inout [LogRecord], _ shared: Shared) {
        let empty = batch
        batch = shared.records.withLock { records in
            let taken = records
            records = empty
            return taken
        }
    }
}

/// A counter for each level, written from any thread.
private final class LevelCounts: Sendable {
    private let debug = Atomic<UInt64>(0)
    private let info = Atomic<UInt64>(0)
    private let warning = Atomic<UInt64>(0)
    private let error = Atomic<UInt64>(0)

    subscript(level: LogLevel) -> UInt64 {
        switch level {
        case .debug: debug.load(ordering: .relaxed)
        case .info: info.load(ordering: .relaxed)
        case .warning: warning.load(ordering: .relaxed)
        case .error: error.load(ordering: .relaxed)
        }
    }

    func add(_ level: LogLevel) {
        switch level {
        case .debug: debug.add(1, ordering: .relaxed)
        case .info: info.add(1, ordering: .relaxed)
        case .warning: warning.add(1, ordering: .relaxed)
        case .error: error.add(1, ordering: .relaxed)
        }
    }
}

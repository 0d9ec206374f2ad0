/// Collapses lines that are repeated: the first one is written, the others are counted and told in one.
///
/// The count is told after a second, and while the line goes on, after twice the time of the count
/// before, up to a minute. So a storm costs a few lines, and a line that comes once a second or more
/// seldom is never held back. Lines are the same when level, component, message and every field are: what
/// differs in one number, as in the id of an order, says something new.
package struct LogRepeats: Sendable {
    /// The lines that are followed at once; a further one is written as if it were new.
    package static let linesMax = 128
    /// The time after which a count is told first.
    private static let firstWindow: Int64 = 1_000_000_000
    /// The longest time between two counts.
    private static let longestWindow: Int64 = 60_000_000_000

    private struct Key: Hashable {
        var level: LogLevel
        var component: String
        var message: String
        var fields: [LogField]

        init(_ record: LogRecord) {
            level = record.level
            component = record.component
            message = record.message
            fields = record.fields
        }
    }

    private struct Entry {
        /// When the window began, on the monotonic clock.
        var since: Int64
        var window = LogRepeats.firstWindow
        var count: UInt64 = 0
        /// When the newest repetition happened, on the wall clock.
        var lastWall: Int64 = 0
        /// In which order lines were first seen, so that counts are told in that order.
        var order: UInt64
    }

    /// Lines held back since the start.
    package private(set) var heldBackTotal: UInt64 = 0
    private var entries: [Key: Entry] = [:]
    private var nextOrder: UInt64 = 0

    package init() {}

    /// When a count is due next, on the monotonic clock; `nil` while no line is followed.
    package private(set) var nextDeadline: Int64?

    /// Takes a record, and gives what is to be written now: counts that are due, and the record if it is
    /// no repetition.
    ///
    /// - Parameters:
    ///   - record: What happened.
    ///   - now: The monotonic clock, in nanoseconds.
    /// - Returns: The records to write, in this order.
    package mutating func admit(_ record: LogRecord, atNanoseconds now: Int64) -> [LogRecord] {
        var lines = takeDue(atNanoseconds: now)
        let key = Key(record)
        if let entry = entries[key] {
            heldBackTotal &+= 1
            entries[key] = repeated(entry, record)
            return lines
        }
        lines.append(record)
        guard entries.count < Self.linesMax else { return lines }
        entries[key] = Entry(since: now, order: nextOrder)
        nextOrder &+= 1
        nextDeadline = min(nextDeadline ?? .max, now + Self.firstWindow)
        return lines
    }

    private func repeated(_ entry: Entry, _ record: LogRecord) -> Entry {
        var entry = entry
        entry.count &+= 1
        entry.lastWall = record.wallNanoseconds
        return entry
    }

    /// Gives the counts that are due, and forgets the lines that were not repeated.
    package mutating func takeDue(atNanoseconds now: Int64) -> [LogRecord] {
        guard let nextDeadline, now >= nextDeadline else { return [] }
        return take(atNanoseconds: now) { now >= $0.since + $0.window }
    }

    /// Gives every count, because nothing more will be written.
    package mutating func takeAll(atNanoseconds now: Int64) -> [LogRecord] {
        defer {
            entries.removeAll()
            nextDeadline = nil
        }
        return take(atNanoseconds: now) { _ in true }
    }

    private mutating func take(
        atNanoseconds now: Int64,
        where isDue: (Entry) -> Bool
    ) -> [LogRecord] {
        var told: [(order: UInt64, record: LogRecord)] = []
        for (key, entry) in entries where isDue(entry) {
            guard entry.count > 0 else {
                entries[key] = nil
                continue
            }
            told.append((entry.order, Self.summary(key, entry, now)))
            var next = entry
            next.since = now
            next.window = min(entry.window * 2, Self.longestWindow)
            next.count = 0
            entries[key] = next
        }
        nextDeadline = entries.values.map { $0.since + $0.window }.min()
        return told.sorted { $0.order < $1.order }.map(\.record)
    }

    private static func summary(_ key: Key, _ entry: Entry, _ now: Int64) -> LogRecord {
        let time = JSONWriter.fixed(Double(now - entry.since) / 1e9, digits: 1) ?? "?"
        let count = Int64(clamping: entry.count)
        return LogRecord(
            wallNanoseconds: entry.lastWall,
            level: key.level,
            component: key.component,
            message: "\(key.message) … repeated \(count) times in \(time) s",
            fields: key.fields
        )
    }
}

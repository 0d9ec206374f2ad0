import Telemetry
import Testing

@Suite struct LogRepeatsTests {
    private static let second: Int64 = 1_000_000_000

    private func record(_ message: String, _ fields: [LogField] = []) -> LogRecord {
        LogRecord(
            wallNanoseconds: 7,
            level: .warning,
            component: "feed",
            message: message,
            fields: fields
        )
    }

    @Test func `the first line is written, the rest is counted and told once a second, then less`()
    {
        var repeats = LogRepeats()
        var written: [(second: Int64, message: String)] = []
        for tick in 0..<700 {
            let now = Int64(tick) * Self.second / 10
            for line in repeats.admit(record("lost"), atNanoseconds: now) {
                written.append((now / Self.second, line.message))
            }
        }
        #expect(written.map(\.second) == [0, 1, 3, 7, 15, 31, 63])
        #expect(
            written.prefix(3).map(\.message) == [
                "lost", "lost … repeated 9 times in 1.0 s", "lost … repeated 20 times in 2.0 s",
            ]
        )
        let rest = repeats.takeAll(atNanoseconds: 70 * Self.second)
        #expect(rest.map(\.message) == ["lost … repeated 70 times in 7.0 s"])
        #expect(repeats.heldBackTotal == 699)
    }

    @Test func `a line that comes once a second is never held back`() {
        var repeats = LogRepeats()
        for tick in 0..<100 {
            let lines = repeats.admit(record("beat"), atNanoseconds: Int64(tick) * Self.second)
            #expect(lines.map(\.message) == ["beat"])
        }
        #expect(repeats.heldBackTotal == 0)
    }

    @Test func `what differs in level, component, message or any field is another line`() {
        var repeats = LogRepeats()
        var level = record("x")
        level.level = .error
        var component = record("x")
        component.component = "orders"
        let all = [
            record("x"), level, component, record("y"), record("x", [LogField("id", 1)]),
            record("x", [LogField("id", 2)]),
        ]
        for line in all { #expect(repeats.admit(line, atNanoseconds: 0) == [line]) }
        for line in all { #expect(repeats.admit(line, atNanoseconds: 1) == []) }
    }

    @Test func `the count keeps the fields, and the time of the newest repetition`() {
        var repeats = LogRepeats()
        let fields = [LogField("reason", "refused")]
        _ = repeats.admit(record("x", fields), atNanoseconds: 0)
        var later = record("x", fields)
        later.wallNanoseconds = 99
        #expect(repeats.admit(later, atNanoseconds: 5) == [])
        #expect(repeats.nextDeadline == Self.second)
        #expect(repeats.takeDue(atNanoseconds: Self.second - 1) == [])
        let told = repeats.takeDue(atNanoseconds: Self.second)
        #expect(told.map(\.fields) == [fields])
        #expect(told.map(\.wallNanoseconds) == [99])
        #expect(told.map(\.level) == [.warning])
        // It was not repeated again: forgotten, and the next one is new.
        #expect(repeats.takeDue(atNanoseconds: 10 * Self.second) == [])
        #expect(repeats.nextDeadline == nil)
        #expect(repeats.admit(later, atNanoseconds: 11 * Self.second) == [later])
    }

    @Test func `so many lines are followed and no more; the others are written`() {
        var repeats = LogRepeats()
        for number in 0..<LogRepeats.linesMax {
            _ = repeats.admit(record("line \(number)"), atNanoseconds: 0)
        }
        let further = record("one too many")
        for _ in 0..<3 { #expect(repeats.admit(further, atNanoseconds: 1) == [further]) }
        // Their places are free when their second is over.
        #expect(repeats.admit(further, atNanoseconds: Self.second) == [further])
        #expect(repeats.admit(further, atNanoseconds: Self.second + 1) == [])
    }

    @Test func `counts that are due at once come in the order of their lines`() {
        var repeats = LogRepeats()
        let names = (0..<50).map { "line \($0)" }
        for name in names + names { _ = repeats.admit(record(name), atNanoseconds: 0) }
        let told = repeats.takeAll(atNanoseconds: 1)
        #expect(told.map(\.message) == names.map { "\($0) … repeated 1 times in 0.0 s" })
    }
}

import Telemetry
import Testing

@Suite struct LogLineTests {
    private let time = "2026-01-15T13:13:30.123Z"

    private func record(_ message: String, _ fields: [LogField] = []) -> LogRecord {
        LogRecord(
            wallNanoseconds: 0,
            level: .info,
            component: "LiveLoop",
            message: message,
            fields: fields
        )
    }

    @Test func `a text line has time, component, level, message and fields in this order`() {
        let line = record(
            "[LIVE_TICK] EURUSD: 1.085 -> Strategy Triggered",
            [LogField("ticks", 15), LogField("age", .number(0.5)), LogField("live", false)]
        ).line(time: time, format: .text)
        #expect(
            line == "[2026-01-15T13:13:30.123Z] [LiveLoop] [INFO] "
                + "[LIVE_TICK] EURUSD: 1.085 -> Strategy Triggered ticks=15 age=0.500 live=false"
        )
    }

    @Test func `a JSON line keeps fields apart from the line's own keys`() {
        let line = record("up", [LogField("time", "fake"), LogField("n", 3)])
            .line(time: time, format: .json)
        #expect(
            line == #"{"time":"2026-01-15T13:13:30.123Z","level":"INFO","component":"LiveLoop","#
                + #""message":"up","fields":{"time":"fake","n":3}}"#
        )
    }

    @Test func `a line for the journal has a priority and no time`() {
        let said = record("up", [LogField("n", 3)])
        #expect(said.journalLine(format: .text) == "<6>[LiveLoop] [INFO] up n=3")
        #expect(
            said.journalLine(format: .json)
                == #"<6>{"level":"INFO","component":"LiveLoop","message":"up","fields":{"n":3}}"#
        )
        #expect(LogLevel.allCases.map(\.journalPriority) == [7, 6, 4, 3])
        // Nothing that came from outside can begin a second line with a priority of its own.
        #expect(!record("up\n<0>forged").journalLine(format: .text).contains("\n"))
    }

    @Test(
        arguments: [
            ("\n", "\\n"), ("\r", "\\r"), ("\r\n", "\\r\\n"), ("\t", "\\t"), ("\u{1B}", "\\u{1b}"),
            ("\u{0}", "\\u{0}"), ("\u{7F}", "\\u{7f}"), ("\u{85}", "\\u{85}"),
            ("\u{2028}", "\\u{2028}"), ("\u{202E}", "\\u{202e}"), ("\u{2066}", "\\u{2066}"),
        ]
    ) func `text from outside cannot leave its line`(raw: String, escaped: String) {
        let forged = "a\(raw)[2026-01-15T13:13:30.123Z] [Risk] [INFO] all is well"
        let line = record(forged, [LogField("k\(raw)", .text("v\(raw)"))])
            .line(time: time, format: .text)
        #expect(!line.unicodeScalars.contains { raw.unicodeScalars.contains($0) })
        #expect(line.contains("a\(escaped)[2026"))
        #expect(line.hasSuffix("\"k\(escaped)\"=\"v\(escaped)\""))
    }

    @Test(arguments: ["\n", "\r", "\t", "\u{1B}", "\u{0}", "\u{7F}"])
    func `a JSON line stays one line`(raw: String) {
        let line = record("a\(raw)b", [LogField("k", .text(raw))]).line(time: time, format: .json)
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    }

    @Test(
        arguments: [
            ("EURUSD", "EURUSD"), ("", #""""#), ("a b", #""a b""#), ("a=b", #""a=b""#),
            (#"a"b"#, #""a\"b""#), (#"a\b"#, #""a\\b""#), ("行情", "行情"),
        ]
    ) func `a field's text is quoted unless it is one plain word`(raw: String, shown: String) {
        let line = record("m", [LogField("k", .text(raw))]).line(time: time, format: .text)
        #expect(line.hasSuffix("m k=\(shown)"))
    }

    @Test(arguments: LogFormat.allCases)
    func `a line is bounded in the length of its texts and the number of its fields`(
        format: LogFormat
    ) {
        let long = String(repeating: "x", count: LogRecord.textScalarsMax + 7)
        let fields = (0..<40).map { LogField("k\($0)", 1) }
        let line = record(long, fields).line(time: time, format: format)
        #expect(line.contains("x…(+7)"))
        #expect(line.contains("k31"))
        #expect(!line.contains("k32"))
        #expect(line.contains("fields_cut"))
    }

    @Test func `levels are ordered by how much they matter`() {
        #expect(LogLevel.allCases == LogLevel.allCases.sorted())
        #expect(LogLevel.allCases.map(\.label) == ["DEBUG", "INFO", "WARNING", "ERROR"])
    }

    @Test func `a number that is not finite is printed as it is, and is null in JSON`() {
        let record = record("m", [LogField("k", .number(.nan))])
        #expect(record.line(time: time, format: .text).hasSuffix("k=nan"))
        #expect(record.line(time: time, format: .json).hasSuffix(#"{"k":null}}"#))
    }
}

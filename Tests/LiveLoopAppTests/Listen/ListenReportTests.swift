import LiveLoopApp
import MarketFeed
import Testing
import TradingCore
import ZeroMQ

@Suite struct ListenReportTests {
    private static let start = MonotonicTime(nanoseconds: 1_000_000_000)
    private static let wall = WallTime(nanoseconds: 1_768_392_000_500_000_000)
    private static let endpoint = "tcp://gateway:5556"

    private func makeReport(established: Bool = true) -> ListenReport {
        var report = ListenReport(endpoint: Self.endpoint, unit: .auto, start: Self.start)
        guard established else { return report }
        _ = report.note(.connected, at: Self.start)
        _ = report.note(.handshakeSucceeded, at: Self.start)
        return report
    }

    private func receive(_ report: inout ListenReport, _ parts: String...) -> [String] {
        let first = Array(parts[0].utf8)
        let second = Array((parts.dropFirst().first ?? "").utf8)
        let time = Self.start + .milliseconds(Int64(report.messageCount) * 10 + 10)
        guard parts.count > 1 else {
            return report.receive(
                first: first.span,
                second: nil,
                partCount: 1,
                at: time,
                wall: Self.wall
            )
        }
        return report.receive(
            first: first.span,
            second: second.span,
            partCount: parts.count,
            at: time,
            wall: Self.wall
        )
    }

    private func conclusion(_ report: ListenReport) -> [String] {
        report.conclusion(at: Self.start + .seconds(2))
    }

    private func tick(_ sequence: Int, bid: String = "1.08500") -> String {
        "{\"type\":\"TICK\",\"symbol\":\"EURUSD\",\"bid\":\(bid),\"ask\":1.08512,"
            + "\"timestamp\":1768392000.25,\"seq\":\(sequence),\"epoch\":7}"
    }

    // MARK: The connection

    @Test func `only a handshake is called a connection`() {
        var report = makeReport(established: false)
        #expect(report.note(.connected, at: Self.start) == [])
        let lines = report.note(.handshakeSucceeded, at: Self.start)
        #expect(
            lines == [
                "[RECONNAISSANCE] ✅ 成功连接到 tcp://gateway:5556, connected: handshake done"
            ]
        )
    }

    @Test func `a refused connection is told once, by the verdict`() {
        var report = makeReport(established: false)
        #expect(report.note(.closed, at: Self.start) == [])
        #expect(report.verdict == .notConnected(.refused))
        #expect(
            conclusion(report) == [
                "[RECONNAISSANCE] ❌ no data from \(Self.endpoint): \(ConnectionObstacle.refused)"
            ]
        )
    }

    @Test func `a handshake without data is silence, not success`() {
        let report = makeReport()
        #expect(report.verdict == .silent)
        #expect(conclusion(report).last?.contains("is the market open") == true)
    }

    // MARK: Ticks

    @Test func `the first three ticks are shown in full and no more`() {
        var report = makeReport()
        let shown = (1...5).map { receive(&report, tick($0)) }
        #expect(shown.map(\.isEmpty) == [false, false, false, true, true])
        #expect(
            shown[0] == [
                "[LIVE_TICK] 收到第 1 条数据, message 1: EURUSD bid=1.08500 ask=1.08512",
                "    raw    \(tick(1))",
                "    form   one frame of JSON, type TICK, bid and ask, time in seconds, seq",
                "    time   2026-01-14T12:00:00.250Z, sent in seconds",
                "    seq    1 of epoch 7", "    lacks  nothing",
            ]
        )
        #expect(report.verdict == .dataArrives)
        #expect(conclusion(report).last?.contains("none is missing, by sequence") == true)
    }

    @Test func `what a tick lacks is told with its consequence`() {
        var report = makeReport()
        let lines = receive(&report, "EURUSD", "{\"price\":1.085}")
        #expect(lines[0].contains("EURUSD bid=1.085 ask=1.085"))
        #expect(lines[1] == "    topic  EURUSD")
        #expect(
            lines.last == "    lacks  no sequence: loss cannot be proven; "
                + "no time: the age of a tick is unknown; price only: the spread is unknown"
        )
        #expect(conclusion(report).last?.contains("loss is unprovable") == true)
    }

    @Test(arguments: [
        ("1768392000", "seconds"), ("1768392000123", "milliseconds"),
        ("1768392000123456", "microseconds"), ("1768392000123456789", "nanoseconds"),
    ])
    func `the unit of the time is inferred and told`(value: String, unit: String) {
        var report = makeReport()
        let lines = receive(
            &report,
            "{\"symbol\":\"A\",\"bid\":1,\"ask\":1,\"timestamp\":\(value)}"
        )
        #expect(lines.contains { $0.hasPrefix("    time   2026-01-14T12:00:00") })
        #expect(lines.contains { $0.hasSuffix("sent in \(unit)") })
    }

    @Test func `losses, doubles and late messages are in the table`() {
        var report = makeReport()
        for sequence in [1, 2, 2, 5, 4, 6] { _ = receive(&report, tick(sequence)) }
        let lines = conclusion(report)
        let row = lines.first { $0.contains("EURUSD ") }
        let cells = row?.split(separator: " ").map(String.init)
        #expect(cells == ["EURUSD", "6", "3.0", "1.08500", "1.08500", "1", "1", "1"])
        #expect(lines.last?.contains("1 are missing, by sequence") == true)
    }

    @Test func `first and last price, and the publisher's clock, are reported`() {
        var report = makeReport()
        _ = receive(&report, tick(1, bid: "1.08500"))
        _ = receive(&report, tick(2, bid: "1.08509"))
        let lines = conclusion(report)
        #expect(lines.contains { $0.contains("1.08500   1.08509") })
        #expect(
            lines.contains("    publisher's clock: 0.250 s behind ours, transport included")
        )
    }

    // MARK: What is no tick

    @Test func `garbage is counted by reason and shown without its control characters`() {
        var report = makeReport()
        let lines = receive(&report, "\u{1B}[2J<html>\n")
        #expect(lines[0] == "[RECONNAISSANCE] ⚠️ message 1 cannot be used: notJSON")
        #expect(lines[1] == "    raw    \\x1b[2J<html>\\n")
        _ = receive(&report, "{\"symbol\":\"A\",\"bid\":-1,\"ask\":1}")
        _ = receive(&report, "a", "b", "c")
        #expect(report.verdict == .onlyUnusable)
        let verdict = conclusion(report).last
        #expect(verdict?.contains("(notJSON 1, tooManyParts 1, nonPositive 1)") == true)
    }

    @Test func `the flood of garbage after the third is only counted`() {
        var report = makeReport()
        let shown = (1...100).map { _ in receive(&report, "x") }
        #expect(shown.count { !$0.isEmpty } == 3)
        #expect(report.unusableCount == 100)
    }

    @Test func `heartbeats are no data`() {
        var report = makeReport()
        let heartbeat = "{\"type\":\"HEARTBEAT\",\"epoch\":7,\"streams\":{\"EURUSD\":0}}"
        #expect(receive(&report, heartbeat).count == 2)
        #expect(receive(&report, heartbeat).isEmpty)
        #expect(report.verdict == .noTicks)
        #expect(report.tickCount == 0)
    }

    @Test func `a heartbeat shows what was lost before the first tick`() {
        var report = makeReport()
        _ = receive(&report, "{\"type\":\"HEARTBEAT\",\"epoch\":7,\"streams\":{\"EURUSD\":0}}")
        _ = receive(&report, tick(3))
        #expect(conclusion(report).last?.contains("2 are missing, by sequence") == true)
    }

    @Test func `a frame of any length is shown in one short line`() {
        let long = [UInt8](repeating: 0x41, count: 5000)
        let text = FrameText.escaped(long.span, limit: 10)
        #expect(text == "AAAAAAAAAA… (5000 bytes)")
        let all = FrameText.escaped(Array(UInt8.min...UInt8.max).span)
        #expect(all.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }
}

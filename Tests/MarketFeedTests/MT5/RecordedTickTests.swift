import Foundation
import MarketFeed
import Testing
import TradingCore

/// Where the recordings lie: `LIVE_LOOP_DATA`, or beside the package.
private let recordings: URL = {
    if let path = ProcessInfo.processInfo.environment["LIVE_LOOP_DATA"] {
        return URL(filePath: path)
    }
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    return tests.appending(path: "../../../../shared/data").standardizedFileURL
}()

private func files(_ folder: String, _ ending: String) -> [URL] {
    let place = recordings.appending(path: folder)
    let all = try? FileManager.default.contentsOfDirectory(
        at: place,
        includingPropertiesForKeys: nil
    )
    return (all ?? []).filter { $0.pathExtension == ending }.sorted { $0.path < $1.path }
}

@Suite struct RecordedTickTests {
    private struct Recording: Decodable {
        struct Tick: Decodable {
            var bid: Double
            var ask: Double
            var time_msc: Int64
        }
        var ticks: [Tick]
    }

    /// The elements of the member `ticks`, as the bytes that stand in the file.
    private func ticks(in bytes: [UInt8]) throws -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var scanner = JSONScanner(keyCountMax: .max)
        try scanner.enterObject(in: bytes.span)
        while let key = try scanner.nextKey(in: bytes.span) {
            guard key.equals("ticks", in: bytes.span) else {
                try scanner.skipValue(in: bytes.span)
                continue
            }
            try scanner.enterArray(in: bytes.span)
            while try scanner.nextElement(in: bytes.span) {
                _ = try scanner.nextKind(in: bytes.span)
                let start = scanner.position
                try scanner.skipValue(in: bytes.span)
                ranges.append(start..<scanner.position)
            }
        }
        try scanner.finish(in: bytes.span)
        return ranges
    }

    @Test(
        .enabled(if: !files("finiex/mt5", "json").isEmpty, "no recordings of MT5 ticks"),
        arguments: files("finiex/mt5", "json") + files("finiex/history", "json")
    )
    func `every recorded MT5 tick is understood as Foundation understands it`(file: URL) throws {
        let data = try Data(contentsOf: file)
        let bytes = Array(data)
        let expected = try JSONDecoder().decode(Recording.self, from: data).ticks
        let ranges = try ticks(in: bytes)
        #expect(ranges.count == expected.count)
        #expect(!ranges.isEmpty)
        var session = MT5Session.opened()
        let topic = Array("tick.RECORDED".utf8)
        for range in ranges {
            let frame = bytes.span.extracting(range)
            session.receive(topic: topic.span, payload: frame, from: .a, at: .zero)
        }
        let events = session.merger.output
        #expect(session.feedTally.quarantined == 0)
        #expect(session.tally(1).isConserved)
        #expect(session.tally(1).received == UInt64(expected.count))
        #expect(events.count == expected.count)
        for (event, tick) in zip(events, expected) {
            #expect(event.bid.doubleValue == tick.bid)
            #expect(event.ask.doubleValue == tick.ask)
            #expect(event.venueNanoseconds == tick.time_msc * 1_000_000)
        }
    }

    @Test(
        .enabled(if: !files("sum3api", "csv").isEmpty, "no recordings of an MT5 ZeroMQ gateway"),
        arguments: files("sum3api", "csv")
    )
    func `every recorded gateway tick comes back as it was written`(file: URL) throws {
        let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
        #expect(lines.count > 1)
        var session = MT5Session.opened()
        for line in lines.dropFirst() {
            let cells = line.split(separator: ",").map(String.init)
            try #require(cells.count == 4)
            let prices = "\"bid\":\(cells[1]),\"ask\":\(cells[2]),\"volume\":\(cells[3])"
            session.receive("{\"symbol\":\"XAUUSDc\",\(prices),\"timestamp\":\(cells[0])}")
            let event = try #require(session.merger.output.last)
            #expect(event.bid.description == cells[1])
            #expect(event.ask.description == cells[2])
            #expect(event.bidSize.description == cells[3])
            #expect(event.venueNanoseconds == (Int64(cells[0]) ?? 0) * 1_000_000_000)
        }
        #expect(session.tally(1).appended == UInt64(lines.count - 1))
        #expect(session.counters.suspectTicks == 0)
    }
}

@Suite struct GoldenFrameTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Fixtures/fuzz").standardizedFileURL

    @Test(arguments: [
        ("one-frame", "EURUSD.s 1.0850 1.0852"), ("typed", "EURUSD 1.08500 1.08510"),
        ("spaced", "XAUUSD 2050.12 2050.34"), ("topic", "EURUSD 1.0850 1.0850"),
        ("aliases", "USDJPY 148.123 148.125"), ("sequenced", "EURUSD 1.08500 1.08520"),
        ("heartbeat", "heartbeat"), ("other", "other"), ("escapes", "EUR/USD 0.00001 0.000015"),
        ("metatrader", "ETHUSD 1969.13 1971.61"), ("ordinary", "EURUSD 1.08512 1.08514"),
        ("ordinary-sequenced", "GBPUSD 1.27 1.28"),
    ])
    func `each golden frame is understood`(name: String, expected: String) throws {
        let file = Self.folder.appending(path: name + ".json")
        let line = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")[0]
        let parts = line.split(separator: "|").map(String.init)
        let frame = try decode(parts[parts.count - 1], topic: parts.count > 1 ? parts[0] : nil)
        switch frame.kind {
        case .tick: #expect("\(frame.symbol) \(frame.bid) \(frame.ask)" == expected)
        case .heartbeat: #expect(expected == "heartbeat")
        case .other: #expect(expected == "other")
        }
    }
}

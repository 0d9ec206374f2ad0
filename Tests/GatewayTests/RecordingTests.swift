import Gateway
import Testing
import TradingCore

@Suite struct RecordingTests {
    @Test func `an MT5 recording keeps symbol, times and the digits of its prices`() throws {
        let recording = try parse(
            #"""
            {"metadata":{"digits":5,"symbol":"EURUSD"},"ticks":[
              {"time_msc":1758062346033,"bid":1.18599,"ask":1.18610,"tick_volume":0,"x":{"y":[1]}},
              {"time_msc":1758062346033,"bid":1.18599,"ask":1.18610,"tick_volume":2}],
             "errors":[]}
            """#
        )
        #expect(recording.symbol == "EURUSD")
        #expect(recording.ticks.map(\.ask.description) == ["1.18610", "1.18610"])
        #expect(recording.ticks[1].volume.description == "2")
        #expect(recording.ticks[0].time.nanoseconds == 1_758_062_346_033_000_000)
    }

    @Test func `an array of rows holds milliseconds, ask and bid`() throws {
        let recording = try parse("[[1549238400994, 1.14545, 1.14543, 1, 2.06]]", symbol: "EURUSD")
        #expect(recording.ticks[0].bid.description == "1.14543")
        #expect(recording.ticks[0].ask.description == "1.14545")
    }

    @Test(arguments: [
        ("Time,Bid,Ask,Volume\n1769407092,5073.44,5073.6,0\r\n", 1_769_407_092_000),
        ("1769407092.5,1.0,1.1\n", 1_769_407_092_500),
        ("20200101 170000065,1.121200,1.121720,0", 1_577_898_000_065),
        ("timestamp,bid,ask\n2013-01-01 22:00:00.295000+00:00,86.655,86.728", 1_357_077_600_295),
        ("timestamp,bid,ask\n2013-01-01T22:00:00+02:00,86.655,86.728", 1_357_070_400_000),
        (
            "<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\n2026.01.28\t21:42:08.773\t1.1\t1.2\t\t",
            1_769_636_528_773
        ),
        ("time;ask;bid\n1769407092123;1.2;1.1", 1_769_407_092_123),
    ])
    func `separated values are read in every known form`(text: String, time: Int64) throws {
        let recording = try parse(text, symbol: "X")
        #expect(recording.ticks.count == 1)
        #expect(recording.ticks[0].time.nanoseconds == time * 1_000_000)
        #expect(recording.ticks[0].bid < recording.ticks[0].ask)
    }

    @Test func `an empty price repeats the one before`() throws {
        let recording = try parse(
            "time,bid,ask\n1769407092,1.10,1.20\n1769407093,,1.21",
            symbol: "X"
        )
        #expect(recording.ticks[1].bid.description == "1.10")
        #expect(recording.ticks[1].ask.description == "1.21")
    }

    @Test(arguments: [
        ("Time,Bid,Ask\n1769407092,1,2\n1769407092,x,2", "f, line 3"),
        ("Time,Bid,Ask\n\n1769407092,1", "f, line 3"),
        ("Time,Price\n1769407092,1", "f, line 1"),
        ("Time,Bid,Ask\nyesterday,1,2", "f, line 2"),
        ("Time,Bid,Ask\n2020-13-01 00:00:00,1,2", "f, line 2"),
        (#"{"metadata":{"symbol":"X"},"ticks":[{"time_msc":1,"bid":1}]}"#, "f, byte 58"),
        (#"{"ticks":[{"time_msc":1,"bid":"#, "f, byte 30"),
        (#"{"metadata":{"symbol":"X"}}"#, "f, byte 27"),
    ])
    func `a malformed recording is refused with its place`(text: String, place: String) {
        let error = #expect(throws: GatewayError.self) { try parse(text, symbol: "X") }
        #expect(error?.code == .malformedRecording)
        #expect(error?.place == place)
    }

    @Test(arguments: [
        ("data/Live_XAUUSDc_ID0001_20260126_135811.csv", "XAUUSDc"),
        ("/EURUSD_20250916_223904_ticks.csv", "EURUSD"),
        ("US500.cash.csv", "US500"),
    ])
    func `a symbol is taken from the name of the file`(path: String, symbol: String) throws {
        let bytes = Array("1769407092,1,2".utf8)
        #expect(try Recording(parsing: bytes, path: path, symbol: nil).symbol == symbol)
    }

    @Test func `a recording of no known symbol is refused, and the option tells it`() {
        let bytes = Array("1769407092,1,2".utf8)
        let error = #expect(throws: GatewayError.self) {
            try Recording(parsing: bytes, path: "quote_tick_data.csv", symbol: nil)
        }
        #expect(error?.remedy == "write SYMBOL=quote_tick_data.csv")
        #expect(ReplayFile("AUDUSD=a/b.csv") == ReplayFile(path: "a/b.csv", symbol: "AUDUSD"))
        #expect(ReplayFile("a/b=c.csv") == ReplayFile(path: "a/b=c.csv"))
    }

    @Test func `a missing file is refused with its name`() {
        let error = #expect(throws: GatewayError.self) {
            try Recording(reading: ReplayFile(path: packageRoot + "/no-such-file"))
        }
        #expect(error?.code == .unreadableFile)
    }

    @Test func `recordings are merged by time, and equal times keep the order of the files`() throws
    {
        var merged = try RecordedTicks([
            recording("A", times: [1, 5, 5, 9]), recording("B", times: [5, 6]),
            recording("A", times: [2]),
        ])
        #expect(merged.symbols == ["A", "B"])
        var seen: [String] = []
        while let tick = merged.next() { seen.append("\(tick.symbol)@\(tick.time.nanoseconds)") }
        #expect(seen == ["0@1", "0@2", "0@5", "0@5", "1@5", "1@6", "0@9"])
    }

    @Test func `a clock that steps back in a file changes neither order nor count`() throws {
        var ticks = try RecordedTicks([recording("A", times: [10, 4, 11])])
        var seen: [[Int64]] = []
        while let tick = ticks.next() { seen.append([tick.time.nanoseconds, tick.offset]) }
        #expect(seen == [[10, 0], [4, 0], [11, 1]])
    }

    @Test func `a repeated recording goes on in time`() throws {
        var ticks = try RecordedTicks([recording("A", times: [10, 12])], repeats: true)
        var times: [Int64] = []
        while times.count < 4, let tick = ticks.next() { times.append(tick.time.nanoseconds) }
        #expect(times == [10, 12, 1_000_000_012, 1_000_000_014])
    }

    private func parse(_ text: String, symbol: String? = nil) throws(GatewayError) -> Recording {
        try Recording(parsing: Array(text.utf8), path: "f", symbol: symbol)
    }

    private func recording(_ symbol: String, times: [Int64]) -> Recording {
        let price = ExactDecimal(mantissa: 1, scale: 0)
        return Recording(
            symbol: symbol,
            ticks: times.map { time in
                GatewayTick(
                    symbol: 0,
                    bid: price,
                    ask: price,
                    volume: .zero,
                    time: WallTime(nanoseconds: time)
                )
            }
        )
    }
}

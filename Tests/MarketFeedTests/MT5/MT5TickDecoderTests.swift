import MarketFeed
import TestSupport
import Testing
import TradingCore

@Suite struct MT5TickDecoderTests {
    @Test(arguments: [
        #"{"symbol":"EURUSD","bid":1.0850,"ask":1.0852,"timestamp":1705329600.5}"#,
        #"{"symbol": "EURUSD", "bid": 1.0850, "ask": 1.0852, "timestamp": 1705329600.5}"#,
        #" { "ask" : 1.0852 , "timestamp" : 1705329600500 , "bid":1.0850, "symbol" : "EURUSD" } "#,
        #"{"symbol":"EURUSD","Bid":"1.0850","Ask":"1.0852","time":"1705329600.5"}"#,
        #"{"type":"TICK","symbol":"EURUSD","bid":1.0850,"ask":1.0852,"time":1705329600500000}"#,
        #"{"symbol":"EURUSD","b\u0069d":1.0850,"ask":1.0852,"timestamp":1705329600500000000}"#,
        #"{"symbol":"EUR\u0055SD","bid":10850e-4,"ask":1.0852,"timestamp":17053296005e-1}"#,
        #"{"symbol":"EURUSD","bid":1.0850,"ask":1.0852,"price":9,"timestamp":1705329600.5,"x":[{}]}"#,
        #"{"symbol":"EURUSD","bid":1.0850,"ask":1.0852,"timestamp":"2024.01.15","time_msc":1705329600500}"#,
        #"{"symbol":"EURUSD","bid":1.0850,"ask":1.0852,"time_msc":1705329600500,"timestamp":[1]}"#,
    ])
    func `every form of a tick says the same`(text: String) throws {
        let frame = try decode(text)
        #expect(frame.kind == .tick)
        #expect(frame.symbol.string == "EURUSD")
        #expect(frame.bid.description == "1.0850")
        #expect(frame.ask.description == "1.0852")
        #expect(frame.venueNanoseconds == 1_705_329_600_500_000_000)
        #expect(frame.hasVenueTime)
    }

    @Test func `a tick without time says so`() throws {
        let frame = try decode(#"{"type":"TICK","symbol":"EURUSD","bid":1.08500,"ask":1.08510}"#)
        #expect(!frame.hasVenueTime)
        #expect(frame.venueNanoseconds == 0)
        #expect(!frame.has(.sequence))
    }

    @Test(arguments: ["EURUSD", "tick.EURUSD"])
    func `the topic gives the symbol that the text does not name`(topic: String) throws {
        let frame = try decode(#"{"bid":1,"ask":2}"#, topic: topic)
        #expect(frame.symbol.string == "EURUSD")
        #expect(frame.isSymbolFromTopic)
    }

    @Test func `the text's symbol wins over the topic`() throws {
        let frame = try decode(#"{"symbol":"EURUSD.s","bid":1,"ask":2}"#, topic: "quotes")
        #expect(frame.symbol.string == "EURUSD.s")
        #expect(!frame.isSymbolFromTopic)
    }

    @Test func `the price stands for what is missing, and the tick says so`() throws {
        let text = #"{"price":1.0850,"source":"EODHD","timestamp":1705329600}"#
        let both = try decode(text, topic: "EURUSD")
        #expect(both.bid.description == "1.0850")
        #expect(both.ask.description == "1.0850")
        #expect(both.isFilledFromPrice)
        #expect(both.unknownKeys == 1)
        let one = try decode(#"{"price":3,"bid":2,"ask":null}"#, topic: "EURUSD")
        #expect(one.bid.description == "2")
        #expect(one.ask.description == "3")
    }

    @Test func `zero is a value, and null is none`() throws {
        let frame = try decode(
            #"{"symbol":"X","bid":0,"ask":0.0,"volume":0,"timestamp":0,"bid_volume":null}"#
        )
        #expect(frame.has(.bid))
        #expect(frame.ask.description == "0.0")
        #expect(frame.has(.volume))
        #expect(frame.hasVenueTime)
        #expect(!frame.has(.bidVolume))
    }

    @Test func `sizes and volume are told apart`() throws {
        let frame = try decode(
            #"{"symbol":"X","bid":1,"ask":2,"volume":3,"bid_volume":4.5,"ask_volume":"6"}"#
        )
        #expect(frame.number(.volume).description == "3")
        #expect(frame.number(.bidVolume).description == "4.5")
        #expect(frame.number(.askVolume).description == "6")
    }

    @Test func `a sequence reaches the end of its range`() throws {
        let frame = try decode(
            #"{"symbol":"X","bid":1,"ask":2,"seq":18446744073709551615,"epoch":"1700000001"}"#
        )
        #expect(frame.sequence == .max)
        #expect(frame.epoch == 1_700_000_001)
    }

    @Test(arguments: [
        #"{"type":"EXEC","ticket":5}"#,
        #"{"bid":"none","symbol":7,"type":"EXEC","timestamp":{}}"#,
        #"{"type":"tick","symbol":"X","bid":1,"ask":2}"#,
    ])
    func `a message of another type is none of ours, whatever its fields hold`(text: String) throws
    {
        #expect(try decode(text).kind == .other)
    }

    @Test func `unknown keys are tolerated and counted`() throws {
        let text =
            #"{"a":{"bid":7},"symbol":"X","bid":1,"b":[1e999],"ask":2,"bid_voluXX":1,"timestamq":2}"#
        let frame = try decode(text)
        #expect(frame.unknownKeys == 4)
        #expect(frame.bid.description == "1")
        #expect(!frame.has(.bidVolume))
    }

    @Test func `the short way and the long way agree on damaged frames`() {
        var random = SeededRandom(seed: 0x7E57)
        let frames = [
            #"{"symbol":"EURUSD","bid":1.08512,"ask":1.08514,"volume":12345,"timestamp":123456789012345}"#,
            #"{"symbol": "XAUUSDc", "bid": 5073.44, "ask": 5073.6, "seq": 7, "epoch": 1, "time": 1.5}"#,
        ].map { Array($0.utf8) }
        let alphabet = Array(#"{}",:.eE-0159 \sTbak"#.utf8) + [0x7F, 0x80, 0x09]
        var understood = 0
        for round in 0..<50_000 {
            var bytes = frames[round & 1]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0
                if Bool.random(using: &random) {
                    bytes[place] = byte
                } else {
                    bytes.remove(at: place)
                }
            }
            // The helper traps where the two ways differ.
            if (try? decode(bytes)) != nil { understood += 1 }
        }
        #expect(understood > 2000)
    }
}

@Suite struct TimestampUnitTests {
    @Test(arguments: [
        ("1705329600", 1_705_329_600_000_000_000),
        ("1705329600.123456789", 1_705_329_600_123_456_789),
        ("1.1234567899", 1_123_456_789),
        ("1705329600123", 1_705_329_600_123_000_000),
        ("1705329600123456", 1_705_329_600_123_456_000),
        ("1705329600123456789", 1_705_329_600_123_456_789),
        ("1705329600123.5", 1_705_329_600_123_500_000), ("99999999999", 0),
        ("100000000000", 100_000_000_000_000_000),
        ("0", 0), ("-1.5", -1_500_000_000), ("-0.0000000001", -1),
    ])
    func `the unit of a time is inferred from its size`(text: String, nanoseconds: Int64) throws {
        let message = #"{"symbol":"X","bid":1,"ask":2,"timestamp":\#(text)}"#
        guard text != "99999999999" else {
            #expect(fault(message) == DecodeFault(.outOfRange, .timestamp))
            return
        }
        #expect(try decode(message).venueNanoseconds == nanoseconds)
    }

    @Test(arguments: [
        (TimestampUnit.seconds, Int64(5_000_000_000)), (.milliseconds, 5_000_000),
        (.microseconds, 5000),
        (.nanoseconds, 5),
    ])
    func `a fixed unit is not inferred`(unit: TimestampUnit, nanoseconds: Int64) throws {
        let frame = try decode(#"{"symbol":"X","bid":1,"ask":2,"time":5}"#, unit: unit)
        #expect(frame.venueNanoseconds == nanoseconds)
    }
}

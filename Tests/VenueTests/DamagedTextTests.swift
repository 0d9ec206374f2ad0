import TestSupport
import Testing
import TradingCore

@testable import Venue

/// Texts that were damaged at random: they may be refused, and must end nothing.
@Suite struct DamagedTextTests {
    private static let texts = [
        #"1723161254024619568 {"stream":"x@trade","data":{"e":"trade","s":"X","t":7,"p":"1.5","q":"2"}}"#,
        #"1633998512.0633569: {"e":"depthUpdate","E":1,"s":"X","U":5,"u":8,"b":[["1.0","0"]],"a":[]}"#,
        "wss://h/stream?streams=x@trade <-> 1633998511.159679",
        #"https://h/depth?symbol=X -> 1.5: {"lastUpdateId":1,"bids":[["1","2"]],"asks":[]}"#,
        #"{"t":5,"frame":{"u":3,"s":"X","b":"1","B":"2","a":"3","A":"4"}}"#,
        #"{"method":"SUBSCRIBE","params":["ethusdt@trade","x@depth@100ms"],"id":12}"#,
        "/public/stream?streams=ethusdt%40trade%2Fbtcusdt@depth@100ms",
        "stall:5s:ETHUSDT:#2", "rest-error:2:503", "drop@10s:3:ethusdt@trade",
    ]

    private func damage(_ text: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var text = text
        for _ in 0...Int(random.next() % 3) {
            let place = text.isEmpty ? 0 : Int(random.next() % UInt64(text.count))
            switch random.next() % 4 {
            case 0 where !text.isEmpty: text.remove(at: place)
            case 1 where !text.isEmpty: text[place] = UInt8(truncatingIfNeeded: random.next())
            case 2: text.insert(contentsOf: text.suffix(Int(random.next() % 20)), at: place)
            default: text.removeSubrange(place...)
            }
        }
        return text
    }

    @Test func `damaged lines, frames, requests and faults are refused or read, and no more`() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<1000 {
            for text in Self.texts {
                let bytes = damage(Array(text.utf8), &random)
                let string = String(decoding: bytes, as: UTF8.self)
                _ = CaptureLine(bytes.span)
                _ = try? RecordedFrame(bytes.span)
                _ = try? ControlMessage(bytes.span)
                _ = StreamTarget(string, kind: .usdm)
                _ = StreamName(string)
                _ = try? VenueFault(string)
                _ = try? ScheduledVenueFault(string)
            }
        }
    }

    @Test func `numbers at the end of their range break no book`() throws {
        var books = MarketBooks()
        for id in [Int64.max, 0, .min, 1] {
            let level = PriceLevel(
                price: ExactDecimal(mantissa: id, scale: 0),
                quantity: ExactDecimal(mantissa: .max, scale: 0)
            )
            let snapshot = DepthSnapshot(lastID: id, bids: [level], asks: [level])
            books.begin(snapshot, symbol: "X")
            let update = BookChange(
                eventTime: id,
                symbol: "X",
                firstID: id,
                lastID: id,
                bids: [level],
                asks: [level]
            )
            books.apply(.depth(update), symbol: "X")
        }
        #expect(books.books["X"]?.lastID == .max)
        let text = MessageText.ticker(
            .min,
            bid: PriceLevel(price: .zero, quantity: ExactDecimal(mantissa: .min, scale: 18)),
            ask: PriceLevel(price: .zero, quantity: .zero),
            time: .max,
            symbol: "X",
            stream: "x@bookTicker",
            kind: .usdm
        )
        #expect(String(decoding: text.bytes, as: UTF8.self).contains(#""-9.223372036854775808""#))
    }
}

import Platform
import TestSupport
import Testing
import TradingCore

@testable import Venue

@Suite struct CaptureTests {
    private func line(_ text: String) -> CaptureLine? { CaptureLine(Array(text.utf8).span) }

    @Test func `each form of a line is told apart`() {
        #expect(
            line(#"1723161254024619568 {"a":1}"#)
                == .frame(time: 1_723_161_254_024_619_568, bytes: 20..<27)
        )
        #expect(
            line(#"1633998512.0633569: {"a":1}"#)
                == .frame(time: 1_633_998_512_063_356_900, bytes: 20..<27)
        )
        #expect(
            line("wss://h/stream?streams=x <-> 1633998511.159679")
                == .opened(url: "wss://h/stream?streams=x")
        )
        #expect(line(#"wss://h/ws <- 1633998511.2: {"method":"SUBSCRIBE"}"#) == .ignored)
        #expect(
            line(#"https://h/depth?symbol=X -> 1.5: {"lastUpdateId":1}"#)
                == .reply(url: "https://h/depth?symbol=X", time: 1_500_000_000, bytes: 33..<51)
        )
        #expect(line(#"{"t":5,"frame":{"a":1}}"#) == .frame(time: 5, bytes: 15..<22))
        #expect(line(#"{"stream":"x","data":{}}"#) == .frame(time: nil, bytes: 0..<24))
        #expect(
            line(#"{"t":5,"url":"https://h/depth","reply":{}}"#)
                == .reply(url: "https://h/depth", time: 5, bytes: 39..<41)
        )
        #expect(line("") == .ignored)
        #expect(line(#"configuration: {"a":1}"#) == .ignored)
    }

    @Test(arguments: [
        "hello", "12", "99999999999999999999999 {}", "{", "wss://h ?? 1", "1.2.3: {}",
    ])
    func `what has no form is refused`(text: String) { #expect(line(text) == nil) }

    private func frame(_ text: String) throws -> RecordedFrame {
        try RecordedFrame(Array(text.utf8).span)
    }

    @Test func `messages of every kind are understood in whatever order their members come`() throws
    {
        let trade = try frame(
            #"{"data":{"t":7,"p":"1.50","q":"2","e":"trade","m":true,"T":9,"s":"X"},"stream":"x@trade"}"#
        )
        #expect(trade.stream == "x@trade")
        #expect(trade.update.ids == 7...7)
        let depth = try frame(
            #"{"e":"depthUpdate","E":1,"s":"X","U":5,"u":8,"pu":4,"b":[["1.0","0"]],"a":[]}"#
        )
        #expect(depth.streamName == "x@depth@100ms")
        #expect(depth.update.ids == 5...8)
        let ticker = try frame(#"{"u":3,"s":"X","b":"1","B":"2","a":"3","A":"4"}"#)
        #expect(ticker.streamName == "x@bookTicker")
        #expect(try frame(#"{"result":null,"id":1}"#).isAnswer)
        let book = try frame(#"{"lastUpdateId":9,"bids":[["1","2"]],"asks":[["3","4",[]]]}"#)
        #expect(book.snapshot?.lastID == 9)
        #expect(book.snapshot?.asks.count == 1)
    }

    @Test(arguments: [
        "", "[]", #"{"stream":"x"}"#, #"{"e":"depthUpdate","U":1,"u":1,"b":[["x","1"]],"a":[]}"#,
        #"{"e":"trade"} x"#,
    ])
    func `frames that are no messages are refused`(text: String) {
        #expect(throws: JSONFault.self) { try frame(text) }
    }

    @Test func `captures are merged by time, and each keeps its own order`() throws {
        try withTemporaryDirectory { directory in
            func trade(_ id: Int) -> String {
                #"{"e":"trade","E":1,"s":"X","t":\#(id),"p":"1","q":"1","T":1,"m":false}"#
            }
            let one = directory + "/one"
            let two = directory + "/two"
            try AtomicFile.write(
                Array("1000000000001 \(trade(1))\n1000000000005 \(trade(3))\n".utf8),
                to: one
            )
            // The second line is earlier than the first one, as a clock may have it.
            let second =
                #"{"t":1000000000003,"frame":\#(trade(2))}"# + "\n"
                + #"{"t":1000000000002,"frame":\#(trade(4))}"#
            try AtomicFile.write(Array(second.utf8), to: two)
            let (messages, _, _) = try replayed([one, two])
            #expect(messages.map(\.update.ids) == [1...1, 2...2, 4...4, 3...3])
            #expect(messages.map(\.offset) == [0, 2, 2, 4])
        }
    }

    @Test func `a silence of days between captures is shortened`() throws {
        try withTemporaryDirectory { directory in
            let file = directory + "/capture"
            let frame = #"{"e":"trade","s":"X","t":1,"p":"1","q":"1","T":1,"m":false}"#
            let lines = "1000000000000 \(frame)\n999000000000000 \(frame)\n"
            try AtomicFile.write(Array(lines.utf8), to: file)
            let (messages, _, _) = try replayed([file])
            #expect(messages.map(\.offset) == [0, 1_000_000_000])
        }
    }

    @Test func `a line that is none is told with its file and number`() throws {
        try withTemporaryDirectory { directory in
            let file = directory + "/capture"
            try AtomicFile.write(Array("1000000000000 {}\nnonsense\n".utf8), to: file)
            let error = #expect(throws: VenueError.self) { try replayed([file]) }
            #expect(error?.place == file + ":2")
        }
    }

    @Test func `captures of both markets at once are refused`() throws {
        try withTemporaryDirectory { directory in
            let files = [directory + "/spot", directory + "/usdm"]
            let update = #"{"e":"depthUpdate","s":"X","U":1,"u":1,"b":[],"a":[]"#
            try AtomicFile.write(Array("1000000000000 \(update)}\n".utf8), to: files[0])
            try AtomicFile.write(Array("1000000000000 \(update),\"pu\":0}\n".utf8), to: files[1])
            #expect(throws: VenueError.self) { try CaptureReplay(files, kind: nil) }
            #expect(try CaptureReplay([files[1]], kind: nil).kind == .usdm)
        }
    }
}

/// Takes all messages of captures, with the streams and the books at the end.
func replayed(
    _ files: [String]
) throws -> (messages: [MarketMessage], directory: StreamDirectory, books: MarketBooks) {
    var replay = try CaptureReplay(files, kind: nil)
    var directory = StreamDirectory()
    var books = MarketBooks()
    var messages: [MarketMessage] = []
    try replay.begin(&directory, &books)
    while replay.nextOffset != nil { try replay.next(into: &messages, &directory, &books) }
    return (messages, directory, books)
}

import TestSupport
import Testing
import WebSocket

@testable import Venue

@Suite struct SessionTests {
    private func session(_ path: String, _ kind: MarketKind = .spot) throws -> VenueSession {
        let target = try #require(StreamTarget(path, kind: kind))
        var session = VenueSession(target, kind: kind)
        _ = session.open(target)
        return session
    }

    private func ask(
        _ session: inout VenueSession,
        _ text: String,
        at now: Int64 = 0
    ) -> [String] {
        session.receive(Array(text.utf8).span, at: now).map { action in
            switch action {
            case .reply(let bytes): String(decoding: bytes, as: UTF8.self)
            case .subscribe(let name): "+" + name
            case .unsubscribe(let name): "-" + name
            case .close(let status): "close \(status.code ?? 0)"
            }
        }
    }

    @Test func `paths name their streams, with or without the name of each message`() throws {
        let raw = try #require(StreamTarget("/ws/ethusdt@trade/btcusdt@depth", kind: .spot))
        #expect(!raw.isCombined)
        #expect(raw.streams == ["ethusdt@trade", "btcusdt@depth"])
        let combined = try #require(
            StreamTarget("/stream?streams=ethusdt@trade/btcusdt@depth@100ms", kind: .spot)
        )
        #expect(combined.isCombined)
        #expect(combined.streams == ["ethusdt@trade", "btcusdt@depth@100ms"])
        let escaped = StreamTarget("/stream?streams=ethusdt%40trade%2Fbtcusdt@depth", kind: .spot)
        #expect(escaped?.streams == ["ethusdt@trade", "btcusdt@depth"])
        #expect(StreamTarget("/stream", kind: .spot)?.streams == [])
        #expect(StreamTarget("/ws", kind: .spot)?.streams == [])
    }

    @Test(arguments: ["/", "/api", "/market/ws/x@trade", "/stream/x", "/ws/a\"b"])
    func `a path that spot does not have is none`(path: String) {
        #expect(StreamTarget(path, kind: .spot) == nil)
    }

    @Test func `futures paths serve their own streams and are silent about others`() throws {
        let routes = ["/public/ws", "/market/ws", "/private/ws", "/ws"].map {
            StreamTarget($0, kind: .usdm)?.route
        }
        #expect(routes == [.public, .market, .private, .all])
        let names = ["x@depth", "x@bookTicker", "x@aggTrade", "x@markPrice"].map(StreamName.init)
        let served = routes.map { route in names.map { route?.serves($0) == true } }
        #expect(
            served == [
                [true, true, false, false], [false, false, true, true],
                [false, false, false, false], [true, true, true, true],
            ]
        )
    }

    @Test func `subscriptions are taken, listed and taken back in the venue's words`() throws {
        var session = try session("/stream?streams=a@trade")
        #expect(
            ask(&session, #"{"method":"SUBSCRIBE","params":["b@trade","a@trade"],"id":1}"#) == [
                "+b@trade", #"{"result":null,"id":1}"#,
            ]
        )
        #expect(
            ask(&session, #"{"id":"x","method":"LIST_SUBSCRIPTIONS"}"#) == [
                #"{"result":["a@trade","b@trade"],"id":"x"}"#
            ]
        )
        #expect(
            ask(&session, #"{"method":"UNSUBSCRIBE","params":["a@trade","z@trade"],"id":312}"#) == [
                "-a@trade", #"{"result":null,"id":312}"#,
            ]
        )
        #expect(session.subscriptions == ["b@trade"])
    }

    @Test func `the form of messages is a property`() throws {
        var session = try session("/ws/a@trade")
        #expect(
            ask(&session, #"{"method":"SET_PROPERTY","params":["combined",true],"id":5}"#) == [
                #"{"result":null,"id":5}"#
            ]
        )
        #expect(session.isCombined)
        #expect(
            ask(&session, #"{"method":"GET_PROPERTY","params":["combined"],"id":2}"#) == [
                #"{"result":true,"id":2}"#
            ]
        )
    }

    @Test(arguments: [
        (#"{"method":"FLY","id":1}"#, "2", "unknown variant `FLY`"),
        (#"{"params":[],"id":1}"#, "2", "missing field `method`"),
        (#"{"method":"LIST_SUBSCRIPTIONS","id":-1}"#, "2", "request ID"),
        (#"{"method":"SET_PROPERTY","params":["x",true],"id":1}"#, "0", "Unknown property"),
        ("ping", "3", "Invalid JSON"),
        (#"{"method":"SUBSCRIBE","params":["a b"],"id":1}"#, "2", "invalid stream"),
    ])
    func `what cannot be understood is answered with an error`(
        text: String,
        code: String,
        words: String
    ) throws {
        var session = try session("/ws")
        let answers = ask(&session, text)
        #expect(answers.count == 1)
        #expect(answers.first?.contains(#""code":\#(code),"#) == true, "\(answers)")
        #expect(answers.first?.contains(words) == true, "\(answers)")
    }

    @Test(arguments: [(MarketKind.spot, 5), (.usdm, 10)])
    func `more messages in a second than are allowed end the connection`(
        kind: MarketKind,
        most: Int
    ) throws {
        var session = try session("/ws", kind)
        let list = #"{"method":"LIST_SUBSCRIPTIONS","id":1}"#
        for number in 0..<most {
            #expect(ask(&session, list, at: Int64(number)) == [#"{"result":[],"id":1}"#])
        }
        #expect(ask(&session, list, at: 999_999_999) == ["close 1008"])
        var patient = try self.session("/ws", kind)
        for number in 0..<most * 3 {
            let now = Int64(number) * (1_000_000_000 / Int64(most) + 1)
            #expect(ask(&patient, list, at: now) == [#"{"result":[],"id":1}"#])
        }
    }

    @Test func `1024 streams are taken and one more is not`() throws {
        var session = try session("/ws")
        let names = (0..<1024).map { "s\($0)@trade" }
        for start in stride(from: 0, to: 1024, by: 256) {
            let list = names[start..<start + 256].map { #""\#($0)""# }.joined(separator: ",")
            let text = #"{"method":"SUBSCRIBE","params":[\#(list)],"id":1}"#
            #expect(ask(&session, text, at: Int64(start) * 1_000_000_000).count == 257)
        }
        let more = ask(
            &session,
            #"{"method":"SUBSCRIBE","params":["x@trade"],"id":9}"#,
            at: 2_000_000_000_000
        )
        #expect(more.first?.contains("too many") == true, "\(more)")
        #expect(session.subscriptions == names)
    }
}

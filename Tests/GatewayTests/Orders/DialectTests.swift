import Gateway
import Testing
import TradingCore

/// Clients of older gateways.
@Suite struct DialectTests {
    private func scene() -> DeskScene { DeskScene { $0.acceptsOrdersWithoutExpiry = true } }

    @Test(arguments: [
        (#""type":"SELL""#, OrderRequest.Side.sell), (#""side":"sell""#, .sell),
        (#""order_type":"SELL""#, .sell), (#""type":"OP_SELL""#, .sell),
        (#""type":"BUY","side":"buy""#, .buy),
    ])
    func `the direction of the first protocol is what was said, by whichever name`(
        words: String,
        side: OrderRequest.Side
    ) throws {
        var scene = scene()
        let reply = try scene.ask(
            "OPEN_ORDER",
            #"{"symbol":"EURUSD","volume":0.1,\#(words)}"#,
            validFor: nil
        )
        #expect(reply["status"] == "SUCCESS")
        #expect(reply["data.state"] == "filled")
        #expect(reply["error"] == "null")
        #expect(scene.desk.venue.positions.map(\.side) == [side])
    }

    @Test(arguments: [
        #"{"symbol":"EURUSD","volume":0.1}"#,
        #"{"symbol":"EURUSD","volume":0.1,"type":"SELL","side":"BUY"}"#,
        #"{"symbol":"EURUSD","volume":0.1,"type":"MARKET"}"#,
        #"{"symbol":"EURUSD","type":"SELL"}"#,
    ])
    func `a direction or volume that is missing or contradicts itself is refused, never guessed`(
        payload: String
    ) throws {
        var scene = scene()
        let reply = try scene.ask("OPEN_ORDER", payload, validFor: nil)
        #expect(reply["status"] == "ERROR")
        #expect(reply["error"]?.isEmpty == false)
        #expect(scene.desk.venue.positions.isEmpty)
    }

    @Test func `a position is closed by its ticket, and a second time is refused`() throws {
        var scene = scene()
        _ = try scene.ask("ORDER_SEND", marketOrder("OP_SELL"), id: "a", validFor: nil)
        let closed = try scene.ask("CLOSE_POSITION", #"{"ticket":1}"#, id: "b", validFor: nil)
        #expect(closed["status"] == "SUCCESS")
        #expect(scene.desk.venue.positions.isEmpty)
        let again = try scene.ask("CLOSE_POSITION", #"{"ticket":1}"#, id: "c", validFor: nil)
        #expect(again["status"] == "ERROR")
        #expect(scene.desk.venue.positions.isEmpty)
    }

    @Test func `a query with the first protocol's version is answered in its form`() throws {
        var scene = scene()
        scene.send(
            raw: #"{"action":"GET_POSITIONS","req_id":"a","protocol":"1.0","payload":{}}"#
        )
        let reply = jsonMembers(Array(try #require(scene.replies.last).utf8))
        #expect(reply["status"] == "SUCCESS")
        #expect(reply["data.positions"] == "[]")
        #expect(reply["boot_id"] == nil)
    }

    @Test func `older clients' orders without a limit are refused unless that is allowed`() throws {
        var strict = DeskScene()
        let payload = #"{"symbol":"EURUSD","volume":0.1,"type":"BUY"}"#
        let reply = try strict.ask("OPEN_ORDER", payload, validFor: nil)
        #expect(reply["status"] == "ERROR")
        #expect(strict.desk.venue.positions.isEmpty)
    }

    @Test(arguments: [
        #"{"engage":true}"#, #"{"kind":1,"deep":{"a":[{"b":null}]}}"#, "7", "[]", #"{"volume":"#,
    ])
    func `what is no order is refused and remembered by its bytes`(payload: String) throws {
        var scene = DeskScene()
        scene.send("ORDER_SEND", payload)
        let reply = jsonMembers(Array(try #require(scene.replies.last).utf8))
        #expect(reply["error"] == "true")
        #expect(scene.desk.truth.executionsMax == 0)
    }

    @Test func `an id that would break a JSON text or a name is refused and not remembered`() throws
    {
        var scene = DeskScene()
        for id in ["", "a\\u0022b", String(repeating: "x", count: 65), "caf\u{E9}"] {
            let reply = try scene.ask("ORDER_SEND", marketOrder(), id: id)
            #expect(reply["error"] == "true")
        }
        #expect(scene.desk.venue.positions.isEmpty)
        #expect(!scene.records.contains { if case .decided = $0 { true } else { false } })
    }
}

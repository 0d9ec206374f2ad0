import OrderEntry
import Testing

@testable import TradingCore

@Suite struct OrderWireEncoderTests {
    private let encoder = OrderWireEncoder(magic: 107)
    private let now = WallTime(nanoseconds: 1_768_000_000_123_456_789)

    private func text(_ intent: OrderIntent) -> String {
        let limit = WallTime(nanoseconds: now.nanoseconds + 2_000_000_000)
        return String(decoding: encoder.command(intent, validUntil: limit, at: now), as: UTF8.self)
    }

    @Test func `an order is written with its digits, its limit in time and its tag`() {
        let intent = SampleOrders.intent(SampleOrders.id(1))
        #expect(
            text(intent) == """
                {"action":"ORDER_SEND","req_id":"\(intent.id)","timestamp":1768000000.123456789,\
                "valid_until":1768000002.123456789,"payload":{"symbol":"EURUSD","type":"OP_BUY",\
                "volume":0.10,"deviation":20,"sl":1.07000,"magic":107,"comment":"\(intent.id.tag)"}}
                """
        )
    }

    @Test(arguments: [
        (OrderRequest.Kind.market, "OP_BUY"),
        (.limit(ExactDecimal(mantissa: 11, scale: 1)), "OP_BUYLIMIT"),
        (.stop(ExactDecimal(mantissa: 11, scale: 1)), "OP_BUYSTOP"),
    ])
    func `each kind has its word`(kind: OrderRequest.Kind, word: String) {
        let text = text(SampleOrders.intent(SampleOrders.id(1), kind: kind))
        #expect(text.contains(#""type":"\#(word)""#))
        #expect(text.contains(#""price":1.1"#) == (kind != .market))
    }

    @Test(arguments: [
        (OrderCommand.modify(ticket: .max, of: nil), "ORDER_MODIFY", ".max"),
        (.cancel(ticket: .max, of: nil), "ORDER_CANCEL", ".max"),
        (.close(position: .max), "ORDER_CLOSE", ".max"),
    ])
    func `a ticket keeps all its digits`(command: OrderCommand, action: String, _: String) {
        let text = text(SampleOrders.intent(SampleOrders.id(1), command))
        #expect(text.hasPrefix(#"{"action":"\#(action)""#))
        #expect(text.contains(#""ticket":18446744073709551615"#))
    }

    @Test func `a symbol cannot break out of its text`() {
        let query = OrderQuery.describe(symbol: #"A","x":"\#u{1}"#)
        let bytes = encoder.query(query, requestID: "q", at: now)
        var scanner = JSONScanner()
        #expect(throws: Never.self) {
            try scanner.skipValue(in: bytes.span)
            try scanner.finish(in: bytes.span)
        }
    }
}

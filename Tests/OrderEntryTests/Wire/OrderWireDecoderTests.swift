import OrderEntry
import Testing

@testable import TradingCore

@Suite struct OrderWireDecoderTests {
    private let decoder = OrderWireDecoder(magic: 107)
    private let intent = SampleOrders.intent(SampleOrders.id(1))

    private func report(
        _ text: String,
        about other: OrderIntent? = nil
    ) throws -> OrderReport {
        let bytes = Array(text.utf8)
        let envelope = try decoder.envelope(bytes)
        return try decoder.report(bytes, envelope, about: other ?? intent)
    }

    private func answer(
        _ code: Int32,
        error: Bool,
        data: String = "null",
        extra: String = ""
    ) -> String {
        """
        {"req_id":"\(intent.id)","boot_id":"b","error":\(error),"ticket":5,"msg":"m",\
        "retcode":\(code),"data":\(data)\(extra)}
        """
    }

    // MARK: Commands

    @Test func `a filled order brings its digits and its deals`() throws {
        let data = DispatcherHarness.filledData(intent.id.description, 7)
        let report = try report(answer(10_009, error: false, data: data))
        #expect(report.state == .filled && report.ticket == 707 && report.position == 900)
        #expect(report.averagePrice.description == "1.08515")
        #expect(report.filled.description == "0.10")
        #expect(report.deals == [SampleOrders.deal(7, of: intent.id)])
    }

    @Test(arguments: [
        (10_009, false, OrderState.filled), (10_008, false, .acknowledged),
        (10_010, false, .unknown), (10_009, true, .unknown), (10_012, true, .unknown),
        (10_011, true, .unknown), (10_006, true, .rejected), (10_006, false, .unknown),
        (10_031, true, .rejected), (-1, true, .unknown), (-4, true, .unknown), (0, false, .unknown),
        (12_345, true, .unknown), (-10, true, .expired), (-11, true, .fenced),
        (-12, true, .rejected), (-14, true, .rejected),
    ])
    func `a return code proves only what its table says`(
        code: Int32,
        isError: Bool,
        state: OrderState
    ) throws {
        let report = try report(answer(code, error: isError))
        #expect(report.state == state)
        #expect(report.filled == (state == .filled ? intent.quantity : .zero))
    }

    @Test(arguments: [
        ("filled", OrderState.filled), ("working", .acknowledged), ("cancelled", .cancelled),
        ("rejected", .rejected), ("expired", .expired), ("unknown", .unknown),
    ])
    func `a state counts more than the return code`(word: String, state: OrderState) throws {
        let data = #"{"state":"\#(word)","ticket":5,"filled":0.04,"average_price":1.1}"#
        let report = try report(answer(10_010, error: false, data: data))
        #expect(report.state == state)
        #expect(report.filled == ExactDecimal(mantissa: 4, scale: 2))
    }

    @Test func `what an answer to a cancel says is filled is another order's affair`() throws {
        let cancel = SampleOrders.intent(intent.id, .cancel(ticket: 5, of: nil))
        let data = #"{"state":"filled","ticket":5,"filled":7.00,"average_price":1.1}"#
        let report = try report(answer(10_009, error: false, data: data), about: cancel)
        #expect(report.state == .filled && report.filled == .zero)
    }

    @Test func `unknown keys and another order of keys change nothing`() throws {
        let text = """
            { "extra": {"a":[1,{"b":null}]}, "data":null, "retcode":10009, "error":false,
              "msg":"", "ticket": 5, "req_id":"\(intent.id)" }
            """
        #expect(try report(text).state == .filled)
    }

    // MARK: Older dialects

    @Test func `the second dialect has neither id nor start`() throws {
        let text = #"{"error":false,"ticket":12,"msg":"ok","retcode":10009,"data":null}"#
        let envelope = try decoder.envelope(Array(text.utf8))
        #expect(envelope.requestID == nil && envelope.bootID.isEmpty)
        #expect(try report(text).ticket == 12)
        let timeout = """
            {"error":true,"ticket":0,"msg":"Order timeout - status unknown (NOT retrying)",\
            "retcode":-1}
            """
        #expect(try report(timeout).state == .unknown)
    }

    @Test(arguments: [
        (#""status":"SUCCESS","data":{"ticket":5},"error":null"#, OrderState.unknown),
        (#""status":"SUCCESS","data":{"ticket":5,"retcode":10009},"error":null"#, .filled),
        (#""status":"PENDING","data":null,"error":null"#, .unknown),
        (#""status":"ERROR","data":null,"error":"Unknown action: ORDER_SEND""#, .rejected),
        (#""status":"ERROR","data":null,"error":"Invalid request structure""#, .rejected),
        (#""status":"ERROR","data":null,"error":"mt5 failed""#, .unknown),
    ])
    func `the first dialect's words prove little`(members: String, state: OrderState) throws {
        let text = #"{"req_id":"\#(intent.id)","timestamp":1768000000.5,\#(members)}"#
        #expect(try report(text).state == state)
    }

    // MARK: Faults

    @Test(arguments: [
        "", "{}", "[]", "null", #"{"req_id":"x"}"#, #"{"error":false}"#,
        #"{"error":false,"retcode":10009.5}"#, #"{"error":false,"retcode":99999999999}"#,
        #"{"error":false,"retcode":1,"data":{"state":"perhaps"}}"#,
        #"{"error":false,"retcode":1,"data":{"filled":-1}}"#,
        #"{"error":false,"retcode":1,"data":{"deals":[{}]}}"#,
        #"{"error":false,"retcode":1,"data":{"filled":NaN}}"#,
        #"{"error":false,"retcode":1,"data":{"filled":1e99}}"#,
        #"{"error":false,"retcode":1,"ticket":-1}"#,
        #"{"error":false,"retcode":1}x"#,
    ])
    func `G07: what is no answer is a fault and not a fact`(text: String) {
        #expect(throws: OrderWireFault.self) { try report(text) }
    }

    @Test func `a list without end is refused`() {
        let deal = DispatcherHarness.dealText(intent.id.description, 1)
        let deals = Array(repeating: deal, count: 1001).joined(separator: ",")
        #expect(throws: OrderWireFault.tooMany("deals")) {
            try report(answer(10_009, error: false, data: #"{"deals":[\#(deals)]}"#))
        }
    }

    @Test func `a long sentence is cut between characters`() throws {
        let long = String(repeating: "ä", count: 500)
        let envelope = try decoder.envelope(
            Array(#"{"error":true,"retcode":10006,"msg":"\#(long)"}"#.utf8)
        )
        #expect(envelope.message == String(repeating: "ä", count: 128))
    }

    // MARK: Account

    @Test(arguments: ["account", "positions", "orders", "deals"])
    func `an account that lacks a part is no flat account`(key: String) throws {
        var parts = [
            "account": #"{"currency":"USD","margin_mode":"netting","balance":1,"equity":1}"#,
            "positions": "[]", "orders": "[]", "deals": "[]",
        ]
        parts[key] = nil
        let members = parts.map { #""\#($0.key)":\#($0.value)"# }.joined(separator: ",")
        let bytes = Array(answer(0, error: false, data: "{\(members)}").utf8)
        let envelope = try decoder.envelope(bytes)
        #expect(throws: OrderWireFault.missing(key)) { try decoder.account(bytes, envelope) }
    }

    @Test(
        arguments: [
            (#","trade_mode":"demo""#, .demo), (#","trade_mode":"contest""#, .contest),
            (#","trade_mode":"real""#, .real), (#","trade_mode":"Demo""#, nil), ("", nil),
        ] as [(String, AccountSnapshot.Kind?)]
    )
    func `an account is what it says in a word that is known, and else unknown`(
        member: String,
        kind: AccountSnapshot.Kind?
    ) throws {
        let data = """
            {"account":{"currency":"USD","margin_mode":"netting","balance":1,"equity":1\(member)},\
            "positions":[],"orders":[],"deals":[],"complete":true}
            """
        let bytes = Array(answer(0, error: false, data: data).utf8)
        let envelope = try decoder.envelope(bytes)
        #expect(try decoder.account(bytes, envelope).snapshot.kind == kind)
    }

    @Test func `an instrument without a size is refused`() throws {
        let data = """
            {"symbol":"EURUSD","contract_size":0,"tick_size":0.00001,"digits":5,"volume_min":0.01,\
            "volume_max":1,"volume_step":0.01,"currency_base":"EUR","currency_profit":"USD",\
            "trade_mode":"full"}
            """
        let bytes = Array(answer(0, error: false, data: data).utf8)
        let envelope = try decoder.envelope(bytes)
        #expect(throws: OrderWireFault.self) { try decoder.instrument(bytes, envelope) }
    }

    @Test func `an order is known by its id, else by the tag in its comment`() throws {
        for (requestID, comment) in [(intent.id.description, ""), ("", intent.id.tag + "/br")] {
            let text = DispatcherHarness.dealText(requestID, 1)
                .replacing(#""comment":"""#, with: #""comment":"\#(comment)""#)
            let frame = #"{"type":"EXEC","epoch":1,"seq":1,"kind":"deal","deal":\#(text)}"#
            let event = try decoder.event(Array(frame.utf8)) { _ in nil }
            guard case .deal(let deal) = event?.event else {
                Issue.record("no deal in \(frame)")
                continue
            }
            #expect(deal.orderID == intent.id && deal.isOurs)
        }
    }
}

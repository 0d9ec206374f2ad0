internal import Gateway
internal import Telemetry
internal import TradingCore

/// Sends one order to the paper venue's desk again and again, as a broken client would, and counts executions.
struct DuplicateOrderDrill: AuditCheck {
    private static let id = "audit-duplicate"
    private static let symbol = "EURUSD"

    func run() -> [AuditResult] {
        var desk = OrderDesk(
            OrderDeskConfiguration(),
            venue: PaperVenue(PaperVenueOptions(), symbols: [Self.symbol]),
            bootID: "audit",
            at: now
        )
        desk.renewLease(at: now.monotonic)
        desk.quote(
            symbol: 0,
            bid: ExactDecimal(mantissa: 108_500, scale: 5),
            ask: ExactDecimal(mantissa: 108_520, scale: 5),
            at: now
        )
        let first = send(volume: "0.10", &desk)
        let again = send(volume: "0.10", &desk)
        let other = send(volume: "0.20", &desk)
        let executions = desk.truth.executions(of: Self.id)
        let isRefused = other.split(separator: ",").contains("\"retcode\":-14")
        let holds = executions == 1 && first == again && isRefused
        return [
            AuditItem(
                .duplicates,
                "the same req_id is executed once",
                limit: "1 execution; the same answer again; another payload refused",
                remedy: "do not trade: the gateway's memory of ids does not work"
            ).result(
                holds: holds,
                "\(executions) execution, answer \(first == again ? "the same" : "another"), "
                    + "other payload \(isRefused ? "refused" : "NOT refused")"
            )
        ]
    }

    private let now = DeskMoment(
        wall: WallTime(nanoseconds: 1_768_392_000 * 1_000_000_000),
        monotonic: MonotonicTime(nanoseconds: 1_000_000_000)
    )

    private func send(volume: String, _ desk: inout OrderDesk) -> String {
        let payload =
            #"{"symbol":"\#(Self.symbol)","type":"OP_BUY","volume":\#(volume),"magic":1,"comment":"audit"}"#
        let request =
            #"{"action":"ORDER_SEND","req_id":"\#(Self.id)","valid_until":1768392002,"payload":\#(payload)}"#
        desk.receive(Array(request.utf8).span, at: now)
        var replies: [String] = []
        // What is accepted is stored before it is executed, so that it takes two looks.
        for _ in 0..<2 {
            desk.advance(to: now)
            replies += desk.takeOutput().replies.map(\.text)
        }
        return replies.last ?? ""
    }
}

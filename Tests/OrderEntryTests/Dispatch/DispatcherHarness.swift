import OrderEntry
import Telemetry
import Testing

@testable import TradingCore

/// A dispatcher in simulated time, with a ledger that is a list and sockets that only remember.
struct DispatcherHarness {
    /// A frame that was handed over.
    struct Sent: Equatable {
        var slot: Int
        var action: String
        var requestID: String
        var text: String
    }

    var dispatcher: OrderDispatcher
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    /// What the ledger holds.
    var entries: [LedgerEntry] = []
    var told: [OrderInput] = []
    var sent: [Sent] = []
    var logs: [String] = []
    var replaced: [Int] = []
    var hasFinished = false
    /// What the last look says.
    var block: OrderBlock?
    /// What becomes of frames.
    var outcome = HandoverOutcome.accepted
    /// Why the ledger fails, if it does.
    var ledgerFault: String?
    /// Whether commits take until `.persisted` is run by the test.
    var holdsCommits = false
    /// Whether sockets connect as soon as they are made.
    var connectsAtOnce = true
    var bootID = "boot-1"

    static let start: Int64 = 1_000_000_000

    init(
        _ settings: OrderDispatchSettings = OrderDispatchSettings(),
        recovery: OrderRecovery = OrderRecovery(ledger: SampleOrders.ledger, epoch: 1),
        seed: UInt64 = 1
    ) {
        dispatcher = OrderDispatcher(
            settings: settings,
            recovery: recovery,
            seed: seed,
            at: now,
            wall: SampleOrders.wall
        )
    }

    var wall: WallTime {
        WallTime(nanoseconds: SampleOrders.wall.nanoseconds + now.nanoseconds - Self.start)
    }

    /// A harness whose gateway has answered its first questions.
    static func alive(
        _ settings: OrderDispatchSettings = OrderDispatchSettings(),
        recovery: OrderRecovery = OrderRecovery(ledger: SampleOrders.ledger, epoch: 1)
    ) -> DispatcherHarness {
        var harness = DispatcherHarness(settings, recovery: recovery)
        harness.run(.started)
        harness.answerQueries()
        return harness
    }

    // MARK: Driving

    mutating func run(_ event: OrderDispatchEvent) {
        var actions: [OrderDispatchAction] = []
        dispatcher.step(event, at: now, wall: wall, into: &actions)
        for action in actions { perform(action) }
    }

    mutating func submit(_ intents: OrderIntent...) {
        var actions: [OrderDispatchAction] = []
        for intent in intents {
            dispatcher.submit(SampleOrders.approved(intent), at: now, wall: wall, into: &actions)
        }
        for action in actions { perform(action) }
        run(.timer)
    }

    /// Lets time pass, deadline by deadline.
    mutating func advance(by duration: Duration, answering: Bool = false) {
        let end = now + duration
        var steps = 0
        while dispatcher.nextDeadline <= end, !hasFinished {
            now = max(now, dispatcher.nextDeadline)
            run(.timer)
            if answering { answerQueries() }
            steps += 1
            precondition(steps < 10_000, "the dispatcher spins at \(now)")
        }
        now = end
        run(.timer)
    }

    private mutating func perform(_ action: OrderDispatchAction) {
        switch action {
        case .persist(let entries):
            if let ledgerFault { return run(.persistFailed(ledgerFault)) }
            self.entries += entries
            if !holdsCommits { run(.persisted) }
        case .check(let intent): run(.checked(intent.id, block))
        case .send(let slot, let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            if outcome != .refused {
                sent.append(
                    Sent(
                        slot: slot,
                        action: Self.field("action", in: text),
                        requestID: Self.field("req_id", in: text),
                        text: text
                    )
                )
            }
            run(.sent(slot: slot, outcome))
        case .replaceSocket(let slot):
            replaced.append(slot)
            run(connectsAtOnce ? .connected(slot: slot) : .disconnected(slot: slot, .refused))
        case .tell(let input): told.append(input)
        case .log(let record): logs.append(record.message)
        case .finished: hasFinished = true
        }
    }

    // MARK: Looking

    static func field(_ name: String, in text: String) -> String {
        guard let start = text.firstRange(of: "\"\(name)\":\"")?.upperBound else { return "" }
        return String(text[start...].prefix { $0 != "\"" })
    }

    func facts(of id: OrderID) -> [OrderFact] {
        told.compactMap { if case .fact(id, let fact) = $0 { fact } else { nil } }
    }

    func sends(of id: OrderID) -> [Sent] { sent.filter { $0.requestID == id.description } }

    func actions(_ action: String) -> [Sent] { sent.filter { $0.action == action } }

    /// The last frame with an action.
    func last(_ action: String) throws -> Sent { try #require(actions(action).last) }

    /// The only frame of a command.
    func order(_ id: OrderID) throws -> Sent { try #require(sends(of: id).last) }

    var conditions: [GatewayCondition] {
        told.compactMap { if case .gateway(let condition) = $0 { condition } else { nil } }
    }

    // MARK: Answering

    mutating func reply(_ sent: Sent, _ members: String) {
        let text = """
            {"req_id":"\(sent.requestID)","boot_id":"\(bootID)","error":false,"ticket":0,"msg":"",\
            "retcode":0,\(members)}
            """
        run(.received(slot: sent.slot, Array(text.utf8)))
    }

    mutating func receive(_ text: String, on slot: Int) {
        run(.received(slot: slot, Array(text.utf8)))
    }

    /// Answers heartbeats and account questions that were not answered yet.
    mutating func answerQueries() {
        var count = -1
        while count != sent.count {
            count = sent.count
            guard let last = sent.last else { return }
            answerHeartbeat(last)
            answerAccount(last)
        }
    }

    mutating func answerHeartbeat(_ sent: Sent, members: String = "") {
        guard sent.action == "HEARTBEAT" else { return }
        let time = ExactDecimal(mantissa: wall.nanoseconds, scale: 9)
        reply(sent, #""data":{"status":"alive","timestamp":\#(time)\#(members)}"#)
    }

    mutating func answerAccount(
        _ sent: Sent,
        deals: String = "",
        orders: String = "",
        positions: String = "",
        mode: String = "hedging"
    ) {
        guard sent.action == "SYNC_ALL" else { return }
        reply(
            sent,
            """
            "data":{"account":{"login":1,"currency":"USD","margin_mode":"\(mode)","balance":1000.00,\
            "equity":1000.00,"margin":0,"trade_allowed":true},"positions":[\(positions)],"orders":[\(orders)],\
            "deals":[\(deals)],"complete":true,"last_deal":0,"exec_seq":0,"killed":false}
            """
        )
    }

    /// Answers a command as filled whole.
    mutating func fill(_ sent: Sent, deal: UInt64 = 1, volume: String = "0.10") {
        let text = """
            {"req_id":"\(sent.requestID)","boot_id":"\(bootID)","error":false,"ticket":\(700 + deal),\
            "msg":"done","retcode":10009,"data":\(Self.filledData(sent.requestID, deal, volume))}
            """
        run(.received(slot: sent.slot, Array(text.utf8)))
    }

    static func filledData(_ requestID: String, _ deal: UInt64, _ volume: String = "0.10") -> String
    {
        """
        {"state":"filled","ticket":\(700 + deal),"position":900,"filled":\(volume),\
        "average_price":1.08515,"deals":[\(dealText(requestID, deal, volume))]}
        """
    }

    static func dealText(_ requestID: String, _ deal: UInt64, _ volume: String = "0.10") -> String {
        """
        {"deal":\(deal),"order":\(700 + deal),"position":900,"req_id":"\(requestID)","magic":107,\
        "symbol":"EURUSD","side":"buy","entry":"in","volume":\(volume),"price":1.08515,"profit":0,\
        "commission":-0.35,"swap":0,"time":1768000000.000000000,"reason":"command","comment":""}
        """
    }
}

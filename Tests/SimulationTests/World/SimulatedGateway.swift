import Gateway
import TradingCore

/// The real order desk and paper venue, with a journal that is a list and lives that can end.
struct SimulatedGateway {
    static let symbols = ["EURUSD"]
    static let capital = ExactDecimal(mantissa: 1_000_000, scale: 2)

    private(set) var desk: OrderDesk
    private(set) var isUp = true
    /// How often each command was executed, by the venue's own count, over all lives.
    private(set) var executions: [String: Int] = [:]
    private var configuration = OrderDeskConfiguration()
    private var journal: [DeskRecord] = []
    private var starts: UInt64 = 1
    private var eventCount: UInt64 = 0

    /// What it wants sent and published since it was asked last.
    struct Output {
        var replies: [DeskReply] = []
        var events: [[UInt8]] = []
        var executed: [String] = []
        var isCrash = false
    }

    init(
        without missing: GatewayContract,
        account: AccountSnapshot.MarginMode,
        at now: DeskMoment
    ) {
        configuration.contract.subtract(missing)
        configuration.venue.marginMode = account
        desk = OrderDesk(
            configuration,
            venue: PaperVenue(configuration.venue, symbols: Self.symbols),
            bootID: "boot-1",
            at: now
        )
    }

    var contract: GatewayContract { configuration.contract }

    mutating func setKillFile(_ isThere: Bool) { desk.isKillFileEngaged = isThere }

    mutating func inject(_ kind: GatewayFault.Kind, code: Int32?, action: String) {
        guard let fault = try? GatewayFault(kind, symbol: action, code: code) else { return }
        try? desk.apply(fault)
    }

    mutating func quote(bid: Int64, ask: Int64, at now: DeskMoment) -> Output {
        guard isUp else { return Output() }
        desk.quote(
            symbol: 0,
            bid: ExactDecimal(mantissa: bid, scale: 5),
            ask: ExactDecimal(mantissa: ask, scale: 5),
            at: now
        )
        return goOn(now)
    }

    mutating func receive(
        _ bytes: [UInt8],
        from address: ReplyAddress,
        at now: DeskMoment
    )
        -> Output
    {
        guard isUp else { return Output() }
        let head = WireHead(command: bytes)
        if head.action == "HEARTBEAT" {
            desk.renewLease(at: now.monotonic)
            let text = heartbeat(head.requestID, now)
            desk.deliver(text, to: address, action: head.action, at: now.monotonic)
        } else {
            desk.receive(bytes.span, from: address, at: now)
        }
        return goOn(now)
    }

    private func heartbeat(_ id: String, _ now: DeskMoment) -> String {
        let boot = contract.contains(.bootID) ? desk.bootID : ""
        let time = ExactDecimal(mantissa: now.wall.nanoseconds / 1000, scale: 6)
        let lease = contract.contains(.lease) ? #","lease_seconds":15"# : ""
        return #"{"req_id":"\#(id)","boot_id":"\#(boot)","error":false,"ticket":0,"msg":"alive","#
            + #""retcode":0,"data":{"status":"alive","timestamp":\#(time),"#
            + #""killed":\#(desk.isKilled)\#(lease)}}"#
    }

    mutating func advance(to now: DeskMoment) -> Output { isUp ? goOn(now) : Output() }

    var nextDue: MonotonicTime { isUp ? desk.nextDue : .never }

    /// As the gateway's own thread does: store, execute, store, and only then send.
    private mutating func goOn(_ now: DeskMoment) -> Output {
        var output = Output()
        take(&output)
        desk.advance(to: now)
        take(&output)
        if output.isCrash { isUp = false }
        return output
    }

    private mutating func take(_ output: inout Output) {
        let next = desk.takeOutput()
        journal += next.records
        for id in next.executions { executions[id, default: 0] += 1 }
        output.executed += next.executions
        output.isCrash = output.isCrash || next.isCrash
        guard !next.isCrash else { return }
        output.replies += next.replies
        for members in next.events {
            eventCount += 1
            let text =
                #"{"type":"EXEC","epoch":\#(starts),"seq":\#(eventCount),"timestamp":1.000,"#
                + members + "}"
            output.events.append(Array(text.utf8))
        }
    }

    /// The process ends.
    mutating func end() { isUp = false }

    /// A new process begins with what was stored.
    mutating func start(isForgetful: Bool, at now: DeskMoment) {
        starts += 1
        eventCount = 0
        isUp = true
        if isForgetful { journal.append(.forgotten) }
        desk = OrderDesk(
            configuration,
            venue: PaperVenue(configuration.venue, symbols: Self.symbols),
            bootID: "boot-\(starts)",
            records: journal,
            at: now
        )
    }

    // MARK: Truth

    /// Lots of our open positions.
    var heldLots: Int64 {
        desk.venue.positions.reduce(0) { $0 + Self.hundredths($1.volume) }
    }

    /// The same with its direction: sold is negative.
    var netLots: Int64 {
        desk.venue.positions.reduce(0) { sum, position in
            let lots = Self.hundredths(position.volume)
            return position.side == .buy ? sum + lots : sum - lots
        }
    }

    /// Whether opposite orders reduce each other.
    var isNetting: Bool { configuration.venue.marginMode == .netting }

    /// What of a command the venue has filled.
    func filled(_ id: OrderID) -> ExactDecimal {
        desk.venue.search(requestID: id.description)?.filled ?? .zero
    }

    /// Hundredths of a lot.
    static func hundredths(_ volume: ExactDecimal) -> Int64 {
        volume.mantissa * 100 / Int64(ExactDecimal.powersOfTen[Int(volume.scale)])
    }
}

/// What a frame says in its first two members.
struct WireHead {
    var action = ""
    var requestID = ""

    /// Of a command: `{"action":"…","req_id":"…"`.
    init(command bytes: [UInt8]) {
        let parts = bytes.split(separator: 0x22, maxSplits: 8, omittingEmptySubsequences: false)
        guard parts.count > 7 else { return }
        action = String(decoding: parts[3], as: UTF8.self)
        requestID = String(decoding: parts[7], as: UTF8.self)
    }

    /// Of an answer: `{"req_id":"…"`.
    init(reply bytes: [UInt8]) {
        let parts = bytes.split(separator: 0x22, maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count > 3 else { return }
        requestID = String(decoding: parts[3], as: UTF8.self)
    }

    var isOrder: Bool {
        action.hasPrefix("ORDER_") && action != "ORDER_STATUS" && action != "ORDER_FENCE"
    }
}

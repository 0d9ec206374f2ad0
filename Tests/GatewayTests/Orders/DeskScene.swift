import Gateway
import Platform
import Testing
import TradingCore

/// An order desk in simulated time, with what it stored and what it sent.
struct DeskScene {
    private(set) var desk: OrderDesk
    private(set) var now = DeskMoment(
        wall: WallTime(nanoseconds: 1_705_329_600_500_000_000),
        monotonic: MonotonicTime(nanoseconds: 1_000_000_000)
    )
    private(set) var records: [DeskRecord] = []
    private(set) var replies: [String] = []
    private(set) var events: [String] = []
    private(set) var isCrashed = false

    private let configuration: OrderDeskConfiguration
    private let symbols: [String]
    private var starts = 1

    /// Opens a desk, which has heard its client and knows a quote of each symbol.
    init(
        symbols: [String] = ["EURUSD", "USDJPY"],
        bootID: String = "boot-1",
        _ change: (inout OrderDeskConfiguration) -> Void = { _ in }
    ) {
        var configuration = OrderDeskConfiguration()
        change(&configuration)
        self.configuration = configuration
        self.symbols = symbols
        desk = OrderDesk(
            configuration,
            venue: PaperVenue(configuration.venue, symbols: symbols),
            bootID: bootID,
            at: now
        )
        desk.renewLease(at: now.monotonic)
        quote("EURUSD", "1.08500", "1.08520")
        quote("USDJPY", "151.500", "151.513")
    }

    /// Sends an order command and returns its reply, as members by name.
    mutating func ask(
        _ action: String,
        _ payload: String,
        id: String = "id-1",
        validFor: Double? = 2
    ) throws -> [String: String] {
        let before = replies.count
        send(action, payload, id: id, validFor: validFor)
        try #require(replies.count > before, "no reply to \(action)")
        return jsonMembers(Array(replies[replies.count - 1].utf8))
    }

    /// Sends a command and lets the desk go on.
    mutating func send(
        _ action: String,
        _ payload: String,
        id: String = "id-1",
        validFor: Double? = 2
    ) {
        let limit = validFor.map { seconds in
            let end = now.wall.nanoseconds / 1_000_000 + Int64(seconds * 1000)
            return #""valid_until":\#(ExactDecimal(mantissa: end, scale: 3)),"#
        }
        let head = #"{"action":"\#(action)","req_id":"\#(id)","#
        send(raw: head + (limit ?? "") + #""payload":\#(payload)}"#)
    }

    mutating func send(raw text: String) {
        desk.receive(Array(text.utf8).span, at: now)
        step()
    }

    mutating func quote(_ symbol: String, _ bid: String, _ ask: String) {
        guard let number = symbols.firstIndex(of: symbol) else { return }
        desk.quote(symbol: number, bid: decimal(bid), ask: decimal(ask), at: now)
        step()
    }

    /// Lets time pass.
    mutating func pass(_ time: Duration) {
        now.monotonic = now.monotonic + time
        now.wall.nanoseconds += time.wholeNanoseconds
        step()
    }

    mutating func failJournal(_ reason: String) { desk.fail(journal: reason) }

    mutating func hearClient() { desk.renewLease(at: now.monotonic) }

    mutating func fault(
        _ kind: GatewayFault.Kind,
        count: UInt64? = nil,
        seconds: Double? = nil,
        code: Int32? = nil,
        action: String? = nil
    ) throws {
        let duration = seconds.map { Duration.seconds($0) }
        let fault = try GatewayFault(
            kind,
            duration: duration,
            count: count,
            symbol: action,
            code: code
        )
        try desk.apply(fault)
        step()
    }

    mutating func setKillFile(_ isThere: Bool) { desk.isKillFileEngaged = isThere }

    /// Throws the desk away and makes another one of what was durable.
    mutating func restart() {
        starts += 1
        isCrashed = false
        desk = OrderDesk(
            configuration,
            venue: PaperVenue(configuration.venue, symbols: symbols),
            bootID: "boot-\(starts)",
            records: records,
            at: now
        )
        desk.renewLease(at: now.monotonic)
        quote("EURUSD", "1.08500", "1.08520")
        quote("USDJPY", "151.500", "151.513")
    }

    private mutating func step() {
        guard !isCrashed else { return }
        take()
        desk.advance(to: now)
        take()
    }

    private mutating func take() {
        let output = desk.takeOutput()
        records += output.records
        guard !output.isCrash else {
            isCrashed = true
            return
        }
        replies += output.replies.map(\.text)
        events += output.events
    }
}

/// A market order of EURUSD.
func marketOrder(
    _ type: String = "OP_BUY",
    volume: String = "0.10",
    extra: String = ""
) -> String {
    #"{"symbol":"EURUSD","type":"\#(type)","volume":\#(volume),"magic":7,"comment":"LLTEST"\#(extra)}"#
}

func decimal(_ text: String) -> ExactDecimal {
    (try? DecimalText.parse(Array(text.utf8).span)) ?? .zero
}

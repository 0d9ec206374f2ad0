/// Decides of every order whether it may be sent; nothing else can make an ``ApprovedOrder``.
///
/// It holds what limits need: instruments, quotes, positions, the order rate, the loss of the day. It
/// reads no clock, socket or file. Approving allocates nothing.
package struct RiskEngine: Sendable {
    /// The limits.
    package internal(set) var limits: RiskLimits
    /// The instruments by name and number.
    package internal(set) var instruments = InstrumentTable()
    /// The account's positions.
    package internal(set) var book = PositionBook()
    /// How often strategies repeated orders, and which ones are disabled for it.
    package internal(set) var repeats = RepeatThrottle()
    /// Orders approved since start.
    package private(set) var approvedCount: UInt64 = 0
    /// Orders refused since start.
    package private(set) var refusedCount: UInt64 = 0
    /// Limits hit since start, by the raw value of ``RiskLimit``.
    package private(set) var hitCounts = [UInt64](repeating: 0, count: RiskLimit.allCases.count)

    var states: [InstrumentRisk] = []
    var daily = DailyLoss()
    var rate: OrderRateWindow
    var recent: RecentOrders?
    var duplicates: RecentOrders?
    var events: [RiskEvent] = []
    var lastLook: TradingLoop.StepTime?
    var snapshotsBehind = 0
    var isResumed = false
    private var lastID: OrderID?

    package init(_ limits: RiskLimits) {
        let window = RiskLimits.recentWindowMax
        precondition(limits.orderRateMax > 0, "order rate \(limits.orderRateMax)")
        precondition(limits.recentWindow <= window, "recent window \(limits.recentWindow)")
        self.limits = limits
        rate = OrderRateWindow(capacity: limits.orderRateMax + limits.cancelHeadroom)
        states.reserveCapacity(InstrumentTable.countMax)
        if limits.needsRecentOrders {
            recent = RecentOrders(window: limits.recentWindow, capacity: limits.orderRateMax)
        }
        if let duplicateWindow = limits.duplicateWindow {
            precondition(duplicateWindow <= window, "duplicate window \(duplicateWindow)")
            duplicates = RecentOrders(window: duplicateWindow, capacity: limits.orderRateMax)
        }
    }

    // MARK: Verdicts

    /// Decides of an order, and reserves what it uses up when it may be sent.
    ///
    /// The worst that is open counts: everything working, unknown and approved before is filled in the
    /// direction that is worse. Call ``assess(at:)`` earlier in the same step.
    ///
    /// - Parameters:
    ///   - intent: The order. Its `isReducing`, and for what opens its `referencePrice` and `quoteTime`,
    ///     are set here, so that nobody can claim them.
    ///   - openOrders: Every order command of ours that may still be filled.
    ///   - isReduceOnly: Whether only what reduces exposure may pass.
    ///   - time: The moment of the step.
    /// - Returns: The approval, or every limit that the order would pass.
    package mutating func evaluate(
        _ intent: OrderIntent,
        against openOrders: [OpenOrder],
        isReduceOnly: Bool,
        at time: TradingLoop.StepTime
    ) -> RiskVerdict {
        var order = OrderDraft(intent)
        if let lastID, intent.id.ledger == lastID.ledger, intent.id <= lastID {
            order.hit(.identifier)
        }
        switch intent.command {
        case .cancel: order.intent.isReducing = true
        case .close: checkClose(&order, openOrders)
        case .place, .modify: checkOpening(&order, openOrders, isReduceOnly, time)
        }
        checkRate(&order, time.monotonic)
        guard order.hits.isEmpty else {
            refusedCount &+= 1
            for hit in order.hits { hitCounts[Int(hit.limit.rawValue)] &+= 1 }
            return .refused(RiskRefusal(id: intent.id, hits: order.hits))
        }
        approvedCount &+= 1
        lastID = intent.id
        reserve(order, time.monotonic)
        return .approved(ApprovedOrder(approving: order.intent))
    }

    private mutating func checkRate(_ order: inout OrderDraft, _ now: MonotonicTime) {
        let count = rate.count(at: now)
        let bound = limits.orderRateMax + (order.usesHeadroom ? limits.cancelHeadroom : 0)
        guard count >= bound else { return }
        order.hit(.orderRate, bound: Amount(bound), measured: Amount(count + 1))
    }

    private mutating func reserve(_ order: OrderDraft, _ now: MonotonicTime) {
        rate.record(at: now)
        guard case .place = order.intent.command, let id = order.instrument else { return }
        let entry = order.remembered(instrument: id, now)
        recent?.record(entry)
        duplicates?.record(entry)
        if limits.repeatMax != nil, entry.strategy >= 0 { repeats.record(order.signature(id)) }
    }

    /// Raises an event; the oldest one that engages nothing makes room.
    mutating func raise(_ event: RiskEvent) {
        if events.count >= Self.eventsMax {
            guard let victim = events.firstIndex(where: { !$0.engagesKillSwitch }) else { return }
            events.remove(at: victim)
        }
        events.append(event)
    }

    /// The most events that wait for ``assess(at:)``.
    static let eventsMax = 64
}

/// An order while it is decided of.
struct OrderDraft {
    var intent: OrderIntent
    var instrument: InstrumentID?
    var lots = Amount.zero
    var price = Amount.zero
    var value = Amount.zero
    private(set) var hits: [LimitHit] = []

    init(_ intent: OrderIntent) {
        self.intent = intent
        self.intent.isReducing = false
    }

    mutating func hit(_ limit: RiskLimit, bound: Amount? = nil, measured: Amount? = nil) {
        hits.append(LimitHit(limit, bound: bound, measured: measured))
    }

    /// Whether it may use the messages that are set aside for taking orders back.
    var usesHeadroom: Bool {
        switch intent.command {
        case .cancel: true
        case .close: intent.origin == .killSwitch
        case .place, .modify: false
        }
    }

    var isPlacement: Bool { intent.command == .place }

    func remembered(instrument: InstrumentID, _ now: MonotonicTime) -> RecentOrders.Order {
        RecentOrders.Order(
            time: now,
            strategy: intent.origin.strategy,
            instrument: instrument,
            side: intent.side,
            kind: intent.kind,
            lots: lots,
            price: price,
            value: value
        )
    }

    func signature(_ id: InstrumentID) -> RepeatThrottle.Signature {
        RepeatThrottle.Signature(
            strategy: intent.origin.strategy,
            instrument: id,
            side: intent.side,
            lots: lots
        )
    }
}

internal import OrderEntry
internal import Telemetry
internal import TradingCore

extension MetricsReport {
    /// The loop's thread.
    func addLoop(_ collection: inout MetricCollection) {
        let loop = status.loop
        collection.add(
            .tradingState,
            state: loop.tradingState.name,
            of: [TradingState.active, .reduceOnly([]), .halted].map(\.name)
        )
        collection.add(.loopIterations, .count(loop.stepCount))
        collection.add(.loopDuration, .histogram(loop.figures.stepDurations))
        collection.add(.loopLateness, .histogram(loop.figures.lateness))
        collection.add(.loopMissed, .count(loop.missedIntervals))
        collection.add(.loopStalls, .count(loop.pauseCount))
        collection.add(.loopLastIteration, .number(Self.seconds(lastStepEnd)))
        let clocks = loop.figures.clocks
        collection.add(
            .clockSteps,
            [("forward", clocks.forwardSteps), ("backward", clocks.backwardSteps)]
        )
        collection.add(.suspends, .count(clocks.suspends))
    }

    // MARK: Orders

    /// What became of orders, and how the gateway fares.
    func addOrders(_ collection: inout MetricCollection) {
        let orders = status.loop.orders
        let counters = orders.counters
        let thread = orderEntry?.counters ?? OrderEntryCounters()
        collection.add(.orderIntents, .count(counters.intents))
        collection.add(.orders, Self.outcomes.map { ($0.label, counters.count($0.state)) })
        addBlocked(orders, &collection)
        collection.add(.ordersOpen, .integer(Int64(orders.open.count)))
        collection.add(.ordersUnknown, .integer(Int64(orders.unknownCount)))
        let oldest = orders.open.filter(\.state.isUnknown)
            .map { $0.sentAt ?? $0.intent.createdAt }.min()
        collection.add(.orderUnknownOldest, .number(Self.seconds(oldest)))
        let settlements: [(String, OrderSettlement)] = [
            ("found", .found), ("fenced", .fenced), ("manual", .operator),
        ]
        collection.add(
            .orderSettlements,
            settlements.map { ($0.0, counters.settled[Int($0.1.rawValue)]) }
        )
        collection.add(.orderReplyLatency, .histogram(thread.replyLatency))
        collection.add(
            .repliesIgnored,
            [
                ("late", thread.lateReplies), ("duplicate", thread.duplicateReplies),
                ("foreign", thread.foreignReplies), ("malformed", thread.malformedReplies),
            ]
        )
        addGateway(orders, &collection)
        collection.add(.positions, .integer(Int64(orders.positions.count)))
        if let profit = orders.dayProfit {
            collection.add(.dayProfit, .number(profit.doubleValue))
        }
        collection.add(.accountReconciled, .flag(orders.isReconciled))
        let invariant = KillSwitchCause.allCases.firstIndex(of: .invariant) ?? 0
        collection.add(
            .invariantViolations,
            [
                ("order_fact_contradiction", counters.refusedFacts),
                ("order_fact_of_stranger", counters.strangerFacts),
                ("order_submitted_twice", thread.duplicateSubmissions),
                ("order_fact_lost", killSwitch.tripCounts[invariant]),
            ]
        )
        collection.add(.journalAppend, .histogram(durations))
        collection.add(
            .journalErrors,
            [
                ("order_ledger", thread.commitFailures),
                ("kill_switch", killSwitchFigures.storeFailures),
            ]
        )
    }

    private var durations: BucketHistogram {
        orderEntry?.commitDurations ?? BucketHistogram(bounds: BucketBounds.append)
    }

    private static let outcomes: [(label: String, state: OrderState)] = [
        ("acked", .acknowledged), ("filled", .filled), ("rejected", .rejected),
        ("cancelled", .cancelled), ("expired", .expired), ("not_sent", .notSent),
        ("unknown", .unknown), ("fenced", .fenced),
    ]

    private func addBlocked(_ orders: OrdersSnapshot, _ collection: inout MetricCollection) {
        let refusals = orders.refusals
        collection.add(
            .ordersBlocked,
            OrderRefusal.allCases.map { refusal in
                let index = Int(refusal.rawValue)
                return (refusal.name, refusals.indices.contains(index) ? refusals[index] : 0)
            },
            before: ["decision"]
        )
        let blocks = zip(OrderBlock.allCases, orders.counters.blocked)
        collection.add(.ordersBlocked, blocks.map { ($0.rawValue, $1) }, before: ["send"])
    }

    private func addGateway(_ orders: OrdersSnapshot, _ collection: inout MetricCollection) {
        let links: [GatewayLink] = [.none, .connecting, .alive, .silent, .lost]
        collection.add(.gatewayLink, state: orders.gateway.link.name, of: links.map(\.name))
        if let until = orderEntry?.leaseUntil {
            let now = status.loop.takenAt + status.loopAge
            collection.add(.gatewayLease, .number(max(0, (until - now).inSeconds)))
        }
        if let offset = orders.gateway.clockOffset {
            collection.add(.clockOffset, .number(offset.inSeconds), "order_gateway")
        }
    }

    // MARK: Risk

    /// The limits and what is used of them.
    func addRisk(_ collection: inout MetricCollection) {
        let orders = status.loop.orders
        for limit in RiskLimit.allCases {
            let rows = status.loop.limits.filter { $0.limit == limit }
            guard let worst = Self.mostUsed(rows) else { continue }
            collection.add(
                .riskLimit,
                .number(Double(worst.bound.units) / Double(Amount(1).units)),
                limit.name
            )
            if let ratio = worst.ratio {
                collection.add(.riskUtilization, .number(ratio), limit.name)
            } else if Self.isAccumulated(limit) {
                collection.add(.riskUtilization, .number(.nan), limit.name)
            }
        }
        for (limit, count) in zip(RiskLimit.allCases, orders.rejections) {
            collection.add(.riskRejections, .count(count), limit.name)
        }
    }

    /// The row that is nearest to its limit; one that nobody can value comes before all.
    private static func mostUsed(_ rows: [LimitUsage]) -> LimitUsage? {
        if let unknown = rows.first(where: { $0.used == nil }) { return unknown }
        return rows.max { ($0.ratio ?? 0) < ($1.ratio ?? 0) }
    }

    /// Whether something is used of a limit, so that "unknown" means something.
    private static func isAccumulated(_ limit: RiskLimit) -> Bool {
        switch limit {
        case .dailyLoss, .drawdown, .positionSize, .recentValue, .recentVolume, .openOrders,
            .orderRate:
            true
        default: false
        }
    }

    // MARK: Kill switch

    /// The kill switch.
    func addKillSwitch(_ collection: inout MetricCollection) {
        collection.add(.killSwitchEngaged, .flag(killSwitch.isEngaged))
        collection.add(.killSwitchSymbols, .integer(Int64(killSwitch.stoppedSymbols.count)))
        let trips = zip(KillSwitchCause.allCases, killSwitch.tripCounts)
        collection.add(.killSwitchTrips, trips.map { ($0.rawValue, $1) })
        collection.add(.killSwitchLastCheck, .number(Self.seconds(killSwitch.lastProof)))
        collection.add(.killSwitchCheckErrors, .count(killSwitch.doubtfulLookCount))
        collection.add(.killSwitchReaction, .histogram(killSwitchFigures.reactions))
    }
}

internal import Telemetry

extension MetricDefinition {
    // MARK: Loop

    static let tradingState = MetricDefinition(
        .gauge,
        "liveloop_trading_state",
        labels: ["state"],
        "1 for the state the process is in, 0 for the others."
    )
    static let loopIterations = MetricDefinition(
        .counter,
        "liveloop_loop_iterations_total",
        "Steps of the loop."
    )
    static let loopDuration = MetricDefinition(
        .histogram,
        "liveloop_loop_duration_seconds",
        "The length of each step."
    )
    static let loopLateness = MetricDefinition(
        .histogram,
        "liveloop_loop_lateness_seconds",
        "How late each intended start of an interval came; one stall shows in all that it covered."
    )
    static let loopMissed = MetricDefinition(
        .counter,
        "liveloop_loop_missed_iterations_total",
        "Intended starts that had passed before the loop came to them."
    )
    static let loopStalls = MetricDefinition(
        .counter,
        "liveloop_loop_stalls_total",
        "Times at which the loop had not run for longer than a second."
    )
    static let loopLastIteration = MetricDefinition(
        .gauge,
        "liveloop_loop_last_iteration_timestamp_seconds",
        "When the last step ended; true of a stuck loop too."
    )

    // MARK: Orders

    static let orderIntents = MetricDefinition(
        .counter,
        "liveloop_order_intents_total",
        "Commands that passed every check of the loop."
    )
    static let orders = MetricDefinition(
        .counter,
        "liveloop_orders_total",
        labels: ["outcome"],
        "Commands by each state that they reached."
    )
    static let ordersBlocked = MetricDefinition(
        .counter,
        "liveloop_orders_blocked_total",
        labels: ["stage", "reason"],
        "Requests refused at the decision, and commands kept back at the last look before the send."
    )
    static let ordersOpen = MetricDefinition(
        .gauge,
        "liveloop_orders_open",
        "Commands that are not settled for good."
    )
    static let ordersUnknown = MetricDefinition(
        .gauge,
        "liveloop_orders_unknown",
        "Commands that may or may not have been executed."
    )
    static let orderUnknownOldest = MetricDefinition(
        .gauge,
        "liveloop_order_unknown_oldest_timestamp_seconds",
        "When the oldest command of unknown outcome was handed over; 0 when there is none."
    )
    static let orderSettlements = MetricDefinition(
        .counter,
        "liveloop_order_settlements_total",
        labels: ["result"],
        "Unknown outcomes that were settled, and how."
    )
    static let orderReplyLatency = MetricDefinition(
        .histogram,
        "liveloop_order_reply_latency_seconds",
        "From the hand-over of a command to its answer."
    )
    static let repliesIgnored = MetricDefinition(
        .counter,
        "liveloop_gateway_replies_ignored_total",
        labels: ["reason"],
        "Answers of the order gateway that were not used."
    )
    static let gatewayLink = MetricDefinition(
        .gauge,
        "liveloop_gateway_link",
        labels: ["state"],
        "1 for the state of the order gateway, 0 for the others."
    )
    static let gatewayLease = MetricDefinition(
        .gauge,
        "liveloop_gateway_lease_remaining_seconds",
        "How long the gateway serves orders without another heartbeat; absent where it keeps no lease."
    )
    static let positions = MetricDefinition(
        .gauge,
        "liveloop_positions",
        "Open positions, those of others on the account included."
    )
    static let dayProfit = MetricDefinition(
        .gauge,
        "liveloop_day_profit",
        "Profit and loss since the day began, realised and unrealised, in account currency; "
            + "for display only, absent while it is not known."
    )
    static let accountReconciled = MetricDefinition(
        .gauge,
        "liveloop_account_reconciled",
        "1 while our book and the gateway's account agree."
    )
    static let invariantViolations = MetricDefinition(
        .counter,
        "liveloop_invariant_violations_total",
        labels: ["invariant"],
        "Things that must never happen and did."
    )

    // MARK: Risk

    static let riskLimit = MetricDefinition(
        .gauge,
        "liveloop_risk_limit",
        labels: ["limit"],
        "The value of a limit; of limits by symbol the one that is used most."
    )
    static let riskUtilization = MetricDefinition(
        .gauge,
        "liveloop_risk_limit_utilization_ratio",
        labels: ["limit"],
        "What is used of a limit, 1 at the limit; of limits by symbol the highest; NaN when unknown."
    )
    static let riskRejections = MetricDefinition(
        .counter,
        "liveloop_risk_rejections_total",
        labels: ["limit"],
        "Limits that orders would have broken; one order can break several."
    )

    // MARK: Kill switch

    static let killSwitchEngaged = MetricDefinition(
        .gauge,
        "liveloop_kill_switch_engaged",
        "1 while no order that adds exposure may leave."
    )
    static let killSwitchSymbols = MetricDefinition(
        .gauge,
        "liveloop_kill_switch_stopped_symbols",
        "Symbols that are stopped alone."
    )
    static let killSwitchTrips = MetricDefinition(
        .counter,
        "liveloop_kill_switch_trips_total",
        labels: ["reason"],
        "Times the kill switch was engaged in this run."
    )
    static let killSwitchLastCheck = MetricDefinition(
        .gauge,
        "liveloop_kill_switch_last_check_timestamp_seconds",
        "When a look last could say whether a kill file is there; 0 before the first one."
    )
    static let killSwitchCheckErrors = MetricDefinition(
        .counter,
        "liveloop_kill_switch_check_errors_total",
        "Looks that could not say whether a kill file is there, which engages it."
    )
    static let killSwitchReaction = MetricDefinition(
        .histogram,
        "liveloop_kill_switch_reaction_seconds",
        "From the change of a kill file to its notice."
    )
}

extension MetricCatalogue {
    static let loop: [MetricDefinition] = [
        .tradingState, .loopIterations, .loopDuration, .loopLateness, .loopMissed, .loopStalls,
        .loopLastIteration,
    ]
    static let orders: [MetricDefinition] = [
        .orderIntents, .orders, .ordersBlocked, .ordersOpen, .ordersUnknown, .orderUnknownOldest,
        .orderSettlements, .orderReplyLatency, .repliesIgnored, .gatewayLink, .gatewayLease,
        .positions, .dayProfit, .accountReconciled, .invariantViolations,
    ]
    static let risk: [MetricDefinition] = [.riskLimit, .riskUtilization, .riskRejections]
    static let killSwitch: [MetricDefinition] = [
        .killSwitchEngaged, .killSwitchSymbols, .killSwitchTrips, .killSwitchLastCheck,
        .killSwitchCheckErrors, .killSwitchReaction,
    ]
}

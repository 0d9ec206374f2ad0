// The loss of the day, the drawdown, and the clock that says which day it is.

extension RiskEngine {
    /// Looks at the clock and at what positions are worth; once a step, before orders are decided of.
    ///
    /// - Returns: What happened since the last look. An event that says so must engage the kill switch.
    package mutating func assess(at time: TradingLoop.StepTime) -> [RiskEvent] {
        checkClock(time)
        let latest = latestUnrealised()
        if !daily.latches.contains(.clock) { roll(to: limits.dayZone.day(of: time.wall), latest) }
        if book.isEstablished, let latest { daily.establishStart(unrealised: latest) }
        checkLoss()
        checkDrawdown()
        if events.isEmpty { return [] }
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    /// The wall clock may step; one that runs a day ahead of the monotonic clock is not believed.
    private mutating func checkClock(_ time: TradingLoop.StepTime) {
        defer { lastLook = time }
        guard let lastLook else { return }
        let wall = time.wall.nanoseconds.subtractingReportingOverflow(lastLook.wall.nanoseconds)
        let monotonic = time.monotonic.nanoseconds &- lastLook.monotonic.nanoseconds
        let (ahead, overflow) = wall.partialValue.subtractingReportingOverflow(max(0, monotonic))
        let distance = wall.overflow || overflow ? Int64.max : ahead
        guard distance > limits.clockJumpMax.wholeNanoseconds,
            !daily.latches.contains(.clock)
        else { return }
        daily.latches.insert(.clock)
        raise(.clockJumped(.nanoseconds(distance)))
    }

    private mutating func roll(to day: Int, _ unrealised: Amount?) {
        let old = daily
        // Until the account is known, nobody can say what positions had gained when the day began.
        let start = book.isEstablished ? unrealised : nil
        guard daily.roll(to: day, unrealised: start), let oldDay = old.day else { return }
        raise(.dayRolled(from: oldDay, to: day, realised: old.realised))
    }

    /// What is lost for certain: at prices that three quotes agree on, else what is realised.
    private mutating func confirmedUnrealised() -> Amount {
        unrealised(.narrowest) ?? daily.startUnrealised ?? .zero
    }

    private mutating func checkLoss() {
        guard let loss = daily.loss(unrealised: confirmedUnrealised()) else { return }
        let limit = dailyLossMax
        if loss >= limit, !daily.latches.contains(.dailyLoss) {
            daily.latches.insert(.dailyLoss)
            daily.isWarned = true
            raise(.dailyLossBreached(loss: loss, limit: limit))
        }
        let percent = ExactDecimal(mantissa: Int64(RiskLimits.warningPercent), scale: 2)
        guard !daily.isWarned, let threshold = limit.multiplied(by: percent, rounding: .down),
            loss >= threshold
        else { return }
        daily.isWarned = true
        raise(.dailyLossWarning(loss: loss, limit: limit))
    }

    private mutating func checkDrawdown() {
        if book.isEstablished, let widest = unrealised(.widest),
            let profit = daily.profit(unrealised: widest)
        {
            daily.peak = max(daily.peak, profit)
        }
        guard let limit = limits.drawdownMax.map({ Amount($0, rounding: .down) }),
            let drawdown = daily.drawdown(unrealised: confirmedUnrealised()),
            drawdown >= limit, !daily.latches.contains(.drawdown)
        else { return }
        daily.latches.insert(.drawdown)
        raise(.drawdownBreached(drawdown: drawdown, limit: limit))
    }

    // MARK: Operators

    /// What stops new exposure until an operator resets it.
    package var latches: RiskLatches { daily.latches }

    /// Resets the latches after an operator has looked.
    ///
    /// What was lost stays counted: where it still is at its limit, the operator has to state a higher limit
    /// or the result from which losses count.
    package mutating func reset(_ reset: RiskReset) throws(RiskResetError) {
        let unrealised = confirmedUnrealised()
        guard let result = daily.result(unrealised: unrealised) else { throw .notComputable }
        var changed = daily
        if let limit = reset.dailyLossMax.map({ Amount($0, rounding: .down) }) {
            guard limit > dailyLossMax else {
                throw .limitNotHigher(current: dailyLossMax)
            }
            changed.raisedLimit = limit
        }
        if let baseline = reset.baseline.map({ Amount($0, rounding: .down) }) {
            guard baseline <= .zero, baseline >= min(result, .zero) else {
                throw .baselineOutOfRange(result: result)
            }
            changed.baseline = baseline
            changed.peak = changed.profit(unrealised: unrealised) ?? changed.peak
        }
        let limit = changed.raisedLimit ?? dailyLossMax
        guard let loss = changed.loss(unrealised: unrealised), loss < limit else {
            throw .lossAtLimit(result: result, limit: limit)
        }
        if let maximum = limits.drawdownMax.map({ Amount($0, rounding: .down) }) {
            let drawdown = changed.drawdown(unrealised: unrealised)
            guard let drawdown, drawdown < maximum else {
                throw .drawdownAtLimit(limit: maximum)
            }
        }
        changed.latches = []
        changed.isWarned = false
        daily = changed
        lastLook = nil
    }

    /// Enables a strategy that repeated an order too often; its repeats count from none.
    package mutating func enable(strategy: Int) { repeats.enable(strategy) }
}

/// What an operator states when resetting risk.
package struct RiskReset: Sendable, Equatable {
    /// A higher limit of the day's loss, for the rest of the day.
    package var dailyLossMax: ExactDecimal?
    /// The result of the day from which losses count, zero or below: what was lost before is accepted.
    package var baseline: ExactDecimal?

    package init(dailyLossMax: ExactDecimal? = nil, baseline: ExactDecimal? = nil) {
        self.dailyLossMax = dailyLossMax
        self.baseline = baseline
    }
}

/// Why risk cannot be reset.
package enum RiskResetError: Error, Sendable, Equatable {
    /// The new limit is not above the one in force.
    case limitNotHigher(current: Amount)
    /// The new baseline is above zero, or below the day's result.
    case baselineOutOfRange(result: Amount)
    /// The loss of the day would engage the kill switch again at once.
    case lossAtLimit(result: Amount, limit: Amount)
    /// The drawdown would engage the kill switch again at once.
    case drawdownAtLimit(limit: Amount)
    /// The result of the day does not fit.
    case notComputable
}

extension RiskResetError: CustomStringConvertible {
    /// What is wrong, and what to do.
    package var description: String {
        switch self {
        case .limitNotHigher(let current):
            "the new daily loss limit must be above \(current)"
        case .baselineOutOfRange(let result):
            "the baseline must be from \(min(result, .zero)) to 0, the day's result is \(result)"
        case .lossAtLimit(let result, let limit):
            "the day's result is \(result), the limit \(limit): state a baseline or a higher limit"
        case .drawdownAtLimit(let limit):
            "the drawdown is still at its limit of \(limit): state a baseline"
        case .notComputable:
            "the day's result cannot be computed: adopt the account first"
        }
    }
}

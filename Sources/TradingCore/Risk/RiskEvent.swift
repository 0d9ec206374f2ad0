/// Something about risk that a person should be told, or that the loop must act on.
package enum RiskEvent: Sendable, Equatable {
    /// The loss of the day reached its limit: the kill switch must be engaged.
    case dailyLossBreached(loss: Amount, limit: Amount)
    /// The loss of the day is near its limit; once a day.
    case dailyLossWarning(loss: Amount, limit: Amount)
    /// The profit fell too far from its highest point: the kill switch must be engaged.
    case drawdownBreached(drawdown: Amount, limit: Amount)
    /// A new trading day began; days are counted from 1970-01-01.
    case dayRolled(from: Int, to: Int, realised: Amount)
    /// The wall clock ran ahead by this much: nothing opens until an operator resets it.
    case clockJumped(Duration)
    /// A strategy repeated an order too often: it opens nothing until a person enables it.
    case strategyDisabled(Int, repeats: Int)

    /// Whether it must engage the kill switch.
    package var engagesKillSwitch: Bool {
        switch self {
        case .dailyLossBreached, .drawdownBreached, .clockJumped: true
        case .dailyLossWarning, .dayRolled, .strategyDisabled: false
        }
    }
}

extension RiskEvent: CustomStringConvertible {
    /// The event in words.
    package var description: String {
        switch self {
        case .dailyLossBreached(let loss, let limit):
            "Daily loss \(loss) reached the limit of \(limit)"
        case .dailyLossWarning(let loss, let limit):
            "Daily loss \(loss) is above \(RiskLimits.warningPercent) % of the limit of \(limit)"
        case .drawdownBreached(let drawdown, let limit):
            "Drawdown \(drawdown) reached the limit of \(limit)"
        case .dayRolled(_, _, let realised):
            "A new trading day began; the last one realised \(realised)"
        case .clockJumped(let distance):
            "The wall clock ran ahead by \(distance.wholeNanoseconds / 1_000_000_000) s"
        case .strategyDisabled(let strategy, let repeats):
            "Strategy \(strategy) is disabled after \(repeats) equal orders"
        }
    }
}

/// What stops new exposure until an operator resets it.
package struct RiskLatches: OptionSet, Sendable {
    /// The bits.
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The loss of the day reached its limit.
    package static let dailyLoss = RiskLatches(rawValue: 1 << 0)
    /// The fall from the highest profit reached its limit.
    package static let drawdown = RiskLatches(rawValue: 1 << 1)
    /// The wall clock jumped so far that nobody can say which day it is.
    package static let clock = RiskLatches(rawValue: 1 << 2)
}

/// Profit and loss of the day and since the first start, in account currency.
///
/// Only our own deals and positions count. A deal counts on the day on which this process learns of it,
/// because venues' clocks are hours off. Profit that a position had before the day began is not the
/// day's.
struct DailyLoss: Sendable, Equatable {
    /// The day, as days since 1970-01-01 in the configured zone; `nil` before the first look at a clock.
    var day: Int?
    /// Realised today.
    var realised = Amount.zero
    /// Realised before today.
    var realisedBefore = Amount.zero
    /// Unrealised when the day began; `nil` as long as nobody could say.
    var startUnrealised: Amount?
    /// The result of the day that an operator has accepted: losses count from here.
    var baseline = Amount.zero
    /// A higher limit that an operator has set for the rest of the day.
    var raisedLimit: Amount?
    /// The highest profit since the first start.
    var peak = Amount.zero
    /// Whether the day's warning was raised.
    var isWarned = false
    /// What stops new exposure.
    var latches = RiskLatches()

    /// Begins a day, never an earlier one and never one twice.
    ///
    /// - Parameters:
    ///   - day: The day, as days since 1970-01-01.
    ///   - unrealised: What the positions that are held over have gained so far.
    /// - Returns: Whether a day ended; the first look at a clock ends none.
    mutating func roll(to day: Int, unrealised: Amount?) -> Bool {
        guard let old = self.day else {
            self.day = day
            return false
        }
        guard day > old else { return false }
        self.day = day
        realisedBefore = realisedBefore.adding(realised) ?? realisedBefore
        realised = .zero
        startUnrealised = unrealised
        baseline = .zero
        raisedLimit = nil
        isWarned = false
        return true
    }

    /// Counts what a deal of ours earned; `false` when it does not fit.
    mutating func count(_ amount: Amount) -> Bool {
        guard let sum = realised.adding(amount) else { return false }
        realised = sum
        return true
    }

    /// Takes note of the day's start, once it can be valued.
    ///
    /// Where nobody knows what the positions had gained before the day began, none of their gains offsets a
    /// loss, and all of their losses count.
    mutating func establishStart(unrealised: Amount) {
        guard startUnrealised == nil else { return }
        startUnrealised = max(unrealised, .zero)
    }

    /// The result of the day with positions valued so; `nil` when it does not fit.
    func result(unrealised: Amount) -> Amount? {
        realised.adding(unrealised)?.subtracting(startUnrealised ?? max(unrealised, .zero))
    }

    /// The loss that counts against the limit, zero for a profit.
    func loss(unrealised: Amount) -> Amount? {
        guard let counted = result(unrealised: unrealised)?.subtracting(baseline) else {
            return nil
        }
        return counted.isNegative ? counted.magnitude : .zero
    }

    /// The profit since the first start.
    func profit(unrealised: Amount) -> Amount? {
        realisedBefore.adding(realised)?.adding(unrealised)
    }

    /// How far the profit has fallen from its highest point.
    func drawdown(unrealised: Amount) -> Amount? {
        guard let profit = profit(unrealised: unrealised) else { return nil }
        return peak.subtracting(profit).map { max($0, .zero) }
    }
}

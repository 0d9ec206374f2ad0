/// Looks for the highest rate that passes a trial, geometrically.
///
/// It raises the rate by half until one fails, then halves the distance on the logarithmic scale. A
/// rate fails only after two failed trials, because a machine has other things to do. What is found
/// is then held for longer, and lowered by a tenth when it does not hold.
struct RateSearch: Sendable {
    /// What to do next.
    enum Step: Sendable, Equatable {
        /// Try a rate for the length of a trial.
        case trial(rate: Double)
        /// Try a rate for the length of the final hold.
        case hold(rate: Double)
        /// The rate that held; 0 when none did.
        case done(rate: Double)
    }

    private enum Phase: Sendable {
        case searching
        case holding
        case finished
    }

    /// The search ends when the failed rate is less than this much above the passed one.
    private static let resolution = 1.1
    private static let growth = 1.5
    private static let triesPerRate = 2
    private static let holdsMax = 4
    /// Rates tried at most; each may take ``triesPerRate`` trials.
    private static let ratesMax = 16

    private var phase = Phase.searching
    private var rate: Double
    private var failedTries = 0
    private var ratesTried = 0
    private var holds = 0
    private var highestPassed = 0.0
    private var lowestFailed: Double?

    /// Begins at a rate that is likely to pass.
    init(start: Double) {
        precondition(start > 0, "the first rate must be positive, was \(start)")
        rate = start
    }

    /// What to do next.
    var next: Step {
        switch phase {
        case .searching: .trial(rate: rate)
        case .holding: .hold(rate: rate)
        case .finished: .done(rate: rate)
        }
    }

    /// Notes whether the trial or the hold that ``next`` asked for has passed.
    mutating func note(passed: Bool) {
        if !passed {
            failedTries += 1
            if failedTries < Self.triesPerRate { return }
        }
        failedTries = 0
        switch phase {
        case .searching: chooseRate(passed: passed)
        case .holding: endHold(passed: passed)
        case .finished: preconditionFailure("the search has ended at \(rate)")
        }
    }

    private mutating func chooseRate(passed: Bool) {
        ratesTried += 1
        if passed { highestPassed = rate } else { lowestFailed = rate }
        let isNarrow = lowestFailed.map { $0 / highestPassed < Self.resolution } ?? false
        guard !isNarrow, ratesTried < Self.ratesMax else {
            rate = highestPassed
            phase = highestPassed > 0 ? .holding : .finished
            return
        }
        guard let lowestFailed else {
            rate *= Self.growth
            return
        }
        rate = highestPassed > 0 ? (lowestFailed * highestPassed).squareRoot() : rate / 2
    }

    private mutating func endHold(passed: Bool) {
        holds += 1
        if passed {
            phase = .finished
        } else if holds < Self.holdsMax {
            rate *= 0.9
        } else {
            rate = 0
            phase = .finished
        }
    }
}

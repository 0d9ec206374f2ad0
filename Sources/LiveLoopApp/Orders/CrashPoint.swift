#if DEBUG
internal import OrderEntry
internal import Platform
internal import TradingCore

/// Ends the process as `kill -9` does at a place on the way of an order, which a test names.
///
/// `TEST_CRASH_AT=afterSend:3` takes the third intent of this start and dies when that step is reached
/// next. A release has no such code.
struct CrashPoint {
    /// The variable; it is no setting.
    static let variable = "TEST_CRASH_AT"

    private let step: OrderStep
    private let intent: Int
    private var intents = 0

    /// - Parameter text: The step and the number of the intent; anything else is no crash.
    init?(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let step = OrderStep(rawValue: String(parts[0])),
            let intent = Int(parts[1]), intent > 0
        else { return nil }
        self.step = step
        self.intent = intent
    }

    /// Counts the step, and says whether the process dies of it.
    mutating func isReached(by step: OrderStep) -> Bool {
        // Questions go the same way before the first intent.
        if step == .beforePersist { intents += 1 }
        return intents >= intent && step == self.step
    }

    /// What the order thread calls at each step; `nil` where nothing was asked for.
    static func hook() -> (@Sendable (OrderStep) -> Void)? {
        guard let point = ProcessEnvironment.variables()[variable].flatMap(CrashPoint.init) else {
            return nil
        }
        let watched = Locked(point)
        return { step in
            if watched.withLock({ $0.isReached(by: step) }) { killThisProcess() }
        }
    }
}
#endif

package import TradingCore

/// Decides whether what failed is tried once more, and when: within a budget of time and tries.
///
/// It is for what may be repeated: connecting, questions, and commands of which not one byte left. A
/// command that may have left is never handed to it. Time is monotonic, the budget holds for waiting
/// as well, and whoever no longer wants the thing simply stops asking.
package struct WaitOrDie: Sendable, Equatable {
    /// The budget, and how the waits grow.
    package struct Policy: Sendable, Equatable {
        /// All tries and waits together.
        package var total = Duration.seconds(5)
        /// Tries after the first one.
        package var triesMax = 10
        /// The first wait.
        package var initial = Duration.milliseconds(500)
        /// The longest wait.
        package var longest = Duration.seconds(2)
        /// By how much the wait grows.
        package var multiplier = 2.0
        /// By how much a wait is moved up or down, as a part of it.
        package var jitter = 0.1

        package init() {}
    }

    /// What is to be done after a failure.
    package enum Verdict: Sendable, Equatable {
        /// Try again at this time.
        case retry(at: MonotonicTime)
        /// The budget is used up.
        case exhausted
    }

    private let policy: Policy
    private let subject: String
    private let startedAt: MonotonicTime
    private var nominal: Duration
    /// Tries after the first one so far.
    package private(set) var tries = 0

    /// Begins with the first try of what `subject` names in the log.
    package init(_ subject: String, policy: Policy = Policy(), at now: MonotonicTime) {
        self.policy = policy
        self.subject = subject
        startedAt = now
        nominal = policy.initial
    }

    /// Takes a failure.
    package mutating func failed(
        at now: MonotonicTime,
        using random: inout SplitMix64
    ) -> Verdict {
        let left = policy.total - (now - startedAt)
        guard left > .zero, tries < policy.triesMax else { return .exhausted }
        tries += 1
        let factor = 1 + policy.jitter * (2 * random.nextFraction() - 1)
        let drawn = Duration.nanoseconds(Int64(Double(nominal.wholeNanoseconds) * factor))
        nominal = min(policy.longest, nominal * policy.multiplier)
        return .retry(at: now + min(min(drawn, policy.longest), left))
    }

    /// The line for a retry that was decided on.
    package func retryLine(_ reason: String) -> String {
        "[WAIT-OR-DIE] retry \(tries)/\(policy.triesMax) \(subject): \(reason)"
    }

    /// The line for a success after retries.
    package func successLine(at now: MonotonicTime) -> String {
        "[WAIT-OR-DIE] success \(subject) after \(tries) retries in \(seconds(now)) s"
    }

    /// The line for an exhausted budget.
    package func exhaustedLine(_ reason: String, at now: MonotonicTime) -> String {
        "[WAIT-OR-DIE] exhausted \(subject) after \(tries) retries in \(seconds(now)) s: \(reason)"
    }

    private func seconds(_ now: MonotonicTime) -> String {
        let elapsed = (now - startedAt).wholeNanoseconds / 1_000_000
        return ExactDecimal(mantissa: elapsed, scale: 3).description
    }
}

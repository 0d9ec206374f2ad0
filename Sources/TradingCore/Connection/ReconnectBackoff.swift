/// Decides how long to wait before the next connection attempt.
///
/// The k-th delay is drawn from `[d(1 − j), min(cap, d(1 + j))]` with `d = min(cap, initial · mᵏ)`:
/// the jitter never carries a delay beyond the cap, and at the cap it still spreads the attempts of
/// many processes. ``reset()`` is for a connection that proved stable, not for one that merely came
/// up; else a flapping link would be retried at the shortest delay for ever.
package struct ReconnectBackoff: Sendable {
    /// The shortest delay that can be configured, so that no setting makes a busy loop.
    package static let delayMin = Duration.milliseconds(10)
    /// The longest wait before the one prompt retry that a lost, data-bearing connection gets.
    package static let promptDelayMax = Duration.milliseconds(100)

    private let initial: Double
    private let longest: Double
    private let multiplier: Double
    private let jitter: Double
    private var nominal: Double
    private var isPromptUsed = false
    private var random: SplitMix64

    /// Creates the delays of a policy; values out of range are brought into it.
    package init(policy: NetworkPolicy, seed: UInt64) {
        initial = max(
            Double(Self.delayMin.wholeNanoseconds),
            Double(policy.initialDelay.wholeNanoseconds)
        )
        longest = max(initial, Double(policy.maxDelay.wholeNanoseconds))
        multiplier = policy.backoffMultiplier >= 1 ? policy.backoffMultiplier : 1
        jitter = policy.jitterFactor >= 0 ? min(1, policy.jitterFactor) : 0
        nominal = initial
        random = SplitMix64(seed: seed)
    }

    /// Whether no delay was given since the start or the last ``reset()``.
    package var isFresh: Bool { !isPromptUsed && nominal == initial }

    /// The delay before the next attempt, at most `cap` and at least ``delayMin``.
    package mutating func nextDelay(cap: Duration) -> Duration {
        isPromptUsed = true
        let ceiling = max(
            Double(Self.delayMin.wholeNanoseconds),
            Double(cap.wholeNanoseconds)
        )
        let delay = min(ceiling, nominal)
        let low = max(Double(Self.delayMin.wholeNanoseconds), delay * (1 - jitter))
        let high = min(ceiling, delay * (1 + jitter))
        nominal = min(longest, nominal * multiplier)
        let drawn = low + random.nextFraction() * max(0, high - low)
        return .nanoseconds(Int64(min(drawn, 0x1p62)))
    }

    /// The delay after a connection that had delivered data: once prompt, then the schedule.
    ///
    /// The first loss is most often a restarted source, and each second of waiting is lost data. A
    /// source that drops us again before it was stable gets no second prompt retry.
    package mutating func nextDelayAfterData(cap: Duration) -> Duration {
        guard isFresh else { return nextDelay(cap: cap) }
        isPromptUsed = true
        let longest = Double(Self.promptDelayMax.wholeNanoseconds)
        return .nanoseconds(Int64(random.nextFraction() * longest))
    }

    /// Starts from the shortest delay again.
    package mutating func reset() {
        nominal = initial
        isPromptUsed = false
    }
}

package import TradingCore

/// A feed that refuses every connection, in simulated time and with the configured values.
package struct BackoffDrill: AuditCheck {
    /// Attempts that are looked at, at most, for each seed.
    package static let attemptsMax = 64
    /// The seeds, each another order of the same draws.
    private static let seeds: ClosedRange<UInt64> = 1...8

    /// The policy as configured.
    package var policy: NetworkPolicy
    /// How the supervisor is set up; another policy than the configured one is a fault.
    package var settings: FeedSupervisor.Settings

    package init(policy: NetworkPolicy, settings: FeedSupervisor.Settings) {
        self.policy = policy
        self.settings = settings
    }

    package func run() -> [AuditResult] {
        var delays: [[Duration]] = []
        var ending: FeedSimulation?
        var settings = settings
        // Looks between the attempts change nothing here and would only take time.
        settings.starvationLimit = .seconds(1_000_000)
        settings.policy.healthCheckInterval = .seconds(86_400)
        for seed in Self.seeds {
            var feed = FeedSimulation(settings, seed: seed)
            feed.send(.started)
            if let slot = feed.open.first { feed.send(.connectFailed(slot)) }
            _ = feed.run(
                until: .seconds(Int64(Self.attemptsMax + 1) * 86_400),
                answer: { .connectFailed($0) },
                isDone: { $0.openings.count >= attempts }
            )
            let openings = feed.openings
            delays.append(zip(openings.dropFirst(), openings).map { $0 - $1 })
            ending = feed
        }
        return [schedule(delays), exhaustion(ending)]
    }

    /// Enough to pass the maximum, where that is within reach.
    private var attempts: Int {
        min(Self.attemptsMax, max(12, policy.maxRetries + 3))
    }

    private func schedule(_ delays: [[Duration]]) -> AuditResult {
        let all = delays.flatMap { $0 }
        let isWhole = delays.allSatisfy { $0.count == attempts - 1 }
        let outside = delays.reduce(0) { count, delays in
            count + delays.enumerated().count { !bounds(of: $0.offset).contains($0.element) }
        }
        return AuditItem(
            .continuity,
            "refused connections are tried again on schedule",
            limit: "each delay in \(policy.initialDelay) × \(policy.backoffMultiplier)^k "
                + "± \(Int(policy.jitterFactor * 100)) %, at most \(cap)",
            remedy: "check the NETWORK_ variables"
        ).result(
            holds: isWhole && outside == 0,
            "\(all.count) delays of \(Self.seeds.count) runs, \(outside) outside, longest "
                + "\(seconds(all.max() ?? .zero)) s"
        )
    }

    private func exhaustion(_ feed: FeedSimulation?) -> AuditResult {
        let item = AuditItem(
            .monitoring,
            "a feed that stays away is told and still tried",
            limit: "max_retries_exceeded once, after NETWORK_MAX_RETRIES = \(policy.maxRetries)",
            remedy: "check NETWORK_MAX_RETRIES"
        )
        guard policy.maxRetries >= 0, policy.maxRetries + 3 <= Self.attemptsMax, let feed else {
            return item.result(.skip, "the maximum is out of reach of this drill")
        }
        let told = feed.alert(.maxRetriesExceeded)
        let openings = feed.openings
        let index = max(1, policy.maxRetries) - 1
        let isInTime = openings.indices.contains(index) && told == openings[index]
        let later = openings.count { opening in told.map { opening > $0 } ?? false }
        return item.result(
            holds: isInTime && feed.count(.maxRetriesExceeded) == 1 && feed.state == .failed
                && later > 0,
            "told \(feed.count(.maxRetriesExceeded)) times, state \(feed.state.name), "
                + "\(later) attempts after it"
        )
    }

    // MARK: The schedule, worked out anew

    /// The longest delay while the feed's session is open.
    private var cap: Duration {
        max(ReconnectBackoff.delayMin, min(policy.maxDelay, policy.feedMaxDelay))
    }

    private func bounds(of index: Int) -> ClosedRange<Duration> {
        let longest = Double(cap.wholeNanoseconds)
        var nominal = Double(policy.initialDelay.wholeNanoseconds)
        for _ in 0..<index where nominal < longest { nominal *= policy.backoffMultiplier }
        nominal = min(longest, nominal)
        let least = Double(ReconnectBackoff.delayMin.wholeNanoseconds)
        let low = max(least, nominal * (1 - policy.jitterFactor))
        let high = max(low, min(longest, nominal * (1 + policy.jitterFactor)))
        return .nanoseconds(Int64(low) - 1) ... .nanoseconds(Int64(high) + 1)
    }
}

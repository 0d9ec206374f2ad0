import TestSupport
import Testing
import TradingCore

@Suite struct ReconnectBackoffTests {
    @Test(arguments: [NetworkPolicy.development, .production, .highLoad])
    func `F07: each delay is within its jitter and never beyond the cap`(policy: NetworkPolicy) {
        for seed in 0..<200 {
            var backoff = ReconnectBackoff(policy: policy, seed: UInt64(seed))
            var nominal = policy.initialDelay.inSeconds
            for _ in 0..<20 {
                let cap = [policy.maxDelay, policy.feedMaxDelay][seed % 2]
                let delay = backoff.nextDelay(cap: cap).inSeconds
                let target = min(cap.inSeconds, nominal)
                let low = target * (1 - policy.jitterFactor) - 1e-6
                let high = min(cap.inSeconds, target * (1 + policy.jitterFactor)) + 1e-6
                #expect(delay >= low && delay <= high)
                nominal = min(policy.maxDelay.inSeconds, nominal * policy.backoffMultiplier)
            }
        }
    }

    @Test func `the delays of many processes are spread, also at the cap`() {
        let policy = NetworkPolicy.production
        var delays: Set<Int64> = []
        for seed in 0..<100 {
            var backoff = ReconnectBackoff(policy: policy, seed: UInt64(seed))
            for _ in 0..<15 { _ = backoff.nextDelay(cap: policy.maxDelay) }
            delays.insert(backoff.nextDelay(cap: policy.maxDelay).wholeNanoseconds / 1_000_000)
        }
        #expect(delays.count > 90)
    }

    @Test func `no setting makes it overflow, trap or spin`() {
        let durations: [Duration] = [
            .zero, .seconds(-5), .nanoseconds(1), .seconds(1), .seconds(Int64.max),
        ]
        let factors = [0, 1, 1e9, -3, .nan, .infinity, 1e308]
        var random = SeededRandom(seed: 11)
        for _ in 0..<300 {
            var policy = NetworkPolicy()
            policy.initialDelay = durations.randomElement(using: &random) ?? .zero
            policy.maxDelay = durations.randomElement(using: &random) ?? .zero
            policy.backoffMultiplier = factors.randomElement(using: &random) ?? 1
            policy.jitterFactor = factors.randomElement(using: &random) ?? 0
            let cap = durations.randomElement(using: &random) ?? .zero
            var backoff = ReconnectBackoff(policy: policy, seed: random.next())
            for _ in 0..<200 {
                let delay = backoff.nextDelay(cap: cap)
                #expect(delay >= ReconnectBackoff.delayMin)
                #expect(delay <= max(cap, ReconnectBackoff.delayMin))
            }
        }
    }

    @Test func `a million attempts with a huge multiplier stay at the cap`() {
        var policy = NetworkPolicy()
        policy.backoffMultiplier = 1e9
        policy.jitterFactor = 0
        var backoff = ReconnectBackoff(policy: policy, seed: 1)
        var longest = Duration.zero
        for _ in 0..<1_000_000 { longest = max(longest, backoff.nextDelay(cap: policy.maxDelay)) }
        #expect(longest == policy.maxDelay)
    }

    @Test func `gives one prompt delay after data, and another only after a reset`() {
        var backoff = ReconnectBackoff(policy: .production, seed: 3)
        let delays = (0..<3).map { _ in backoff.nextDelayAfterData(cap: .seconds(30)) }
        #expect(delays[0] <= .milliseconds(100))
        #expect(delays[1] >= .milliseconds(900))
        #expect(delays[2] >= .milliseconds(1800))
        backoff.reset()
        let prompt = backoff.nextDelayAfterData(cap: .seconds(30))
        #expect(prompt <= .milliseconds(100))
    }

    @Test func `the same seed gives the same delays, another seed gives others`() {
        func delays(seed: UInt64) -> [Duration] {
            var backoff = ReconnectBackoff(policy: .production, seed: seed)
            return (0..<20).map { _ in backoff.nextDelay(cap: .seconds(300)) }
        }
        #expect(delays(seed: 5) == delays(seed: 5))
        #expect(delays(seed: 5) != delays(seed: 6))
    }

    @Test func `the profiles are those of the network-reconnect document`() {
        let development = NetworkPolicy.development
        #expect(development.maxRetries == 5 && development.maxDelay == .seconds(60))
        #expect(development.maxConsecutiveFailures == 3 && development.alertThreshold == 2)
        #expect(development.initialDelay == .seconds(1) && development.jitterFactor == 0.1)
        let production = NetworkPolicy.production
        #expect(production.maxRetries == 10 && production.maxDelay == .seconds(300))
        #expect(production.maxConsecutiveFailures == 5 && production.alertThreshold == 3)
        #expect(production.pingInterval == .seconds(30) && production.pongTimeout == .seconds(10))
        let highLoad = NetworkPolicy.highLoad
        #expect(highLoad.maxRetries == 15 && highLoad.maxDelay == .seconds(600))
        #expect(highLoad.initialDelay == .milliseconds(500) && highLoad.jitterFactor == 0.2)
        #expect(highLoad.backoffMultiplier == 1.5 && highLoad.pongTimeout == .seconds(5))
        #expect(highLoad.healthCheckInterval == .seconds(15))
        #expect(highLoad.connectionTimeout == .seconds(15))
        #expect(highLoad.maxConsecutiveFailures == 10 && highLoad.alertThreshold == 5)
    }
}

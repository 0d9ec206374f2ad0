import OrderEntry
import Testing

@testable import TradingCore

@Suite struct GatewayJudgementTests {
    private func time(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }

    // MARK: Heartbeats

    @Test func `three heartbeats without an answer make the gateway silent, a minute lost`() {
        var harness = DispatcherHarness.alive()
        #expect(harness.conditions.last?.link == .alive)
        harness.advance(by: .seconds(11))
        #expect(harness.conditions.last?.link == .alive)
        harness.advance(by: .seconds(7))
        #expect(harness.conditions.last?.link == .silent)
        harness.advance(by: .seconds(41))
        #expect(harness.conditions.last?.link == .silent)
        harness.advance(by: .seconds(2))
        #expect(harness.conditions.last?.link == .lost)
        harness.advance(by: .seconds(10), answering: true)
        #expect(harness.conditions.last?.link == .alive)
    }

    @Test func `a gateway that was never reached is connecting, and nothing is sent`() {
        var harness = DispatcherHarness()
        harness.connectsAtOnce = false
        harness.run(.started)
        harness.advance(by: .seconds(300))
        #expect(harness.conditions.map(\.link) == [.connecting])
        harness.submit(SampleOrders.intent(SampleOrders.id(1)))
        #expect(harness.facts(of: SampleOrders.id(1)).last == .blocked(.gatewayDown))
        #expect(harness.logs.contains { $0.hasPrefix("[WAIT-OR-DIE] exhausted connect") })
    }

    @Test func `new exposure waits for a heartbeat when the lease is over, a cancel does not`() {
        var harness = DispatcherHarness()
        harness.run(.started)
        harness.answerHeartbeat(harness.actions("HEARTBEAT")[0], members: #","lease_seconds":3"#)
        harness.answerQueries()
        harness.advance(by: .milliseconds(3001))
        harness.submit(
            SampleOrders.intent(SampleOrders.id(1)),
            SampleOrders.intent(SampleOrders.id(2), .cancel(ticket: 1, of: nil))
        )
        #expect(harness.facts(of: SampleOrders.id(1)).last == .blocked(.gatewayDown))
        #expect(harness.sends(of: SampleOrders.id(2)).count == 1)
    }

    @Test func `heartbeats come three times in each lease`() {
        var harness = DispatcherHarness()
        harness.run(.started)
        harness.answerHeartbeat(harness.actions("HEARTBEAT")[0], members: #","lease_seconds":3"#)
        harness.answerAccount(harness.actions("SYNC_ALL")[0])
        let before = harness.actions("HEARTBEAT").count
        harness.advance(by: .milliseconds(1001))
        #expect(harness.actions("HEARTBEAT").count > before)
    }

    @Test func `the gateway's own kill switch is told`() {
        var harness = DispatcherHarness()
        harness.run(.started)
        harness.answerHeartbeat(harness.actions("HEARTBEAT")[0], members: #","killed":true"#)
        #expect(harness.conditions.last?.isKilled == true)
    }

    @Test func `a new start of the gateway is told, and its account is fetched`() {
        var harness = DispatcherHarness.alive()
        let before = harness.actions("SYNC_ALL").count
        harness.bootID = "boot-2"
        harness.advance(by: .seconds(6), answering: true)
        #expect(harness.conditions.last?.bootID == "boot-2")
        #expect(harness.actions("SYNC_ALL").count > before)
    }

    @Test func `the account is fetched at the start and every thirty seconds`() {
        var harness = DispatcherHarness.alive()
        #expect(harness.actions("SYNC_ALL").count == 1)
        harness.advance(by: .seconds(61), answering: true)
        #expect(harness.actions("SYNC_ALL").count == 3)
    }

    // MARK: Clock

    @Test func `the gateway's clock is never ahead of what it showed`() {
        var clock = GatewayClock()
        #expect(clock.now(at: time(0)) == nil)
        for (sent, received, shown) in [(0, 100, 5090), (1000, 1010, 6001), (2000, 2300, 7005)] {
            clock.didAnswer(
                WallTime(nanoseconds: Int64(shown) * 1_000_000),
                sentAt: time(Int64(sent)),
                receivedAt: time(Int64(received))
            )
        }
        // The second answer was the quickest: 6001 at 1010.
        #expect(clock.now(at: time(3000)) == WallTime(nanoseconds: 7_991_000_000))
    }

    @Test func `a clock that was set is followed at once`() {
        var clock = GatewayClock()
        let before = WallTime(nanoseconds: 10_000_000_000)
        clock.didAnswer(before, sentAt: time(0), receivedAt: time(1))
        let after = WallTime(nanoseconds: 5_000_000_000)
        clock.didAnswer(after, sentAt: time(1000), receivedAt: time(1001))
        #expect(clock.now(at: time(1001)) == after)
    }

    // MARK: Retries

    @Test func `retries end after five seconds or ten tries, and wait at most two seconds`() {
        for seed in UInt64(1)...200 {
            var random = SplitMix64(seed: seed)
            var wait = WaitOrDie("x", at: time(0))
            var now = time(0)
            while case .retry(let next) = wait.failed(at: now, using: &random) {
                #expect(next > now && next - now <= .seconds(2))
                #expect(next <= time(5000))
                now = next
            }
            #expect(wait.tries >= 3 && wait.tries <= 10 && now == time(5000))
        }
    }

    @Test func `quick failures are tried ten times and no more`() {
        var policy = WaitOrDie.Policy()
        policy.initial = .milliseconds(1)
        policy.longest = .milliseconds(1)
        var random = SplitMix64(seed: 1)
        var wait = WaitOrDie("x", policy: policy, at: time(0))
        var count = 0
        while case .retry = wait.failed(at: time(0), using: &random) { count += 1 }
        #expect(count == 10)
        #expect(wait.retryLine("why") == "[WAIT-OR-DIE] retry 10/10 x: why")
        #expect(wait.successLine(at: time(1500)).hasPrefix("[WAIT-OR-DIE] success x after 10"))
    }
}

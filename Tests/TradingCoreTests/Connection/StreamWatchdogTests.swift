import Testing
import TradingCore

@Suite struct StreamWatchdogTests {
    private func second(_ number: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: number * 1_000_000_000)
    }

    @Test func `a dead stream is asked for again, then late, while the lively ones are untouched`()
    {
        var watch = StreamWatchdog(StreamWatchdog.Limits())
        let trades = watch.expect(.trade)
        let book = watch.expect(.book)
        let lively = watch.expect(.book)
        var told: [StreamWatchdog.Change] = []
        for now in 1...260 as ClosedRange<Int64> {
            watch.didReceiveData(stream: lively, at: second(now))
            while let change = watch.nextChange(at: second(now), healthySince: .zero) {
                told.append(change)
            }
        }
        #expect(
            told == [
                .idle(stream: trades, silent: .seconds(120)),
                .idle(stream: book, silent: .seconds(120)),
                .late(stream: trades, silent: .seconds(150), isFirst: true),
                .late(stream: trades, silent: .seconds(175), isFirst: false),
                .late(stream: book, silent: .seconds(180), isFirst: true),
                .late(stream: trades, silent: .seconds(200), isFirst: false),
                .late(stream: book, silent: .seconds(205), isFirst: false),
                .late(stream: trades, silent: .seconds(225), isFirst: false),
                .late(stream: book, silent: .seconds(230), isFirst: false),
                .late(stream: trades, silent: .seconds(250), isFirst: false),
                .late(stream: book, silent: .seconds(255), isFirst: false),
            ]
        )
    }

    @Test func `a quiet stream with a limit of its own raises nothing within it`() {
        var watch = StreamWatchdog(StreamWatchdog.Limits())
        let quiet = watch.expect(.trade, idleLimit: .seconds(3600))
        #expect(watch.nextChange(at: second(3599), healthySince: .zero) == nil)
        let idle = StreamWatchdog.Change.idle(stream: quiet, silent: .seconds(3600))
        #expect(watch.nextChange(at: second(3600), healthySince: .zero) == idle)
        #expect(watch.nextChange(at: second(3629), healthySince: .zero) == nil)
        #expect(watch.nextChange(at: second(3630), healthySince: .zero) != nil)
    }

    @Test func `data ends a silence, which is told with its length`() {
        var watch = StreamWatchdog(StreamWatchdog.Limits())
        let trades = watch.expect(.trade)
        watch.didReceiveData(stream: trades, at: second(5))
        #expect(watch.nextChange(at: second(125), healthySince: .zero) != nil)
        watch.didReceiveData(stream: trades, at: second(140))
        #expect(watch.nextDeadline == .zero)
        let recovered = StreamWatchdog.Change.recovered(stream: trades, silent: .seconds(135))
        #expect(watch.nextChange(at: second(140), healthySince: .zero) == recovered)
        #expect(watch.nextChange(at: second(140), healthySince: .zero) == nil)
        #expect(watch.nextDeadline == second(260))
    }

    @Test func `an outage of the whole feed is not told for each stream`() {
        var watch = StreamWatchdog(StreamWatchdog.Limits())
        _ = watch.expect(.trade)
        #expect(watch.nextChange(at: second(500), healthySince: nil) == nil)
        watch.didBecomeHealthy()
        #expect(watch.nextChange(at: second(510), healthySince: second(505)) == nil)
        #expect(watch.nextDeadline == second(625))
    }

    @Test func `the lines are those of the stream-watchdog document`() {
        let idle = StreamHealthText.idle(.trade, symbol: "BTCUSDT", silent: .seconds(120))
        #expect(idle.hasPrefix("[TRADE] 120s 未收到消息，触发重连 ("))
        let late = StreamHealthText.late(.trade, symbol: "BTCUSDT", silent: .milliseconds(185_234))
        #expect(late.hasPrefix("[HEALTH][TRADE] BTCUSDT 交易流超时 185.2s ("))
        let book = StreamHealthText.late(.book, symbol: "ETHUSDT", silent: .milliseconds(305_100))
        #expect(book.hasPrefix("[HEALTH][OB] ETHUSDT 订单簿流超时 305.1s ("))
    }
}

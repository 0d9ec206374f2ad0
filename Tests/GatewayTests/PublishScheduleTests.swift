import Gateway
import Testing
import TradingCore

@Suite struct PublishScheduleTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000)

    @Test(arguments: [(1.0, Int64(500)), (2, 250), (0.5, 1000)])
    func `a tick is due after its offset divided by the speed`(speed: Double, delay: Int64) {
        let schedule = PublishSchedule(pace: .multiple(speed), start: start)
        let due = start + .milliseconds(delay)
        let early = MonotonicTime(nanoseconds: due.nanoseconds - 1)
        #expect(schedule.step(offset: 500_000_000, now: early) == .wait(until: due))
        #expect(schedule.step(offset: 500_000_000, now: due) == .publish)
    }

    @Test func `flat out every tick is due at once`() {
        let schedule = PublishSchedule(pace: .flatOut, start: start)
        #expect(schedule.step(offset: .max, now: start) == .publish)
    }

    @Test func `after a pause everything is later by its length`() {
        var schedule = PublishSchedule(pace: .multiple(1), start: start)
        schedule.pause(until: start + .seconds(5), now: start + .seconds(2))
        #expect(schedule.isHeld(start + .seconds(4)))
        #expect(!schedule.isHeld(start + .seconds(5)))
        let next = schedule.step(offset: 2_000_000_000, now: start + .seconds(4))
        #expect(next == .wait(until: start + .seconds(5)))
        let later = schedule.step(offset: 3_000_000_000, now: start + .seconds(5))
        #expect(later == .wait(until: start + .seconds(6)))
    }

    @Test func `after a stall everything that was due comes at once`() {
        var schedule = PublishSchedule(pace: .multiple(1), start: start)
        schedule.stall(until: start + .seconds(5))
        #expect(schedule.step(offset: 0, now: start) == .wait(until: start + .seconds(5)))
        #expect(schedule.step(offset: 4_900_000_000, now: start + .seconds(5)) == .publish)
    }

    @Test func `a pause holds a flat-out schedule too`() {
        var schedule = PublishSchedule(pace: .flatOut, start: start)
        schedule.pause(until: start + .seconds(1), now: start)
        #expect(schedule.step(offset: 0, now: start) == .wait(until: start + .seconds(1)))
    }

    @Test func `a paced schedule drops what does not fit and never waits`() {
        var schedule = PublishSchedule(pace: .multiple(1000), start: start)
        #expect(schedule.onFullQueue(now: start) == .drop)
    }

    @Test func `a flat-out schedule waits for room, but not for ever`() {
        var schedule = PublishSchedule(pace: .flatOut, start: start, fullQueueWaitMax: .seconds(3))
        let retry = PublishSchedule.FullQueueStep.retry(at: start + PublishSchedule.retryInterval)
        #expect(schedule.onFullQueue(now: start) == retry)
        #expect(schedule.onFullQueue(now: start + .seconds(3)) == .drop)
        schedule.onSent()
        let later = start + .seconds(10)
        let again = PublishSchedule.FullQueueStep.retry(at: later + PublishSchedule.retryInterval)
        #expect(schedule.onFullQueue(now: later) == again)
    }

    @Test func `a speed is a number in range or max`() {
        #expect(PublishSchedule.Pace("max") == .flatOut)
        #expect(PublishSchedule.Pace("2.5") == .multiple(2.5))
        for text in ["0", "-1", "nan", "inf", "fast", "", "1e9"] {
            #expect(PublishSchedule.Pace(text) == nil)
        }
    }
}

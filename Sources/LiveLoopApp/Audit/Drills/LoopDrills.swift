internal import Platform
internal import Telemetry
internal import TradingCore

/// How late the steps of the loop are on this machine, measured on a real thread.
package struct LoopJitterDrill: AuditCheck {
    /// The lateness at the 99th percentile from which on a person is told.
    package static let comfort = Duration.milliseconds(5)
    /// The lateness at the 99th percentile beyond which the gate stays shut.
    package static let most = Duration.milliseconds(50)
    /// Fewer steps prove nothing.
    package static let stepsMin: UInt64 = 20

    /// What was measured.
    package struct Lateness: Sendable, Equatable {
        /// Intended starts of steps.
        package var count: UInt64
        /// The median.
        package var p50: Duration
        /// The 99th percentile.
        package var p99: Duration
        /// The largest.
        package var max: Duration

        package init(count: UInt64, p50: Duration, p99: Duration, max: Duration) {
            self.count = count
            self.p50 = p50
            self.p99 = p99
            self.max = max
        }
    }

    /// Where the scratch directory is made.
    package var base: String
    /// Whether the operator has accepted a kill switch on any file system.
    package var allowsAnyFileSystem: Bool
    /// The interval of the loop, as configured.
    package var interval: Duration
    /// How long the loop runs.
    package var duration = Duration.seconds(2)

    package init(base: String, allowsAnyFileSystem: Bool, interval: Duration) {
        self.base = base
        self.allowsAnyFileSystem = allowsAnyFileSystem
        self.interval = interval
        // A slow loop needs longer for its steps, within what an operator waits for.
        duration = min(max(duration, interval * Int(Self.stepsMin + 5)), .seconds(6))
    }

    package func run() -> [AuditResult] {
        do {
            return [Self.judge(try measure())]
        } catch {
            return [Self.item.result(.fail, "\(error)")]
        }
    }

    /// The row for a measurement.
    package static func judge(_ lateness: Lateness) -> AuditResult {
        let measured =
            "p50 \(shown(lateness.p50)), p99 \(shown(lateness.p99)), max \(shown(lateness.max)) ms "
            + "of \(lateness.count)"
        guard lateness.p99 <= most else { return item.result(.fail, measured) }
        guard lateness.count > 0 else { return item.result(.fail, "the loop did not run") }
        let isComfortable = lateness.p99 <= comfort && lateness.count >= min(stepsMin, 5)
        return item.result(isComfortable ? .pass : .warn, measured)
    }

    private static var item: AuditItem {
        AuditItem(
            .monitoring,
            "the loop keeps its interval",
            limit:
                "p99 late by at most \(shown(comfort)) ms; the gate shuts above \(shown(most)) ms",
            remedy: "give the process a CPU of its own, or a quieter machine"
        )
    }

    private func measure() throws -> Lateness {
        let loop = try ScratchLoop(
            in: base,
            allowsAnyFileSystem: allowsAnyFileSystem,
            interval: interval
        )
        var pause = PollSet(reading: [])
        _ = pause.wait(nanoseconds: duration.wholeNanoseconds)
        let lateness = loop.snapshot().lateness
        func exact(_ microseconds: Double) -> Duration {
            .nanoseconds(Int64((microseconds * 1000).rounded()))
        }
        return Lateness(
            count: lateness.count,
            p50: exact(lateness.p50),
            p99: exact(lateness.p99),
            max: exact(lateness.max)
        )
    }

    private static func shown(_ duration: Duration) -> String { milliseconds(duration) }
}

/// How soon the loop thread sees a kill file, from before it is made to the step that stops.
package struct KillReactionDrill: AuditCheck {
    /// The time from which on a person is told.
    package static let comfort = Duration.milliseconds(10)
    /// The time beyond which the gate stays shut.
    package static let most = Duration.seconds(1)
    /// No more trials are begun after this time.
    private static let budget = Duration.seconds(3)

    /// Where the scratch directory is made.
    package var base: String
    /// Whether the operator has accepted a kill switch on any file system.
    package var allowsAnyFileSystem: Bool
    /// The interval of the loop, as configured.
    package var interval: Duration
    /// How often the file is made.
    package var trials = 20

    package init(base: String, allowsAnyFileSystem: Bool, interval: Duration) {
        self.base = base
        self.allowsAnyFileSystem = allowsAnyFileSystem
        self.interval = interval
    }

    package func run() -> [AuditResult] {
        do {
            return [Self.judge(try measure())]
        } catch {
            return [Self.item.result(.fail, "\(error)")]
        }
    }

    /// The row for the reactions; `nil` is a kill file that was not seen in time.
    package static func judge(_ reactions: [Duration?]) -> AuditResult {
        let seen = reactions.compactMap { $0 }.sorted()
        guard let worst = seen.last, seen.count == reactions.count else {
            let count = reactions.count - seen.count
            return item.result(.fail, "\(count) of \(reactions.count) kill files were not seen")
        }
        let measured =
            "p50 \(milliseconds(seen[seen.count / 2])) ms, worst \(milliseconds(worst)) ms of "
            + "\(seen.count)"
        guard worst <= most else { return item.result(.fail, measured) }
        return item.result(worst <= comfort ? .pass : .warn, measured)
    }

    private static var item: AuditItem {
        AuditItem(
            .killSwitch,
            "kill switch: the loop stops at once",
            limit:
                "worst \(milliseconds(comfort)) ms; the gate shuts above \(milliseconds(most)) ms",
            remedy: "give the process a CPU of its own, and the lock directory a local file system"
        )
    }

    private func measure() throws -> [Duration?] {
        let loop = try ScratchLoop(
            in: base,
            allowsAnyFileSystem: allowsAnyFileSystem,
            interval: interval
        )
        let end = SystemClock.monotonicNanoseconds() + Self.budget.wholeNanoseconds
        var reactions: [Duration?] = []
        while reactions.count < trials, SystemClock.monotonicNanoseconds() < end {
            reactions.append(try trial(loop))
        }
        return reactions
    }

    private func trial(_ loop: borrowing ScratchLoop) throws -> Duration? {
        guard loop.killSwitch.current.trips.isEmpty else { return nil }
        let start = SystemClock.wallNanoseconds()
        try AtomicFile.createEmpty(loop.paths.killFile)
        let trip = firstTrip(loop)
        try RegularFile.remove(loop.paths.killFile)
        // A look that began before the removal may latch once more; after a snapshot it has ended.
        _ = loop.snapshot()
        _ = loop.killSwitch.storePending()
        let request = KillSwitchResetRequest(operatorName: "audit", reason: "drill")
        for _ in 0..<3 where !loop.killSwitch.current.trips.isEmpty {
            _ = loop.killSwitch.reset(request)
        }
        loop.told.consume()
        return trip.map { .nanoseconds(max(0, $0.time.nanoseconds - start)) }
    }

    /// Waits for the trip itself, because a wake-up may still be that of the trial before.
    ///
    /// Its time is that of the step, which may have begun just before the file was made.
    private func firstTrip(_ loop: borrowing ScratchLoop) -> KillSwitchTrip? {
        let deadline = SystemClock.monotonicNanoseconds() + Self.most.wholeNanoseconds
        var poll = PollSet(reading: [loop.told.pollDescriptor])
        while true {
            if let trip = loop.killSwitch.current.trips.first { return trip }
            let left = deadline - SystemClock.monotonicNanoseconds()
            guard left > 0 else { return nil }
            if poll.wait(nanoseconds: left) { loop.told.consume() }
        }
    }
}

/// A duration in milliseconds with two digits.
func milliseconds(_ duration: Duration) -> String {
    JSONWriter.fixed(Double(duration.wholeNanoseconds) / 1e6, digits: 2) ?? "?"
}

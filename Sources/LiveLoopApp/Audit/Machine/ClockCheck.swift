package import Platform
internal import Telemetry
package import TradingCore

/// Clocks that can be trusted: a wall clock with a believable date that nobody steps, and a
/// monotonic one that is fine enough for watchdogs.
package struct ClockCheck: AuditCheck {
    /// No machine that runs this was set to a date before this one: 2026-01-01.
    package static let earliest = WallTime(nanoseconds: 1_767_225_600 * 1_000_000_000)
    /// The year after which a date is not believed.
    package static let latestYear = 2100
    /// A coarser monotonic clock cannot time a loop.
    package static let resolutionMax: Int64 = 1_000_000
    /// A wall clock that moves by more against the clock since boot was stepped.
    package static let stepMax: Int64 = 50_000_000

    /// What the clocks showed at the start of the audit.
    package var before: ClockReading
    /// What they show when the check runs.
    package var after: @Sendable () -> ClockReading

    package init(
        before: ClockReading,
        after: @escaping @Sendable () -> ClockReading = { ClockReading.now() }
    ) {
        self.before = before
        self.after = after
    }

    package func run() -> [AuditResult] {
        let now = after()
        return [wall(now), step(now), resolution(now), suspension(now)]
    }

    private func wall(_ now: ClockReading) -> AuditResult {
        let time = WallTime(nanoseconds: now.wallNanoseconds)
        let year = CivilDate(daysSinceEpoch: time.daysSinceEpoch).year
        return AuditItem(
            .records,
            "the wall clock shows a believable date",
            limit: "\(Self.earliest) to \(Self.latestYear)",
            remedy: "set the clock, and keep it set with chrony or systemd-timesyncd"
        ).result(holds: time >= Self.earliest && year <= Self.latestYear, "\(time)")
    }

    private func step(_ now: ClockReading) -> AuditResult {
        let moved =
            (now.wallNanoseconds - now.bootNanoseconds)
            - (before.wallNanoseconds - before.bootNanoseconds)
        return AuditItem(
            .records,
            "the wall clock was not stepped during the audit",
            limit: "at most \(Self.milliseconds(Self.stepMax)) ms against the clock since boot",
            remedy: "let one time service slew the clock, and nothing else set it"
        ).result(
            holds: moved.magnitude <= UInt64(Self.stepMax),
            "moved by \(Self.milliseconds(moved)) ms"
        )
    }

    private func resolution(_ now: ClockReading) -> AuditResult {
        let hasAdvanced = now.monotonicNanoseconds > before.monotonicNanoseconds
        let isFine = (1...Self.resolutionMax).contains(now.resolutionNanoseconds)
        return AuditItem(
            .records,
            "the monotonic clock advances and is fine",
            limit: "resolution of at most \(Self.milliseconds(Self.resolutionMax)) ms",
            remedy: "use a kernel and a virtual machine with high resolution timers"
        ).result(
            holds: hasAdvanced && isFine,
            "resolution \(now.resolutionNanoseconds) ns" + (hasAdvanced ? "" : ", stands still")
        )
    }

    private func suspension(_ now: ClockReading) -> AuditResult {
        let suspended = now.bootNanoseconds - now.monotonicNanoseconds
        return AuditItem(
            .continuity,
            "the machine is not put to sleep",
            limit: "at most 1 s of suspension since boot",
            remedy: "switch suspend off: a sleeping machine watches no position"
        ).result(
            suspended > 1_000_000_000 ? .warn : .pass,
            "suspended for \(seconds(.nanoseconds(suspended))) s since boot"
        )
    }

    private static func milliseconds(_ nanoseconds: Int64) -> String {
        JSONWriter.fixed(Double(nanoseconds) / 1e6, digits: 3) ?? "?"
    }
}

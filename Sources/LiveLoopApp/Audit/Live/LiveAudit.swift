internal import Platform
internal import Telemetry
internal import TradingCore

/// `live-loop audit --live`: holds a running process against the baseline of its deployment.
///
/// It asks through the control socket, so that it works without HTTP, and disturbs the process no more
/// than two scrapes do.
struct LiveAudit {
    /// The time over which processor time and rates are measured.
    private static let window: Int64 = 5_000_000_000

    /// What the command line says.
    var options: AuditOptions

    /// Measures, and says what was found.
    ///
    /// - Returns: Success if every row holds.
    func run() -> ExitCode {
        Start.reporting { () throws(StartRefused) in
            let paths = try Start.prepare(environmentFile: options.environmentFile).paths
            let signals = try Start.blockSignals()
            let before = try reading(paths)
            var poll = PollSet(reading: [signals.pollDescriptor])
            if poll.wait(nanoseconds: Self.window) { return .failure }
            let baseline = LiveBaseline(before: before, after: try reading(paths))
            var report = AuditReport(of: .baseline)
            let lines = report.add(baseline.run())
            let text = options.isJSON ? [report.json] : lines + report.conclusion
            StandardStreams.writeOutput(text.joined(separator: "\n") + "\n")
            return report.hasPassed ? .success : .failure
        }
    }

    private func reading(
        _ paths: KillSwitchPaths
    ) throws(StartRefused) -> LiveBaseline.Reading {
        let page = try Start.ask(.metrics, paths, for: "audit").message
        do throws(MetricSyntaxError) {
            return LiveBaseline.Reading(
                metrics: try MetricDocument(page, .text),
                time: WallTime(nanoseconds: SystemClock.wallNanoseconds())
            )
        } catch {
            throw StartRefused(.failure, "live-loop audit: the metrics cannot be read: \(error)")
        }
    }
}

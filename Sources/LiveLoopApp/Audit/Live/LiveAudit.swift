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
        do throws(StartRefused) {
            let paths = try Start.prepare(
                Start.Request(environmentFile: options.environmentFile),
                strategies: nil
            ).paths
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
        } catch {
            StandardStreams.writeError(error.message + "\n")
            return error.code
        }
    }

    private func reading(
        _ paths: KillSwitchPaths
    ) throws(StartRefused) -> LiveBaseline.Reading {
        let request = ControlRequest(
            .metrics,
            operatorName: ProcessStatistics.userName,
            reason: ""
        )
        let page: String
        do throws(ControlError) {
            page = try ControlClient.ask(request, at: paths.controlSocket).message
        } catch {
            throw StartRefused(
                .failure,
                "live-loop audit: no live loop answers at \(paths.controlSocket): \(error)"
            )
        }
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

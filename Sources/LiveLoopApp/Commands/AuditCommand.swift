internal import Platform
internal import TradingCore

/// `live-loop audit`: the gate before production, which runs behaviour and does not search text.
struct AuditCommand {
    /// What the command line says.
    var options: AuditOptions
    /// What `STRATEGY` can name.
    var strategies: [StrategyFactory]

    /// Checks the machine and the configuration.
    ///
    /// - Returns: Success if nothing failed; a refused configuration has a code of its own.
    func run() -> ExitCode {
        SignalSet.ignoreBrokenPipes()
        if options.isLive { return LiveAudit(options: options).run() }
        let clock = ClockReading.now()
        var report = AuditReport()
        do throws(StartRefused) {
            let prepared = try Start.prepare(
                Start.Request(environmentFile: options.environmentFile),
                strategies: strategies.map(\.name)
            )
            try proveStrategy(prepared.configuration)
            tell(&report, [Self.configuration.result(.pass, "accepted, strategy included")])
            run(AuditPlan(prepared: prepared, clock: clock), &report)
            conclude(report)
            return report.hasPassed ? .success : .failure
        } catch {
            // Every fault is told, each as a row of its own.
            let lines = error.message.split(separator: "\n")
            let faults = (lines.count > 1 ? lines.dropFirst() : lines[...])
                .map { String($0.drop { $0 == " " }) }
            tell(&report, faults.map { Self.configuration.result(.fail, $0) })
            conclude(report)
            return error.code
        }
    }

    private static let configuration = AuditItem(
        .exclusiveControl,
        "the configuration is valid",
        limit: "no fault",
        remedy: "correct the variable; live-loop config shows what is accepted"
    )

    private func run(_ plan: AuditPlan, _ report: inout AuditReport) {
        do {
            for check in try plan.checks() { tell(&report, check.run()) }
        } catch {
            // The keys cannot be used: what needs none of them is still worth knowing.
            tell(&report, [Self.configuration.result(.fail, "\(error)")])
            for check in plan.machine { tell(&report, check.run()) }
        }
    }

    /// Makes the strategy once, as the process does before it starts any thread.
    private func proveStrategy(_ configuration: AppConfiguration) throws(StartRefused) {
        do throws(StrategyParameterError) {
            _ = try StrategyMaker(configuration.strategy, among: strategies)
        } catch {
            throw StartRefused(
                .configuration,
                "STRATEGY: \(error.name)=\(error.value): accepted is \(error.accepted)"
            )
        }
    }

    private func tell(_ report: inout AuditReport, _ results: [AuditResult]) {
        let lines = report.add(results)
        guard !options.isJSON else { return }
        StandardStreams.writeOutput(lines.joined(separator: "\n") + "\n")
    }

    private func conclude(_ report: AuditReport) {
        let text = options.isJSON ? report.json : report.conclusion.joined(separator: "\n")
        StandardStreams.writeOutput(text + "\n")
    }
}

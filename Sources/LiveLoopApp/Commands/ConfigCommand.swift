internal import Platform
internal import TradingCore

/// `live-loop config`: every effective value, its origin and its meaning.
struct ConfigCommand {
    var options: ConfigOptions

    /// Prints the configuration, or every fault of it.
    func run(strategies: [StrategyFactory]) -> ExitCode {
        switch options.form {
        case .example: StandardStreams.writeOutput(SettingsDocument.example)
        case .markdown: StandardStreams.writeOutput(SettingsDocument.markdown + "\n")
        case .metrics: StandardStreams.writeOutput(MetricCatalogue.markdown + "\n")
        case .text, .json:
            return Start.reporting { () throws(StartRefused) in
                let prepared = try Start.prepare(
                    Start.Request(environmentFile: options.environmentFile),
                    strategies: strategies.map(\.name)
                )
                let report = ConfigurationReport(prepared.resolved)
                StandardStreams.writeOutput(
                    (options.form == .json ? report.json : report.text) + "\n"
                )
                return .success
            }
        }
        return .success
    }
}

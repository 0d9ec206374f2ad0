internal import Platform
internal import TradingCore

/// `live-loop kill` and `live-loop reset`: what an operator does when it matters.
enum OperatorCommands {
    /// Engages the kill switch; a broken configuration must not prevent it.
    static func kill(_ options: KillOptions) -> ExitCode {
        finish { () throws(StartRefused) in
            KillCommand(
                paths: try Start.prepare(environmentFile: options.environmentFile).paths,
                symbolName: options.symbol,
                operatorName: options.operatorName ?? ProcessStatistics.userName,
                reason: options.reason ?? ""
            ).run(at: WallTime(nanoseconds: SystemClock.wallNanoseconds()))
        }
    }

    /// Lifts the latch, in the running process or in its files.
    static func reset(_ options: ResetOptions) -> ExitCode {
        finish { () throws(StartRefused) in
            let prepared = try Start.prepare(environmentFile: options.environmentFile)
            var command = ResetCommand(
                paths: prepared.paths,
                request: KillSwitchResetRequest(
                    scope: options.symbol.map { .symbol($0) } ?? .all,
                    operatorName: options.operatorName,
                    reason: options.reason
                )
            )
            command.acceptedResult = options.acceptedResult
            command.dailyLossMax = options.dailyLossMax
            command.allowsAnyFileSystem = prepared.configuration.allowsRemoteKillSwitch
            return command.run(at: WallTime(nanoseconds: SystemClock.wallNanoseconds()))
        }
    }

    private static func finish(
        _ body: () throws(StartRefused) -> CommandOutcome
    ) -> ExitCode {
        Start.reporting { () throws(StartRefused) in
            let outcome = try body()
            for line in outcome.lines { StandardStreams.writeOutput(line + "\n") }
            return outcome.status
        }
    }
}

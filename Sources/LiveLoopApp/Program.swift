internal import Platform
package import TradingCore

/// The whole program behind a `main`: reads the command line and runs the command.
package enum Program {
    /// Runs the command that the command line asks for, and ends the process with its exit code.
    ///
    /// - Parameter strategies: What can be chosen by `STRATEGY`, beside those that ship.
    package static func run(strategies: [StrategyFactory]) -> Never {
        let invocation: CommandLineInvocation
        do throws(CommandLineError) {
            invocation = try CommandLineParser.parse(Array(CommandLine.arguments.dropFirst()))
        } catch {
            StandardStreams.writeError("\(error)\n")
            ProcessEnvironment.exit(ExitCode.usage.rawValue)
        }
        let code = run(
            invocation,
            strategies: [ObserveStrategy.factory, SMACrossStrategy.factory] + strategies
        )
        ProcessEnvironment.exit(code.rawValue)
    }

    private static func run(
        _ invocation: CommandLineInvocation,
        strategies: [StrategyFactory]
    ) -> ExitCode {
        switch invocation {
        case .run(let options): RunCommand(options: options, strategies: strategies).run()
        case .gateway(let options): GatewayCommand(options: options).run()
        case .venue(let options): VenueCommand(options: options).run()
        case .listen(let options): ListenCommand(options: options).run()
        case .audit(let options): AuditCommand(options: options, strategies: strategies).run()
        case .bench(let options): BenchCommand(options: options).run()
        case .config(let options): ConfigCommand(options: options).run(strategies: strategies)
        case .status(let options): StatusCommand(options: options).run()
        case .kill(let options): OperatorCommands.kill(options)
        case .reset(let options): OperatorCommands.reset(options)
        case .orders(let options): OrdersCommand(options: options).run()
        case .reload(let options): ReloadCommand(options: options).run()
        case .alertTest(let options): AlertTestCommand(options: options).run()
        case .help(let command): print(CommandLineHelp.text(command))
        case .version: print("live-loop \(Version.current)")
        }
    }

    private static func print(_ text: String) -> ExitCode {
        StandardStreams.writeOutput(text + "\n")
        return .success
    }
}

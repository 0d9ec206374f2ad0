internal import LiveLoopApp
@_exported public import TradingCore

/// Runs a program with all sub-commands of `live-loop` and these strategies to choose from.
///
/// This *is* the `main` of your own binary: it reads the command line, runs, and ends the process.
/// So your binary runs, listens, audits and measures exactly as `live-loop` does.
public func run(strategies: [StrategyFactory]) -> Never {
    Program.run(strategies: strategies)
}

import LiveLoop

/// The whole program: all sub-commands of `live-loop`, with one more strategy to choose from.
@main
enum MyStrategy {
    static func main() {
        LiveLoop.run(strategies: [
            StrategyFactory(
                name: "spread-watch",
                summary: "reports each symbol's widest spread"
            ) { parameters throws(StrategyParameterError) in
                try parameters.allow(only: [])
                return SpreadWatch()
            }
        ])
    }
}

internal import TradingCore

/// Finds the configured strategy and makes it, once before any thread starts to prove its parameters.
struct StrategyMaker: Sendable {
    private let factory: StrategyFactory
    private let parameters: StrategyParameters

    /// Chooses a strategy.
    ///
    /// - Throws: `StrategyParameterError` when it does not exist or refuses its parameters.
    init(
        _ selection: StrategySelection,
        among factories: [StrategyFactory]
    ) throws(StrategyParameterError) {
        guard let factory = factories.first(where: { $0.name == selection.name }) else {
            throw StrategyParameterError(
                name: "STRATEGY",
                value: selection.name,
                accepted: "one of " + factories.map(\.name).joined(separator: ", ")
            )
        }
        self.factory = factory
        parameters = StrategyParameters(
            selection.parameters.map { (name: $0.name, value: $0.value) }
        )
        _ = try factory.make(parameters)
    }

    /// Makes the strategy on the thread that will own it.
    func make() -> any Strategy {
        do throws(StrategyParameterError) {
            return try factory.make(parameters)
        } catch {
            preconditionFailure(
                "the strategy accepted its parameters before and now refuses: \(error)"
            )
        }
    }
}

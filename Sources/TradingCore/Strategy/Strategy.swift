/// A trading strategy: it is told what happens and may ask for orders.
///
/// A strategy is a value that decides. It reads no clock, file or network, so that a recorded
/// session can be replayed through it with the same result.
public protocol Strategy {
    /// Tells of an event of the market, of a gap, or of a feed's state.
    ///
    /// Of an update of an order book only the last event is told, when all of it is in the book of the context.
    mutating func onEvent(_ event: borrowing MarketEvent, _ context: inout StrategyContext)

    /// Tells that a loop interval has passed, every 10 ms by default.
    mutating func onTimer(_ now: MonotonicTime, _ context: inout StrategyContext)

    /// Tells what became of an order request.
    mutating func onOrder(_ update: OrderUpdate, _ context: inout StrategyContext)
}

extension Strategy {
    /// Does nothing.
    public mutating func onTimer(_ now: MonotonicTime, _ context: inout StrategyContext) {}
    /// Does nothing.
    public mutating func onOrder(_ update: OrderUpdate, _ context: inout StrategyContext) {}
}

/// A named way to make a strategy, so that it can be chosen by configuration and made anew for a replay.
public struct StrategyFactory: Sendable {
    /// The name in `STRATEGY=name?key=value`.
    public let name: String
    /// One line for `--help` and `config`.
    public let summary: String
    /// Makes the strategy from its parameters.
    public let make: @Sendable (StrategyParameters) throws(StrategyParameterError) -> any Strategy

    /// Creates a factory.
    public init(
        name: String,
        summary: String,
        make:
            @escaping @Sendable (StrategyParameters) throws(StrategyParameterError)
            -> any Strategy
    ) {
        self.name = name
        self.summary = summary
        self.make = make
    }
}

/// The parameters of a strategy as they were configured.
public struct StrategyParameters: Sendable, Equatable {
    /// Name and value, in the order in which they were written.
    public let pairs: [(name: String, value: String)]

    /// Creates parameters.
    public init(_ pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

    /// An integer parameter, or its default when it was not given.
    ///
    /// - Throws: `StrategyParameterError` when the value is no integer or outside the range.
    public func integer(
        _ name: String,
        default defaultValue: Int,
        in range: ClosedRange<Int>
    ) throws(StrategyParameterError) -> Int {
        guard let text = pairs.last(where: { $0.name == name })?.value else { return defaultValue }
        guard let value = Int(text), range.contains(value) else {
            throw StrategyParameterError(
                name: name,
                value: text,
                accepted: "an integer from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    /// Refuses parameters that the strategy does not have.
    ///
    /// - Throws: `StrategyParameterError` naming the first unknown one.
    public func allow(only names: [String]) throws(StrategyParameterError) {
        for pair in pairs where !names.contains(pair.name) {
            throw StrategyParameterError(
                name: pair.name,
                value: pair.value,
                accepted: names.isEmpty
                    ? "no parameters" : "the parameters " + names.joined(separator: ", ")
            )
        }
    }

    /// Compares names and values in order.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.pairs.elementsEqual(rhs.pairs) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// A strategy parameter that cannot be used.
public struct StrategyParameterError: Error, Equatable, Sendable {
    /// The parameter.
    public let name: String
    /// The value found.
    public let value: String
    /// What would be accepted.
    public let accepted: String

    /// Creates an error.
    public init(name: String, value: String, accepted: String) {
        self.name = name
        self.value = value
        self.accepted = accepted
    }
}

/// Holds one position a symbol in the direction of two moving averages of the mid price.
///
/// It is the textbook example, here to show orders, fills and profit; nobody should expect to earn with it.
package struct SMACrossStrategy: Strategy {
    /// What it can be told.
    package struct Parameters: Sendable, Equatable {
        /// Quotes in the fast average.
        package var fast = 20
        /// Quotes in the slow average; more than ``fast``.
        package var slow = 80
        /// The volume of an order, in hundredths of a lot.
        package var hundredthsOfLot = 1
        package init() {}
    }

    /// What it knows of one symbol.
    private struct State {
        var fast: MovingAverage
        var slow: MovingAverage
        var wasAbove: Bool?
        /// The direction it wants to hold.
        var wanted: OrderRequest.Side?
        /// The request whose outcome is awaited; one at a time, so that it never asks twice.
        var pending: UInt64?
    }

    private let parameters: Parameters
    private var states: [State?] = []

    /// - Precondition: The slow average is longer than the fast one, and both are positive.
    package init(_ parameters: Parameters = Parameters()) {
        precondition(
            0 < parameters.fast && parameters.fast < parameters.slow,
            "fast \(parameters.fast), slow \(parameters.slow)"
        )
        self.parameters = parameters
    }

    package mutating func onEvent(
        _ event: borrowing MarketEvent,
        _ context: inout StrategyContext
    ) {
        guard event.kind == .quote, !event.flags.contains(.crossed) else { return }
        let index = event.symbol.index
        while states.count <= index { states.append(nil) }
        var state =
            states[index]
            ?? State(
                fast: MovingAverage(length: parameters.fast),
                slow: MovingAverage(length: parameters.slow)
            )
        let middle = (event.bid.doubleValue + event.ask.doubleValue) / 2
        state.fast.add(middle)
        state.slow.add(middle)
        if let fast = state.fast.value, let slow = state.slow.value, fast != slow {
            let isAbove = fast > slow
            if let was = state.wasAbove, was != isAbove { state.wanted = isAbove ? .buy : .sell }
            state.wasAbove = isAbove
        }
        pursue(&state, event.symbol, &context)
        states[index] = state
    }

    package mutating func onOrder(_ update: OrderUpdate, _ context: inout StrategyContext) {
        guard let index = states.firstIndex(where: { $0?.pending == update.requestNumber }) else {
            return
        }
        switch update.event {
        case .accepted, .sent, .working, .unknown: return
        case .refused, .notSent, .rejected:
            // The next cross asks again; asking on each quote would be refused as often.
            states[index]?.wanted = nil
            states[index]?.pending = nil
        case .filled, .ended: states[index]?.pending = nil
        }
    }

    /// First closes what is held the other way, then opens; so it works with netting and hedging alike.
    private func pursue(
        _ state: inout State,
        _ symbol: SymbolID,
        _ context: inout StrategyContext
    ) {
        guard state.pending == nil, let wanted = state.wanted else { return }
        let held = context.positions.first { $0.isOurs && $0.symbol == symbol }
        if let held {
            guard held.side != wanted else {
                state.wanted = nil
                return
            }
            state.pending = context.close(held)
            return
        }
        let lots = ExactDecimal(mantissa: Int64(parameters.hundredthsOfLot), scale: 2)
        state.pending = context.submit(
            OrderRequest(symbol: symbol, side: wanted, quantity: lots)
        )
        state.wanted = nil
    }

    /// The factory that configuration finds under `sma-cross`.
    package static let factory = StrategyFactory(
        name: "sma-cross",
        summary: "holds a position in the direction of two moving averages; an example"
    ) { (parameters) throws(StrategyParameterError) in
        try parameters.allow(only: ["fast", "slow", "hundredths_of_lot"])
        var chosen = Parameters()
        chosen.fast = try parameters.integer("fast", default: 20, in: 1...10_000)
        chosen.slow = try parameters.integer("slow", default: 80, in: 2...100_000)
        chosen.hundredthsOfLot = try parameters.integer(
            "hundredths_of_lot",
            default: 1,
            in: 1...10_000
        )
        guard chosen.fast < chosen.slow else {
            throw StrategyParameterError(
                name: "slow",
                value: String(chosen.slow),
                accepted: "more than fast, which is \(chosen.fast)"
            )
        }
        return SMACrossStrategy(chosen)
    }
}

/// The mean of the newest values; of binary fractions, because it only points a direction.
private struct MovingAverage {
    private var values: [Double] = []
    private var next = 0
    private var sum = 0.0
    private let length: Int

    init(length: Int) {
        self.length = length
        values.reserveCapacity(length)
    }

    /// `nil` until there are enough values.
    var value: Double? { values.count == length ? sum / Double(length) : nil }

    mutating func add(_ value: Double) {
        if values.count < length {
            values.append(value)
            sum += value
            return
        }
        sum += value - values[next]
        values[next] = value
        next += 1
        guard next == length else { return }
        next = 0
        // A running sum drifts by rounding; once a round it is made anew.
        sum = values.reduce(0, +)
    }
}

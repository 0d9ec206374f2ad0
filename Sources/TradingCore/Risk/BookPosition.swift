/// A position as its deals make it.
///
/// The last deals are kept and folded in the order of their numbers, so that one that arrives late gives
/// the same position as one that arrived in time.
struct BookPosition: Sendable {
    /// Deals that may still be overtaken by an earlier one.
    static let recentMax = 16

    /// Its number at the venue.
    var ticket: UInt64
    /// Its instrument.
    let instrument: InstrumentID
    /// Whether it carries our `magic`.
    var isOurs: Bool
    /// Swap so far, in account currency, as of the last snapshot.
    var swap = Amount.zero
    /// Its size and cost now.
    private(set) var holding: Holding
    private var base: Holding
    private var recent: [DealEffect] = []

    /// A signed size and what it cost.
    struct Holding: Sendable, Equatable {
        /// The size in lots, below zero for a short position.
        var lots = Amount.zero
        /// The sum of size times price, with the sign of the size.
        var cost = Amount.zero
    }

    /// What a deal does to a position.
    struct DealEffect: Sendable {
        var number: UInt64
        var lots: Amount
        var price: ExactDecimal
    }

    init(ticket: UInt64, instrument: InstrumentID, isOurs: Bool, holding: Holding = Holding()) {
        self.ticket = ticket
        self.instrument = instrument
        self.isOurs = isOurs
        self.holding = holding
        base = holding
    }

    /// Takes a deal, which may have a smaller number than one before it.
    ///
    /// - Returns: Whether the result fits; a book that does not know a position opens nothing.
    mutating func take(_ effect: DealEffect) -> Bool {
        let place = recent.lastIndex { $0.number < effect.number }.map { $0 + 1 } ?? 0
        recent.insert(effect, at: place)
        if recent.count > Self.recentMax {
            guard let folded = base.applying(recent.removeFirst()) else { return false }
            base = folded
        }
        var result = base
        for effect in recent {
            guard let next = result.applying(effect) else { return false }
            result = next
        }
        holding = result
        return true
    }
}

extension BookPosition.Holding {
    /// The holding after a deal: adding adds cost, reducing takes its share of it, turning starts anew.
    func applying(_ effect: BookPosition.DealEffect) -> Self? {
        guard let after = lots.adding(effect.lots) else { return nil }
        let isAdding = lots.units == 0 || lots.isNegative == effect.lots.isNegative
        if isAdding {
            guard let paid = effect.lots.multiplied(by: effect.price, rounding: .up),
                let sum = cost.adding(paid)
            else { return nil }
            return Self(lots: after, cost: sum)
        }
        if after.units == 0 { return Self() }
        if after.isNegative == lots.isNegative {
            return cost.multiplied(by: after, over: lots, rounding: .up)
                .map { Self(lots: after, cost: $0) }
        }
        return after.multiplied(by: effect.price, rounding: .up)
            .map { Self(lots: after, cost: $0) }
    }
}

/// What the positions of an instrument add up to.
package struct InstrumentExposure: Sendable, Equatable {
    /// All positions, long minus short, in lots; foreign ones included.
    package internal(set) var net = Amount.zero
    /// All positions, long plus short, in lots; foreign ones included.
    package internal(set) var gross = Amount.zero
    /// Whether positions that are not ours are among them.
    package internal(set) var hasForeign = false
    /// Foreign working orders that buy, in lots.
    package internal(set) var foreignBuys = Amount.zero
    /// Foreign working orders that sell, in lots.
    package internal(set) var foreignSells = Amount.zero
    /// The highest price of a foreign working order.
    var foreignPriceMax = ExactDecimal.zero
    /// Our long positions in lots, and their cost.
    var long = BookPosition.Holding()
    /// Our short positions in lots, as a size above zero, and their cost.
    var short = BookPosition.Holding()
    /// Swap of our positions, in account currency.
    var swap = Amount.zero

    /// Whether we hold anything.
    package var isOurs: Bool { long.lots.units != 0 || short.lots.units != 0 }

    /// What our positions have gained at a quote, in profit currency, swap left out; `nil` when it does not
    /// fit.
    func profit(at quote: BidAsk, contractSize: ExactDecimal) -> Amount? {
        guard let longValue = long.lots.multiplied(by: quote.bid, rounding: .down),
            let shortValue = short.lots.multiplied(by: quote.ask, rounding: .up),
            let longProfit = longValue.subtracting(long.cost),
            let shortProfit = short.cost.subtracting(shortValue),
            let profit = longProfit.adding(shortProfit)
        else { return nil }
        return profit.multiplied(by: contractSize, rounding: .down)
    }

    mutating func add(_ position: BookPosition) -> Bool {
        let holding = position.holding
        guard let net = net.adding(holding.lots), let gross = gross.adding(holding.lots.magnitude)
        else { return false }
        self.net = net
        self.gross = gross
        guard position.isOurs else {
            hasForeign = hasForeign || holding.lots.units != 0
            return true
        }
        guard let swap = swap.adding(position.swap) else { return false }
        self.swap = swap
        if holding.lots.isNegative {
            guard let lots = short.lots.subtracting(holding.lots),
                let cost = short.cost.subtracting(holding.cost)
            else { return false }
            short = BookPosition.Holding(lots: lots, cost: cost)
        } else {
            guard let lots = long.lots.adding(holding.lots),
                let cost = long.cost.adding(holding.cost)
            else { return false }
            long = BookPosition.Holding(lots: lots, cost: cost)
        }
        return true
    }
}

/// A bid and an ask.
package struct BidAsk: Sendable, Equatable {
    /// The price at which one can sell.
    package var bid: ExactDecimal
    /// The price at which one can buy.
    package var ask: ExactDecimal
    package init(bid: ExactDecimal, ask: ExactDecimal) {
        self.bid = bid
        self.ask = ask
    }
}

/// The last three quotes of an instrument.
///
/// A single quote can be wide, at rollover above all. What three in a row agree on is the narrowest of
/// them for losses and the widest for gains.
struct QuoteTrack: Sendable {
    /// Quotes that must agree before something that cannot be undone rests on them.
    static let confirmationCount = 3

    private var quotes: InlineArray<3, BidAsk>
    private var next = 0
    private var count = 0
    /// When the newest one was received.
    private(set) var receiveTime = MonotonicTime(nanoseconds: .min / 2)
    /// Whether the newest one had its bid above its ask, or no price at all.
    private(set) var isUnusable = false

    init() {
        quotes = InlineArray(repeating: BidAsk(bid: .zero, ask: .zero))
    }

    /// Takes a quote.
    ///
    /// - Returns: Whether it is the first one that can be used.
    mutating func take(_ quote: BidAsk, at time: MonotonicTime) -> Bool {
        guard quote.bid.mantissa > 0, quote.bid <= quote.ask else {
            isUnusable = true
            return false
        }
        isUnusable = false
        quotes[next] = quote
        next = next == 2 ? 0 : next + 1
        receiveTime = time
        guard count < Self.confirmationCount else { return false }
        count += 1
        return count == 1
    }

    /// The newest one that could be used.
    var latest: BidAsk? { count == 0 ? nil : quotes[next == 0 ? 2 : next - 1] }

    /// The best prices of the last three: a loss that remains at them is confirmed.
    var narrowest: BidAsk? {
        guard count == Self.confirmationCount else { return nil }
        return BidAsk(
            bid: max(quotes[0].bid, quotes[1].bid, quotes[2].bid),
            ask: min(quotes[0].ask, quotes[1].ask, quotes[2].ask)
        )
    }

    /// The worst prices of the last three: a gain that remains at them is confirmed.
    var widest: BidAsk? {
        guard count == Self.confirmationCount else { return nil }
        return BidAsk(
            bid: min(quotes[0].bid, quotes[1].bid, quotes[2].bid),
            ask: max(quotes[0].ask, quotes[1].ask, quotes[2].ask)
        )
    }

    /// One of the three looks at the quotes.
    func quote(_ basis: PriceBasis) -> BidAsk? {
        switch basis {
        case .latest: latest
        case .narrowest: narrowest
        case .widest: widest
        }
    }
}

/// On which of the last three quotes a valuation rests.
package enum PriceBasis: Sendable {
    /// The newest.
    case latest
    /// What three agree on for a loss.
    case narrowest
    /// What three agree on for a gain.
    case widest
}

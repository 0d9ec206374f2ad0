/// One execution at the venue: the only thing that changes positions and realised profit.
///
/// The same deal can be told by a reply, by an `EXEC` event and by `SYNC_ALL`; its number makes it count
/// once.
package struct Deal: Sendable, Equatable {
    /// Whether a deal opens or closes.
    package enum Entry: UInt8, Sendable {
        /// Opens or adds to a position.
        case `in` = 0
        /// Closes a position or part of it.
        case out = 1
        /// Turns a netting position round: closes it and opens the rest on the other side.
        case inOut = 2
        /// Closes a position by an opposite one.
        case outBy = 3
    }

    /// What made it happen.
    package enum Reason: UInt8, Sendable {
        /// A command of ours.
        case command = 0
        /// Somebody by hand, or another program.
        case foreign = 1
        /// The position's stop loss.
        case stopLoss = 2
        /// The position's take profit.
        case takeProfit = 3
        /// The broker, for want of margin.
        case stopOut = 4
    }

    /// The venue's number, growing with each deal of the account.
    package var number: UInt64
    /// The order that it belongs to.
    package var ticket: UInt64
    /// The position that it opens or changes.
    package var position: UInt64
    /// Our command that caused it; `nil` for stops and for what is not ours.
    package var orderID: OrderID?
    /// Whether the position carries our `magic`.
    package var isOurs: Bool
    /// The symbol's name at the venue.
    package var symbol: String
    /// The direction of the deal itself.
    package var side: OrderRequest.Side
    /// Whether it opens or closes.
    package var entry: Entry
    /// The volume in lots.
    package var volume: ExactDecimal
    /// The price.
    package var price: ExactDecimal
    /// The realised profit in account currency, without the next two.
    package var profit: ExactDecimal
    /// The commission in account currency, negative for a cost.
    package var commission: ExactDecimal
    /// The swap in account currency, negative for a cost.
    package var swap: ExactDecimal
    /// The venue's time.
    package var time: WallTime
    /// What made it happen.
    package var reason: Reason

    package init(
        number: UInt64,
        ticket: UInt64,
        position: UInt64,
        orderID: OrderID?,
        isOurs: Bool,
        symbol: String,
        side: OrderRequest.Side,
        entry: Entry,
        volume: ExactDecimal,
        price: ExactDecimal,
        profit: ExactDecimal = .zero,
        commission: ExactDecimal = .zero,
        swap: ExactDecimal = .zero,
        time: WallTime,
        reason: Reason = .command
    ) {
        self.number = number
        self.ticket = ticket
        self.position = position
        self.orderID = orderID
        self.isOurs = isOurs
        self.symbol = symbol
        self.side = side
        self.entry = entry
        self.volume = volume
        self.price = price
        self.profit = profit
        self.commission = commission
        self.swap = swap
        self.time = time
        self.reason = reason
    }
}

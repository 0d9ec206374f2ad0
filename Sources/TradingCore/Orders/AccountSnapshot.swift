/// The gateway's account of everything (`SYNC_ALL`), of one moment.
package struct AccountSnapshot: Sendable, Equatable {
    /// How opposite orders are treated.
    package enum MarginMode: String, Sendable {
        /// One position a symbol; opposite orders reduce it.
        case netting
        /// An opposite order opens a second position; only closing a ticket reduces.
        case hedging
    }

    /// Whose money is in it; the raw value is the word on the wire.
    package enum Kind: String, Sendable {
        /// Nobody's: it is for practice.
        case demo
        /// Nobody's: it takes part in a contest.
        case contest
        /// The user's.
        case real
    }

    /// An open position.
    package struct Position: Sendable, Equatable {
        /// Its number at the venue.
        package var ticket: UInt64
        /// The symbol's name at the venue.
        package var symbol: String
        /// Its direction.
        package var side: OrderRequest.Side
        /// Its volume in lots.
        package var volume: ExactDecimal
        /// Its average opening price.
        package var openPrice: ExactDecimal
        /// Swap so far, in account currency.
        package var swap: ExactDecimal
        /// Unrealised profit as the venue sees it, in account currency.
        package var profit: ExactDecimal
        /// Whether it carries our `magic`.
        package var isOurs: Bool
        /// Our command that opened it, as far as its tag tells.
        package var orderID: OrderID?

        package init(
            ticket: UInt64,
            symbol: String,
            side: OrderRequest.Side,
            volume: ExactDecimal,
            openPrice: ExactDecimal,
            swap: ExactDecimal = .zero,
            profit: ExactDecimal = .zero,
            isOurs: Bool,
            orderID: OrderID? = nil
        ) {
            self.ticket = ticket
            self.symbol = symbol
            self.side = side
            self.volume = volume
            self.openPrice = openPrice
            self.swap = swap
            self.profit = profit
            self.isOurs = isOurs
            self.orderID = orderID
        }
    }

    /// A working order.
    package struct WorkingOrder: Sendable, Equatable {
        /// Its number at the venue.
        package var ticket: UInt64
        /// Our command that placed it, as far as id or tag tell.
        package var orderID: OrderID?
        /// Whether it carries our `magic`.
        package var isOurs: Bool
        /// The symbol's name at the venue.
        package var symbol: String
        /// Its direction.
        package var side: OrderRequest.Side
        /// Limit or stop, with its price.
        package var kind: OrderRequest.Kind
        /// The volume that is not filled yet, in lots.
        package var remaining: ExactDecimal

        package init(
            ticket: UInt64,
            orderID: OrderID?,
            isOurs: Bool,
            symbol: String,
            side: OrderRequest.Side,
            kind: OrderRequest.Kind,
            remaining: ExactDecimal
        ) {
            self.ticket = ticket
            self.orderID = orderID
            self.isOurs = isOurs
            self.symbol = symbol
            self.side = side
            self.kind = kind
            self.remaining = remaining
        }
    }

    /// Which start of the gateway process says so.
    package var bootID: String
    /// The account's currency, as ISO 4217 writes it.
    package var currency: String
    /// How opposite orders are treated.
    package var marginMode: MarginMode
    /// Whose money is in it; `nil` where the gateway does not say.
    package var kind: Kind?
    /// Money without unrealised profit.
    package var balance: ExactDecimal
    /// Money with unrealised profit.
    package var equity: ExactDecimal
    /// Margin in use.
    package var margin: ExactDecimal
    /// All open positions, foreign ones included.
    package var positions: [Position]
    /// All working orders, foreign ones included.
    package var orders: [WorkingOrder]
    /// The deals after the number that was asked for, oldest first.
    package var deals: [Deal]
    /// Whether ``deals`` is complete; `false` when there were too many for one answer.
    package var isComplete: Bool
    /// The account's last deal, which ``positions`` hold already as all before it; 0 where nobody says.
    package var lastDeal: UInt64

    package init(
        bootID: String,
        currency: String,
        marginMode: MarginMode,
        kind: Kind? = nil,
        balance: ExactDecimal,
        equity: ExactDecimal,
        margin: ExactDecimal = .zero,
        positions: [Position] = [],
        orders: [WorkingOrder] = [],
        deals: [Deal] = [],
        isComplete: Bool = true,
        lastDeal: UInt64 = 0
    ) {
        self.bootID = bootID
        self.currency = currency
        self.marginMode = marginMode
        self.kind = kind
        self.balance = balance
        self.equity = equity
        self.margin = margin
        self.positions = positions
        self.orders = orders
        self.deals = deals
        self.isComplete = isComplete
        self.lastDeal = lastDeal
    }
}

package import TradingCore

/// How far an order or a command got at the venue; the raw value is the word on the wire.
package enum VenueState: String, Sendable, CaseIterable {
    /// Whole; of a modification, cancellation or close: carried out.
    case filled
    case working
    /// The rest was taken back.
    case cancelled
    case rejected
    case expired
    /// The venue itself does not know.
    case unknown
}

/// What a venue says about a command.
package struct VenueReport: Sendable, Equatable {
    /// How far it got.
    package var state: VenueState
    /// The return code.
    package var code: Int32
    /// A sentence for people.
    package var message: String
    /// The order; 0 where there is none.
    package var ticket: UInt64
    /// The position that it opened or changed; 0 where there is none.
    package var position: UInt64
    /// In lots.
    package var filled: ExactDecimal
    /// Of what is filled.
    package var averagePrice: ExactDecimal
    /// Its executions.
    package var deals: [VenueDeal]

    package init(
        _ state: VenueState,
        code: Int32,
        _ message: String,
        ticket: UInt64 = 0,
        position: UInt64 = 0,
        filled: ExactDecimal = .zero,
        averagePrice: ExactDecimal = .zero,
        deals: [VenueDeal] = []
    ) {
        self.state = state
        self.code = code
        self.message = message
        self.ticket = ticket
        self.position = position
        self.filled = filled
        self.averagePrice = averagePrice
        self.deals = deals
    }

    /// A refusal.
    package static func rejected(_ code: Int32, _ message: String) -> VenueReport {
        VenueReport(.rejected, code: code, message)
    }
}

/// One execution.
package struct VenueDeal: Sendable, Equatable {
    /// Whether it opens or closes; the raw value is the word on the wire.
    package enum Entry: String, Sendable, CaseIterable {
        case `in`
        case out
        case inOut = "inout"
    }

    /// What made it happen; the raw value is the word on the wire.
    package enum Reason: String, Sendable, CaseIterable {
        case command
        case foreign
        case stopLoss = "sl"
        case takeProfit = "tp"
        case stopOut = "so"
    }

    /// Grows by one with each deal of the account.
    package var number: UInt64
    /// The order that it belongs to.
    package var order: UInt64
    /// The position that it opens or changes.
    package var position: UInt64
    /// The id of the command; empty where there was none.
    package var requestID: String
    /// The position's.
    package var magic: Int64
    /// The symbol's name at the venue.
    package var symbol: String
    /// The direction of the deal itself.
    package var side: OrderRequest.Side
    /// Whether it opens or closes.
    package var entry: Entry
    /// In lots.
    package var volume: ExactDecimal
    /// The price.
    package var price: ExactDecimal
    /// In account currency, as are the next two.
    package var profit: ExactDecimal
    /// Negative for a cost.
    package var commission: ExactDecimal
    /// Negative for a cost.
    package var swap: ExactDecimal
    /// The gateway's clock.
    package var time: WallTime
    /// What made it happen.
    package var reason: Reason
    /// The text of the order.
    package var comment: String
}

/// An order at the venue, working or not any more.
package struct VenueOrder: Sendable, Equatable {
    /// The order's number.
    package var ticket: UInt64
    /// The id of the command that placed it.
    package var requestID: String
    /// What was asked for, with later modifications.
    package var request: VenueOrderRequest
    /// When it was placed.
    package var time: WallTime
    /// How far it got.
    package var state: VenueState
    /// The position that it opened or changed; 0 as long as there is none.
    package var position: UInt64
    /// In lots.
    package var filled: ExactDecimal
    /// Of what is filled.
    package var averagePrice: ExactDecimal
    /// The numbers of its deals.
    package var deals: [UInt64]
    /// Why it is in its state, for people.
    package var reason: String
}

/// An open position.
package struct VenuePosition: Sendable, Equatable {
    /// The position's number: that of the order that opened it.
    package var ticket: UInt64
    /// The symbol's name at the venue.
    package var symbol: String
    /// The direction.
    package var side: OrderRequest.Side
    /// In lots.
    package var volume: ExactDecimal
    /// The average price.
    package var openPrice: ExactDecimal
    /// The price at which it could be closed now; the opening price before the first quote.
    package var currentPrice: ExactDecimal
    /// Unrealised, in account currency.
    package var profit: ExactDecimal
    /// So far, in account currency.
    package var swap: ExactDecimal
    /// Closes it at a loss.
    package var stopLoss: ExactDecimal?
    /// Closes it at a profit.
    package var takeProfit: ExactDecimal?
    /// Of the order that opened it.
    package var magic: Int64
    /// Of the order that opened it.
    package var comment: String
    /// When it was opened.
    package var time: WallTime
}

/// The money of an account.
package struct VenueAccount: Sendable, Equatable {
    /// The account's number.
    package var login: UInt64
    /// ISO 4217.
    package var currency: String
    /// How opposite orders are treated.
    package var marginMode: AccountSnapshot.MarginMode
    /// Whose money is in it.
    package var kind: AccountSnapshot.Kind
    /// Without unrealised profit.
    package var balance: ExactDecimal
    /// With unrealised profit and swap.
    package var equity: ExactDecimal
    /// In use.
    package var margin: ExactDecimal
    /// Equity without the margin in use.
    package var freeMargin: ExactDecimal
    /// The value that one unit of margin carries.
    package var leverage: Int
    /// Whether the account may trade at all.
    package var isTradeAllowed: Bool
}

/// Something that changed at the venue: told as an event, stored, and restored after a restart.
package enum VenueChange: Sendable, Equatable {
    case deal(VenueDeal)
    /// The whole new state of an order.
    case order(VenueOrder)
    /// The whole new state of a position.
    case position(VenuePosition)
    case positionClosed(UInt64)
    case balance(ExactDecimal)
    /// A command was handled, with its outcome, and how often it was executed.
    case handled(requestID: String, report: VenueReport, executions: Int)
    /// The day for which swaps are settled, counted from 1970-01-01.
    case day(Int)
}

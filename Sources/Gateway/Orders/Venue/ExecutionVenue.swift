package import TradingCore

/// Where a gateway has its orders executed.
///
/// A venue decides and remembers; it reads no clock and no file. Everything that changes in it comes
/// out of ``takeChanges()``, so that it can be stored, told as `EXEC` events and restored.
package protocol ExecutionVenue: Sendable {
    /// How long a command takes from the gateway to its execution.
    var latency: Duration { get }

    /// Takes a quote of the symbol of that number, and executes what it triggers.
    mutating func onQuote(symbol: Int, bid: ExactDecimal, ask: ExactDecimal, at now: DeskMoment)
    /// Lets time pass: swaps at the turn of a day.
    mutating func advance(to now: DeskMoment)
    /// Executes a command or refuses it, at once.
    mutating func execute(
        _ request: VenueRequest,
        anomaly: VenueAnomaly?,
        at now: DeskMoment
    ) -> VenueReport
    /// Takes a working order back without a command; the reason is told with the event.
    mutating func withdraw(ticket: UInt64, reason: String, at now: DeskMoment)
    /// The price at which a market order would be executed now.
    func marketPrice(for request: VenueRequest) -> ExactDecimal?

    /// What became of a command, found as a gateway finds it in the venue's books after a crash.
    func search(requestID: String) -> VenueReport?
    /// The present state of an order.
    func report(ofOrder ticket: UInt64) -> VenueReport?
    /// How often each command was executed; the truth that a gateway is judged by.
    func executionCount(of requestID: String) -> Int

    /// Whether a quote may make it do something by itself: fill, trigger or stop out.
    var actsOnQuotes: Bool { get }
    var account: VenueAccount { get }
    var positions: [VenuePosition] { get }
    var workingOrders: [VenueOrder] { get }
    /// The number of the last deal.
    var lastDeal: UInt64 { get }
    /// The deals after a number, oldest first, at most so many.
    func deals(after number: UInt64, limit: Int) -> ArraySlice<VenueDeal>
    /// What a symbol is, with its quote.
    func instrument(_ symbol: String) -> (definition: InstrumentDefinition, quote: VenueQuote?)?

    /// Hands over what changed since the last call, in order.
    mutating func takeChanges() -> [VenueChange]
    /// Takes a change that was stored before a restart.
    mutating func restore(_ change: VenueChange)
}

/// A command to a venue.
package struct VenueRequest: Sendable, Equatable {
    /// What is to be done.
    package enum Work: Sendable, Equatable {
        case send(VenueOrderRequest)
        /// The whole new state of a working order, or the stops of a position; a price of `nil` stays.
        case modify(
            ticket: UInt64,
            price: ExactDecimal?,
            stopLoss: ExactDecimal?,
            takeProfit: ExactDecimal?
        )
        case cancel(ticket: UInt64)
        /// Closes so much of a position; `nil` is all of it.
        case close(
            position: UInt64,
            volume: ExactDecimal?,
            deviation: UInt32?,
            magic: Int64,
            comment: String
        )
    }

    /// The id of the command.
    package var requestID: String
    /// What is to be done.
    package var work: Work
    /// The market price when the command arrived, which a deviation is measured from.
    package var quotedPrice: ExactDecimal?

    package init(requestID: String, work: Work, quotedPrice: ExactDecimal? = nil) {
        self.requestID = requestID
        self.work = work
        self.quotedPrice = quotedPrice
    }
}

/// A new order as it is asked for.
package struct VenueOrderRequest: Sendable, Equatable {
    /// The symbol's name at the venue.
    package var symbol: String
    /// Direction and kind.
    package var type: VenueOrderType
    /// In lots.
    package var volume: ExactDecimal
    /// Of a pending order.
    package var price: ExactDecimal?
    /// In points; `nil` takes any price.
    package var deviation: UInt32?
    /// What becomes of the part that cannot be filled at once.
    package var filling: VenueFilling
    /// Closes the position at a loss.
    package var stopLoss: ExactDecimal?
    /// Closes the position at a profit.
    package var takeProfit: ExactDecimal?
    /// Whose order it is, as its sender numbers programs.
    package var magic: Int64
    /// Text that stays with order, deals and position.
    package var comment: String

    package init(
        symbol: String,
        type: VenueOrderType,
        volume: ExactDecimal,
        price: ExactDecimal? = nil,
        deviation: UInt32? = nil,
        filling: VenueFilling? = nil,
        stopLoss: ExactDecimal? = nil,
        takeProfit: ExactDecimal? = nil,
        magic: Int64 = 0,
        comment: String = ""
    ) {
        self.symbol = symbol
        self.type = type
        self.volume = volume
        self.price = price
        self.deviation = deviation
        self.filling = filling ?? (type.isPending ? .return : .immediateOrCancel)
        self.stopLoss = stopLoss
        self.takeProfit = takeProfit
        self.magic = magic
        self.comment = comment
    }
}

/// The types of order; the raw value is the word on the wire.
package enum VenueOrderType: String, Sendable, CaseIterable {
    case buy = "OP_BUY"
    case sell = "OP_SELL"
    case buyLimit = "OP_BUYLIMIT"
    case sellLimit = "OP_SELLLIMIT"
    case buyStop = "OP_BUYSTOP"
    case sellStop = "OP_SELLSTOP"

    /// The direction.
    package var side: OrderRequest.Side {
        switch self {
        case .buy, .buyLimit, .buyStop: .buy
        case .sell, .sellLimit, .sellStop: .sell
        }
    }

    /// Whether it rests until a price is reached.
    package var isPending: Bool { self != .buy && self != .sell }
}

/// What becomes of the part of an order that cannot be filled at once; the raw value is the word on
/// the wire.
package enum VenueFilling: String, Sendable, CaseIterable {
    case fillOrKill = "FOK"
    case immediateOrCancel = "IOC"
    case `return` = "RETURN"
}

/// What a venue does wrong on purpose.
package enum VenueAnomaly: Sendable, Equatable {
    /// Executes the whole command a second time.
    case twice
    /// Makes the same deal twice for one order.
    case twoFills
    /// Fills twice as much as was ordered.
    case overfill
    /// Fills only half.
    case partial
}

/// What is asked for and offered.
package struct VenueQuote: Sendable, Equatable {
    /// What one can sell at.
    package var bid: ExactDecimal
    /// What one can buy at.
    package var ask: ExactDecimal
    package init(bid: ExactDecimal, ask: ExactDecimal) {
        self.bid = bid
        self.ask = ask
    }
}

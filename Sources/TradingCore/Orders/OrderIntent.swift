/// What an order command does at the gateway.
package enum OrderCommand: Sendable, Equatable {
    /// Opens or adds (`ORDER_SEND`).
    case place
    /// Changes price and stops of a working order (`ORDER_MODIFY`).
    case modify(ticket: UInt64, of: OrderID?)
    /// Takes a working order back (`ORDER_CANCEL`).
    case cancel(ticket: UInt64, of: OrderID?)
    /// Closes a position or part of it (`ORDER_CLOSE`).
    case close(position: UInt64)

    /// The word used in the ledger, in logs and in JSON.
    package var name: String {
        switch self {
        case .place: "place"
        case .modify: "modify"
        case .cancel: "cancel"
        case .close: "close"
        }
    }
}

/// Who wants an order.
package enum OrderOrigin: Sendable, Equatable {
    /// A strategy, by its place in the configuration and the number its request got.
    case strategy(Int, request: UInt64)
    /// The effect of an engaged kill switch.
    case killSwitch
    /// The check that the book agrees with the gateway's.
    case reconciliation
}

/// An order command with all that must be known of it after a crash; made durable before any byte is sent.
package struct OrderIntent: Sendable, Equatable {
    /// Its id, which the gateway sees as `req_id`.
    package var id: OrderID
    /// What it does.
    package var command: OrderCommand
    /// Who wants it.
    package var origin: OrderOrigin
    /// The symbol's name at the gateway, broker's suffix included.
    package var symbol: String
    /// The direction; of a close, that of the closing deal.
    package var side: OrderRequest.Side
    /// How it is to be executed; of a modification, the new price.
    package var kind: OrderRequest.Kind
    /// The volume in lots; of a cancellation, what is left to cancel.
    package var quantity: ExactDecimal
    /// A price at which the venue closes the position at a loss.
    package var stopLoss: ExactDecimal?
    /// A price at which the venue closes the position at a profit.
    package var takeProfit: ExactDecimal?
    /// How far a market price may have moved, in points of the instrument.
    package var deviation: UInt32
    /// The price that risk assumed: the worst at which it may be filled.
    package var referencePrice: ExactDecimal
    /// When the quote that it rests on was received.
    package var quoteTime: MonotonicTime
    /// When it was decided.
    package var createdAt: WallTime
    /// How long it may be executed after it was sent.
    package var lifetime: Duration
    /// Whether it can only make exposure smaller; such ones leave while trading is reduce-only.
    package var isReducing: Bool

    package init(
        id: OrderID,
        command: OrderCommand,
        origin: OrderOrigin,
        symbol: String,
        side: OrderRequest.Side,
        kind: OrderRequest.Kind = .market,
        quantity: ExactDecimal,
        stopLoss: ExactDecimal? = nil,
        takeProfit: ExactDecimal? = nil,
        deviation: UInt32 = 0,
        referencePrice: ExactDecimal,
        quoteTime: MonotonicTime,
        createdAt: WallTime,
        lifetime: Duration,
        isReducing: Bool
    ) {
        self.id = id
        self.command = command
        self.origin = origin
        self.symbol = symbol
        self.side = side
        self.kind = kind
        self.quantity = quantity
        self.stopLoss = stopLoss
        self.takeProfit = takeProfit
        self.deviation = deviation
        self.referencePrice = referencePrice
        self.quoteTime = quoteTime
        self.createdAt = createdAt
        self.lifetime = lifetime
        self.isReducing = isReducing
    }

    /// Whether an engaged kill switch lets it leave: taking back and closing stay possible.
    package var passesKillSwitch: Bool {
        switch command {
        case .cancel: true
        case .close: isReducing
        case .place, .modify: false
        }
    }
}

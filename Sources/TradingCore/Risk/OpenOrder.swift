/// An order that may still be filled, as risk sees it.
///
/// The caller keeps these in an array from the approval on: an approved order is reserved before it is
/// sent. A pending change of a working order is one more, of quantity zero at the new price.
package struct OpenOrder: Sendable, Equatable {
    /// Its instrument.
    package var instrument: InstrumentID
    /// Its direction.
    package var side: OrderRequest.Side
    /// What may still be filled, in lots; everything, as long as nobody knows.
    package private(set) var openQuantity: ExactDecimal
    /// ``openQuantity`` as risk adds it up; kept, because each decision adds up all open orders.
    package private(set) var lots: Amount
    /// The worst price at which it may be filled.
    package var price: ExactDecimal
    /// Whether nobody knows if it was executed.
    package var isUnknown: Bool
    /// Whether it can only make exposure smaller.
    package var isReducing: Bool
    /// Whether it rests in the market at ``price``, so that an order of the other side could meet it.
    package var isLimit: Bool
    /// The strategy that wanted it, −1 for none.
    package var strategy: Int
    /// The position that it closes, 0 for none.
    package var position: UInt64

    package init(
        instrument: InstrumentID,
        side: OrderRequest.Side,
        openQuantity: ExactDecimal,
        price: ExactDecimal,
        isUnknown: Bool = false,
        isReducing: Bool = false,
        isLimit: Bool = false,
        strategy: Int = -1,
        position: UInt64 = 0
    ) {
        self.instrument = instrument
        self.side = side
        self.openQuantity = openQuantity
        lots = Amount(openQuantity, rounding: .up)
        self.price = price
        self.isUnknown = isUnknown
        self.isReducing = isReducing
        self.isLimit = isLimit
        self.strategy = strategy
        self.position = position
    }

    /// What an order command may still do; `nil` for one that is settled and for a cancellation.
    package init?(_ record: OrderRecord, instrument: InstrumentID) {
        guard !record.state.isTerminal else { return nil }
        let intent = record.intent
        self.init(
            instrument: instrument,
            side: intent.side,
            openQuantity: record.openQuantity,
            price: max(intent.referencePrice, intent.kind.price ?? .zero),
            isUnknown: record.state.isUnknown,
            isReducing: intent.isReducing,
            strategy: intent.origin.strategy
        )
        switch intent.command {
        case .place:
            if case .limit(let price) = intent.kind {
                isLimit = true
                self.price = price
            }
        case .modify: (openQuantity, lots) = (.zero, .zero)
        case .cancel: return nil
        case .close(let ticket): position = ticket
        }
    }
}

extension OrderOrigin {
    /// The strategy's place in the configuration, −1 for none.
    package var strategy: Int {
        switch self {
        case .strategy(let index, _): index
        case .killSwitch, .reconciliation: -1
        }
    }
}

/// One level of a book message, as a decoder read it and before it is an event.
package struct DepthLevel: Sendable, Equatable {
    /// The digits of the price.
    package var price: Int64
    /// The digits of the quantity; 0 removes the level.
    package var quantity: Int64
    /// The decimals of the price.
    package var priceScale: UInt8
    /// The decimals of the quantity.
    package var quantityScale: UInt8
    /// Whether it is on the ask side.
    package var isAsk: Bool

    package init(
        price: Int64,
        quantity: Int64,
        priceScale: UInt8,
        quantityScale: UInt8,
        isAsk: Bool
    ) {
        self.price = price
        self.quantity = quantity
        self.priceScale = priceScale
        self.quantityScale = quantityScale
        self.isAsk = isAsk
    }
}

extension MarketEvent {
    /// Appends the events of one book message, of which the last one is flagged so.
    ///
    /// Here, and not where messages are decoded, because code is not inlined across modules.
    ///
    /// - Parameters:
    ///   - levels: The levels; where there are none, an event that removes nothing stands for the message.
    ///   - template: What the events have in common.
    ///   - hasBegun: Whether an event of the message stands in `output` already.
    ///   - output: Where they go.
    package static func append(
        _ levels: [DepthLevel],
        as template: MarketEvent,
        hasBegun: Bool = false,
        to output: inout [MarketEvent]
    ) {
        var event = template
        let base = template.flags.subtracting([.last, .ask])
        let askFlags = base.union(.ask)
        let levels = levels.span
        for index in levels.indices {
            event.word0 = levels[index].price
            event.word1 = levels[index].quantity
            event.scales = (levels[index].priceScale, levels[index].quantityScale, 0, 0)
            event.flags = levels[index].isAsk ? askFlags : base
            output.append(event)
        }
        if levels.isEmpty, !hasBegun {
            event.flags = base
            output.append(event)
        }
        output[output.count - 1].flags.insert(.last)
    }
}

extension FeedMerger {
    /// Hands over the events of one book message.
    package mutating func append(
        _ levels: [DepthLevel],
        as template: MarketEvent,
        hasBegun: Bool = false
    ) {
        MarketEvent.append(levels, as: template, hasBegun: hasBegun, to: &output)
    }
}

import TradingCore

extension MarketEvent {
    /// Takes prices, sizes and what is known of them from a tick.
    @inline(__always)
    mutating func fill(from frame: borrowing MT5Frame) {
        let bid = frame.bid
        let ask = frame.ask
        var sizes = (ExactDecimal(mantissa: 0, scale: 0), ExactDecimal(mantissa: 0, scale: 0))
        let hasBidVolume = frame.has(.bidVolume)
        let hasAskVolume = frame.has(.askVolume)
        if hasBidVolume { sizes.0 = frame.number(.bidVolume) }
        if hasAskVolume { sizes.1 = frame.number(.askVolume) }
        let hasVolume = frame.has(.volume)
        if hasVolume && !hasBidVolume && !hasAskVolume {
            sizes.0 = frame.number(.volume)
            flags.insert(.tickVolume)
        }
        if frame.hasVenueTime { flags.insert(.venueTime) }
        if frame.has(.sequence) { flags.insert(.sequenced) }
        word0 = bid.mantissa
        word1 = sizes.0.mantissa
        word2 = ask.mantissa
        word3 = sizes.1.mantissa
        scales = (bid.scale, sizes.0.scale, ask.scale, sizes.1.scale)
    }
}

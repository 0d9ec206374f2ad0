// The book as strategies and people see it.

extension Amount {
    /// The same number as a decimal without zeros at the end; `nil` when it has too many digits.
    package var decimal: ExactDecimal? {
        var units = units
        var scale = Self.scale
        while scale > 0, units % 10 == 0 {
            units /= 10
            scale -= 1
        }
        return ExactDecimal(exactly: units, scale: scale)
    }

    /// The amount with two digits after the point, as money is shown.
    package var cents: ExactDecimal? {
        ExactDecimal(exactly: units / (Amount(1).units / 100), scale: 2)
    }
}

extension PositionBook.Position {
    /// The size in lots, above zero.
    package var volume: ExactDecimal? { lots.magnitude.decimal }

    /// The average opening price, with eight digits at most.
    package var price: ExactDecimal? {
        guard lots.units != 0 else { return nil }
        let one = Amount(1)
        guard let price = one.multiplied(by: cost, over: lots, rounding: .down) else { return nil }
        return Amount(units: price.units / 10_000 * 10_000).decimal
    }

    /// What an instrument would add up to if this were its only position, whoever opened it.
    var exposure: InstrumentExposure {
        var exposure = InstrumentExposure()
        if lots.isNegative {
            let size = BookPosition.Holding(lots: lots.magnitude, cost: cost.magnitude)
            exposure.short = size
        } else {
            exposure.long = BookPosition.Holding(lots: lots, cost: cost)
        }
        exposure.swap = swap
        return exposure
    }
}

extension RiskEngine {
    /// What was realised and what positions gained since the day began; `nil` while it cannot be valued.
    package mutating func dayResult() -> Amount? {
        guard let latest = latestUnrealised() else { return nil }
        return daily.realised.adding(latest)?.subtracting(daily.startUnrealised ?? .zero)
    }

    /// What a position has gained at the newest quotes, swap included, in account currency.
    ///
    /// - Parameter ticket: Its number at the venue; it may be a foreign one.
    /// - Returns: The amount, or `nil` when there is none, no quote, no rate, or it does not fit.
    package mutating func profit(ticket: UInt64) -> Amount? {
        guard let position = book.position(ticket: ticket) else { return nil }
        return profit(of: position.exposure, in: position.instrument, .latest)
    }
}

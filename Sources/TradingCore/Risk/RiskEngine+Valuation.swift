// Instruments and quotes as they come in, and what positions are worth by them.

/// What risk knows of one instrument besides its definition.
struct InstrumentRisk: Sendable {
    var quote = QuoteTrack()
    var volumeMax: Amount?
    var calendar: SessionCalendar?
    private var sessionMinute = Int64.min
    private var isOpenThen = true
    var isPermitted = true
    var conversion: CurrencyConversion?
    var isConversionKnown = false
    var unrealised: Amount?
    var isValued = false

    /// Whether the session is open; looked up once a minute, because sessions begin and end with one.
    mutating func isOpen(at wall: WallTime) -> Bool {
        guard let calendar else { return true }
        let minute = wall.nanoseconds / 60_000_000_000
        if minute != sessionMinute {
            sessionMinute = minute
            isOpenThen = calendar.isOpen(at: wall)
        }
        return isOpenThen
    }
}

extension RiskEngine {
    // MARK: Instruments

    /// The number of an instrument, given now if it had none; `nil` when all numbers are used.
    package mutating func identify(_ symbol: String) -> InstrumentID? {
        let id = instruments.identify(symbol)
        addStates()
        return id
    }

    /// Takes the venue's definition of a symbol.
    @discardableResult
    package mutating func define(_ instrument: Instrument) -> InstrumentID? {
        let id = instruments.define(instrument)
        addStates()
        forgetConversions()
        return id
    }

    /// Takes a definition that the user has pinned; before any of the venue.
    @discardableResult
    package mutating func pin(_ instrument: Instrument) -> InstrumentID? {
        let id = instruments.pin(instrument)
        addStates()
        forgetConversions()
        return id
    }

    /// Takes note that the venue has no such symbol.
    package mutating func markUnknown(_ symbol: String) {
        instruments.markUnknown(symbol)
        addStates()
    }

    mutating func addStates() {
        while states.count < instruments.count {
            states.append(InstrumentRisk())
            applySymbolLimits(states.count - 1)
        }
    }

    /// Writes down what the limits say of the symbol of an instrument.
    mutating func applySymbolLimits(_ index: Int) {
        let symbol = instruments.symbol(of: InstrumentID(rawValue: UInt8(index)))
        states[index].volumeMax = limits.orderVolumeMax[symbol].map {
            Amount($0, rounding: .down)
        }
        states[index].calendar = limits.tradingHours[symbol]
        states[index].isPermitted =
            (limits.allowedSymbols?.contains(symbol) ?? true)
            && !limits.deniedSymbols.contains(symbol)
    }

    mutating func forgetConversions() {
        for index in states.indices {
            states[index].isConversionKnown = false
            states[index].isValued = false
        }
    }

    // MARK: Quotes

    /// Takes a quote; one that waited somewhere must not be passed in.
    @inline(__always)
    package mutating func observe(_ quote: BidAsk, of id: InstrumentID, at time: MonotonicTime) {
        states[id.index].isValued = false
        // Another rate may be a way to convert that was missing.
        if states[id.index].quote.take(quote, at: time) { forgetConversions() }
    }

    // MARK: Values

    /// The limit of the day's loss: the configured one, or the higher one an operator has set for the day.
    package var dailyLossMax: Amount {
        daily.raisedLimit ?? Amount(limits.dailyLossMax, rounding: .down)
    }

    /// Lots times contract size times price, in profit currency.
    func notional(_ lots: Amount, at price: Amount, of definition: Instrument) -> Amount? {
        guard let units = lots.multiplied(by: definition.contractSize, rounding: .up) else {
            return nil
        }
        return units.multiplied(by: price, over: Amount(1), rounding: .up)
    }

    /// An amount of an instrument's profit currency in account currency.
    ///
    /// - Parameters:
    ///   - amount: The amount in profit currency.
    ///   - id: The instrument.
    ///   - isExposure: Whether more is worse although the amount is above zero.
    ///   - basis: The quotes to convert at.
    ///   - time: When quotes must not be too old; `nil` takes them as they are.
    /// - Returns: The amount, or `nil` when a rate is missing, too old, or it does not fit.
    mutating func convert(
        _ amount: Amount,
        of id: InstrumentID,
        isExposure: Bool,
        basis: PriceBasis,
        at time: MonotonicTime?
    ) -> Amount? {
        if !states[id.index].isConversionKnown { findConversion(of: id) }
        guard let conversion = states[id.index].conversion else { return nil }
        guard let first = conversion.first else { return amount }
        return conversion.convert(
            amount,
            isExposure: isExposure,
            firstQuote: rate(of: first, basis, at: time),
            secondQuote: conversion.second.flatMap { rate(of: $0, basis, at: time) }
        )
    }

    /// The quote of a step of a conversion; `nil` for one that is missing or too old.
    private func rate(
        of leg: CurrencyConversion.Leg,
        _ basis: PriceBasis,
        at time: MonotonicTime?
    ) -> BidAsk? {
        if let time,
            time - states[leg.instrument.index].quote.receiveTime > limits.conversionAgeMax
        {
            return nil
        }
        return states[leg.instrument.index].quote.quote(basis)
    }

    private mutating func findConversion(of id: InstrumentID) {
        states[id.index].isConversionKnown = true
        states[id.index].conversion = instruments.definition(of: id).flatMap { definition in
            CurrencyConversion(
                from: definition.profitCurrency,
                to: limits.accountCurrency,
                in: instruments,
                isQuoted: { states[$0.index].quote.latest != nil }
            )
        }
    }

    /// What positions in an instrument have gained, swap included, in account currency.
    mutating func profit(
        of exposure: InstrumentExposure,
        in id: InstrumentID,
        _ basis: PriceBasis
    ) -> Amount? {
        guard let definition = instruments.definition(of: id),
            let quote = states[id.index].quote.quote(basis),
            let profit = exposure.profit(at: quote, contractSize: definition.contractSize)
        else { return nil }
        return convert(profit, of: id, isExposure: false, basis: basis, at: nil)?
            .adding(exposure.swap)
    }

    /// What all our positions have gained; `nil` when one of them cannot be valued.
    mutating func unrealised(_ basis: PriceBasis) -> Amount? {
        var sum = Amount.zero
        for id in book.ourInstruments {
            guard let value = profit(of: book[id], in: id, basis), let next = sum.adding(value)
            else { return nil }
            sum = next
        }
        return sum
    }

    /// What all our positions have gained at the newest quotes, valuing only what changed.
    mutating func latestUnrealised() -> Amount? {
        var sum = Amount.zero
        for id in book.ourInstruments {
            if !states[id.index].isValued {
                states[id.index].unrealised = profit(of: book[id], in: id, .latest)
                states[id.index].isValued = true
            }
            guard let value = states[id.index].unrealised, let next = sum.adding(value) else {
                return nil
            }
            sum = next
        }
        return sum
    }
}

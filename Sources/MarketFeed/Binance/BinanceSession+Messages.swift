package import TradingCore

extension BinanceSession {
    /// Takes one text message of a connection.
    ///
    /// - Parameters:
    ///   - bytes: The message.
    ///   - connection: The connection that brought it.
    ///   - time: When it was received.
    ///   - isBacklog: Whether it waited while this process was paused.
    package mutating func receive(
        _ bytes: Span<UInt8>,
        from connection: BinanceConnection,
        at time: MonotonicTime,
        isBacklog: Bool = false
    ) {
        heardSymbol = nil
        do throws(BinanceFault) { try decoder.decode(bytes) } catch {
            return reject(error, sample: bytes, at: time)
        }
        let kind = decoder.frame.kind
        counters.count(kind)
        counters.unknownKeys &+= UInt64(decoder.frame.unknownKeys)
        switch kind {
        case .trade: receiveData(.trade, connection, time, isBacklog)
        case .aggTrade: receiveData(.aggTrade, connection, time, isBacklog)
        case .depth: receiveData(.depth, connection, time, isBacklog)
        case .bookTicker: receiveData(.bookTicker, connection, time, isBacklog)
        case .acknowledgement:
            if let id = decoder.frame.requestID,
                subscriptions.didAcknowledge(id, connection, at: time)
            {
                tell(.subscribed(connection))
            }
        case .refusal:
            let frame = decoder.frame
            subscriptions.didRefuse(frame.requestID, connection)
            tell(.refused(connection, code: frame.code, message: frame.message))
        case .serverShutdown: replace(connection, .serverShutdown)
        case .other: break
        }
    }

    /// Counts a message that is not worth decoding, such as a binary one.
    package mutating func reject(
        _ fault: BinanceFault,
        sample: Span<UInt8>,
        at time: MonotonicTime
    ) {
        counters.count(fault.reason)
        samples.keep(sample, cause: .binance(fault), at: time)
        merger.quarantine(stream: feedStream)
    }

    private mutating func receiveData(
        _ stream: BinanceStream,
        _ connection: BinanceConnection,
        _ time: MonotonicTime,
        _ isBacklog: Bool
    ) {
        guard case .known(let symbol) = symbols.lookUp(decoder.frame.symbol),
            let number = streamNumber(place(of: symbol), stream),
            stream.route(configuration.market) == connection.route
        else {
            counters.unlisted &+= 1
            return
        }
        subscriptions.didReceiveData(number, connection)
        watchdog.didReceiveData(stream: number, at: time)
        heardSymbol = symbol
        let flags: MarketEvent.Flags = isBacklog ? [.last, .backlog] : .last
        switch stream {
        case .trade, .aggTrade: receiveTrade(symbol, connection.slot, time, flags)
        case .depth: receiveDepth(symbol, connection, time, flags)
        case .bookTicker: receiveQuote(symbol, connection.slot, time, flags)
        }
    }

    func makeEvent(
        _ kind: MarketEvent.Kind,
        _ symbol: SymbolID,
        _ time: MonotonicTime,
        _ flags: MarketEvent.Flags
    ) -> MarketEvent {
        let venueTime = decoder.frame.venueNanoseconds
        return MarketEvent(
            kind: kind,
            feed: configuration.feed,
            symbol: symbol,
            sequence: decoder.frame.id,
            receiveTime: time,
            venueNanoseconds: venueTime,
            flags: venueTime == 0 ? flags : flags.union(.venueTime)
        )
    }

    // MARK: Quotes

    private mutating func receiveQuote(
        _ symbol: SymbolID,
        _ slot: ConnectionSlot,
        _ time: MonotonicTime,
        _ flags: MarketEvent.Flags
    ) {
        let stream = StreamID(symbol: symbol, kind: .quote)
        let place = place(of: symbol)
        merger.countReceived(stream)
        switch states[place].quotes.judge(decoder.frame.id, from: slot) {
        case .duplicate: return merger.count(.duplicate, stream)
        case .late: return merger.count(.late, stream)
        case .restarted: merger.tellBreak(stream, missing: nil, cause: .restart, at: time)
        case .deliver: break
        }
        var event = makeEvent(.quote, symbol, time, flags)
        let frame = decoder.frame
        switch validator.judge(symbol: place, bid: frame.price, ask: frame.ask) {
        case .quarantine: return merger.count(.quarantined, stream)
        case .deliver(let remarks): event.flags.formUnion(remarks)
        }
        event.word0 = frame.price.mantissa
        event.word1 = frame.quantity.mantissa
        event.word2 = frame.ask.mantissa
        event.word3 = frame.askQuantity.mantissa
        event.scales = (
            frame.price.scale, frame.quantity.scale, frame.ask.scale, frame.askQuantity.scale
        )
        merger.append(event)
        merger.count(.delivered, stream)
    }
}

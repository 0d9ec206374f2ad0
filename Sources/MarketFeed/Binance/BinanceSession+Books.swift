package import TradingCore

extension BinanceSession {
    mutating func receiveDepth(
        _ symbol: SymbolID,
        _ connection: BinanceConnection,
        _ time: MonotonicTime,
        _ flags: MarketEvent.Flags
    ) {
        let place = place(of: symbol)
        let stream = StreamID(symbol: symbol, kind: .book)
        merger.countReceived(stream)
        let other = subscriptions.other(than: connection)
        let update = decoder.frame.update
        switch states[place].depth.judge(update, from: connection.slot, other: other) {
        case .deliver:
            merger.append(decoder.levels, as: levelTemplate(symbol, time, flags))
            merger.count(.delivered, stream)
            states[place].lastBook = time
            if states[place].depth.held.count > 0 { release(place, at: time) }
        case .duplicate: merger.count(.duplicate, stream)
        case .hold:
            hold(place, time, flags)
            if states[place].depth.isWhole {
                giveUp(place, waitingFor: connection.route, at: time)
            } else {
                wantSnapshot(place, at: time)
            }
        case .broken(let missing):
            let isNew = subscriptions.openedAt(connection) > states[place].lastBook
            beginGap(place, missing, isNew ? .reconnect : .sequence, at: time)
            hold(place, time, flags)
        case .restarted:
            let dropped = states[place].depth.held.removeAll()
            for _ in 0..<dropped { merger.count(.quarantined, stream) }
            beginGap(place, nil, .restart, at: time)
            hold(place, time, flags)
        }
    }

    /// Declares a symbol's book lost, because whoever keeps it lost a part, and fetches it anew.
    ///
    /// For a message that was shed between here and there.
    package mutating func resync(_ symbol: SymbolID, at now: MonotonicTime) {
        let place = place(of: symbol)
        guard states.indices.contains(place), states[place].depth.isWhole else { return }
        states[place].depth.awaitSnapshot()
        beginGap(place, nil, .shed, at: now)
    }

    /// Whether a symbol's book is whole, as far as it was handed over.
    package func isBookWhole(_ symbol: SymbolID) -> Bool { states[place(of: symbol)].depth.isWhole }

    /// The last update of a symbol's book that was handed over.
    package func bookPosition(_ symbol: SymbolID) -> UInt64 {
        states[place(of: symbol)].depth.position
    }

    // MARK: Events

    private func levelTemplate(
        _ symbol: SymbolID,
        _ time: MonotonicTime,
        _ flags: MarketEvent.Flags
    ) -> MarketEvent {
        makeEvent(.bookLevel, symbol, time, flags.union(.sequenced))
    }

    /// Holds the message decoded last.
    private mutating func hold(_ place: Int, _ time: MonotonicTime, _ flags: MarketEvent.Flags) {
        let symbol = id(at: place)
        let stream = StreamID(symbol: symbol, kind: .book)
        var events: [MarketEvent] = []
        events.reserveCapacity(decoder.levels.count)
        MarketEvent.append(decoder.levels, as: levelTemplate(symbol, time, flags), to: &events)
        let update = decoder.frame.update
        switch states[place].depth.held.hold(update, events: events.span, at: time) {
        case .known: merger.count(.duplicate, stream)
        case .tooLarge: merger.count(.quarantined, stream)
        case .held(let dropped):
            counters.heldDropped &+= UInt64(dropped)
            for _ in 0..<dropped { merger.count(.quarantined, stream) }
        }
    }

    /// Hands over what was held and is settled now.
    private mutating func release(_ place: Int, at time: MonotonicTime) {
        let stream = StreamID(symbol: id(at: place), kind: .book)
        while let released = states[place].depth.release() {
            guard released.isNew else {
                merger.count(.duplicate, stream)
                continue
            }
            states[place].lastBook = released.events[0].receiveTime
            merger.append(released.events)
            merger.count(.delivered, stream)
        }
        giveUp(place, waitingFor: BinanceStream.depth.route(configuration.market), at: time)
    }

    // MARK: Gaps

    /// Declares missing what no connection of a path brings any more; without one, what waits at all.
    mutating func giveUp(
        _ place: Int,
        waitingFor route: BinanceRoute?,
        cause: GapLedger.Cause = .sequence,
        at now: MonotonicTime
    ) {
        var connections = (a: OtherConnection.none, b: OtherConnection.none)
        if let route {
            connections.a = subscriptions.other(than: BinanceConnection(route, .b))
            connections.b = subscriptions.other(than: BinanceConnection(route, .a))
        }
        let missing = states[place].depth.giveUp(waitingFor: connections.a, connections.b)
        guard let missing else { return }
        beginGap(place, missing, cause, at: now)
    }

    private mutating func beginGap(
        _ place: Int,
        _ missing: ClosedRange<UInt64>?,
        _ cause: GapLedger.Cause,
        at now: MonotonicTime
    ) {
        let symbol = id(at: place)
        let stream = StreamID(symbol: symbol, kind: .book)
        // What was lost behind the merger the buffer has told of.
        if cause != .shed {
            merger.tellBreak(
                stream,
                missing: missing,
                cause: cause == .restart ? .restart : .sequence,
                at: now
            )
        }
        let number = ledger.begin(
            stream,
            .updates,
            missing: missing,
            cause: cause,
            began: states[place].lastBook,
            noticed: now
        )
        // A gap within a resynchronisation ends with the one that is open.
        if let open = states[place].bookGap {
            ledger.end(open, .unrecoverable, at: now)
            tell(.gapEnded(open))
        }
        states[place].bookGap = number
        tell(.gapBegan(number))
        tell(.bookInvalid(symbol))
        wantSnapshot(place, at: now)
    }

    private mutating func wantSnapshot(_ place: Int, at now: MonotonicTime) {
        guard states[place].snapshot.step == .none else { return }
        states[place].snapshot.step = .wanted(now)
        requests.snapshots.append(place)
    }

    // MARK: Snapshots

    /// Works in a snapshot.
    mutating func receiveSnapshot(
        _ lastUpdate: UInt64,
        of place: Int,
        at time: MonotonicTime
    ) {
        let symbol = id(at: place)
        let stream = StreamID(symbol: symbol, kind: .book)
        merger.countReceived(stream)
        merger.noteSequenced(stream)
        states[place].snapshot.step = .none
        switch states[place].depth.bridge(lastUpdate) {
        case .unwanted: return merger.count(.duplicate, stream)
        case .tooOld:
            merger.count(.late, stream)
            return retrySnapshot(place, at: time)
        case .bridged: break
        }
        states[place].snapshot.attempts = 0
        appendSnapshot(lastUpdate, symbol, time)
        merger.count(.delivered, stream)
        states[place].lastBook = time
        if let gap = states[place].bookGap {
            states[place].bookGap = nil
            ledger.end(gap, .resynced, at: time)
            tell(.gapEnded(gap))
        }
        tell(.bookValid(symbol, update: lastUpdate))
        release(place, at: time)
    }

    mutating func retrySnapshot(_ place: Int, at now: MonotonicTime) {
        states[place].snapshot.attempts += 1
        let doublings = min(states[place].snapshot.attempts - 1, 5)
        let delay = min(configuration.snapshotRetryDelay * (1 << doublings), .seconds(30))
        states[place].snapshot.step = .wanted(now + delay)
        requests.snapshots.append(place)
    }

    private mutating func appendSnapshot(
        _ lastUpdate: UInt64,
        _ symbol: SymbolID,
        _ time: MonotonicTime
    ) {
        var event = MarketEvent(
            kind: .bookClear,
            feed: configuration.feed,
            symbol: symbol,
            sequence: lastUpdate,
            receiveTime: time,
            flags: .sequenced
        )
        merger.append(event)
        event.kind = .bookLevel
        merger.append(replies.levels, as: event, hasBegun: true)
    }
}

package import TradingCore

// MARK: Requests over REST

extension BinanceSession {
    /// The next request over REST, if one is wanted and its weight may be spent now.
    package mutating func nextRequest(at now: MonotonicTime) -> BinanceRequest? {
        guard let request = nextSnapshot(at: now) ?? nextTrades(at: now) else { return nil }
        counters.requests &+= 1
        return request
    }

    private mutating func nextSnapshot(at now: MonotonicTime) -> BinanceRequest? {
        let queued = requests.snapshots.firstIndex { place in
            guard case .wanted(let due) = states[place].snapshot.step else { return false }
            return due <= now
        }
        guard let queued else { return nil }
        let place = requests.snapshots[queued]
        let request = requests.make(
            .snapshot(limit: configuration.snapshotLevels),
            for: .snapshot(place: place),
            symbol: configuration.symbols[place].string,
            market: configuration.market,
            at: now
        )
        guard let request else { return nil }
        requests.snapshots.remove(at: queued)
        states[place].snapshot.step = .requested
        return request
    }

    private mutating func nextTrades(at now: MonotonicTime) -> BinanceRequest? {
        guard holes.nextDeadline <= now,
            requests.earliest(for: BinanceRequest.tradesWeightMax) <= now,
            let wanted = holes.nextRequest(at: now)
        else { return nil }
        let isAggregate = configuration.streams.contains(.aggTrade)
        return requests.make(
            isAggregate
                ? .aggTrades(first: wanted.first, last: wanted.last)
                : .trades(first: wanted.first, last: wanted.last),
            for: .trades(wanted),
            symbol: configuration.symbols[place(of: wanted.stream.symbol)].string,
            market: configuration.market,
            at: now
        )
    }

    /// Takes the answer to a request: the body of a reply with status 200.
    package mutating func receiveReply(
        _ number: UInt64,
        body: Span<UInt8>,
        at time: MonotonicTime
    ) {
        guard let (request, purpose) = requests.settle(number) else {
            counters.strayReplies &+= 1
            return
        }
        do throws(BinanceFault) {
            switch purpose {
            case .snapshot(let place):
                let lastUpdate = try replies.decodeSnapshot(body)
                receiveSnapshot(lastUpdate, of: place, at: time)
            case .trades(let wanted):
                let rows = try replies.decodeTrades(body)
                receiveRows(rows, wanted, at: time)
            }
        } catch {
            reject(error, sample: body, at: time)
            tell(.replyRefused(request, error))
            didFail(purpose, at: time)
        }
    }

    /// Notes that a request has no usable answer; it is made again after a while.
    package mutating func requestFailed(
        _ number: UInt64,
        _ failure: BinanceRequestFailure,
        at time: MonotonicTime
    ) {
        guard let (request, purpose) = requests.settle(number) else {
            counters.strayReplies &+= 1
            return
        }
        if case .status(let status, let retryAfter) = failure, status == 429 || status == 418 {
            requests.pause(until: time + (retryAfter ?? .seconds(60)))
        }
        tell(.requestFailed(request, failure))
        didFail(purpose, at: time)
    }

    private mutating func didFail(_ purpose: BinanceRequests.Purpose, at time: MonotonicTime) {
        switch purpose {
        case .snapshot(let place): retrySnapshot(place, at: time)
        case .trades(let wanted): tradesFailed(wanted, at: time)
        }
    }
}

// MARK: Time

extension BinanceSession {
    /// Does what is due.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - healthySince: Since when the feed as a whole is well; `nil` while it is not.
    package mutating func advance(to now: MonotonicTime, healthySince: MonotonicTime?) {
        let start = merger.output.count
        merger.advance(to: now)
        noteTradeGaps(from: start, cause: .sequence)
        for place in states.indices {
            guard let oldest = states[place].depth.held.oldest, states[place].depth.isWhole,
                oldest + configuration.holdLimit <= now
            else { continue }
            giveUp(place, waitingFor: nil, at: now)
        }
        while let number = requests.overdue(at: now) { requestFailed(number, .noAnswer, at: now) }
        checkSubscriptions(at: now)
        while let change = watchdog.nextChange(at: now, healthySince: healthySince) {
            act(on: change)
        }
    }

    /// When the next call of ``advance(to:healthySince:)``, or for requests, is due.
    package var nextDeadline: MonotonicTime {
        var earliest = min(
            subscriptions.nextDeadline,
            watchdog.nextDeadline,
            requests.nextDeadline
        )
        if merger.heldCount > 0 { earliest = .zero }
        for state in states {
            if state.depth.isWhole, let oldest = state.depth.held.oldest {
                earliest = min(earliest, oldest + configuration.holdLimit)
            }
        }
        let weight = requests.earliest(for: snapshotWeight)
        for place in requests.snapshots {
            guard case .wanted(let due) = states[place].snapshot.step else { continue }
            earliest = min(earliest, max(due, weight))
        }
        if !holes.holes.isEmpty {
            let weight = requests.earliest(for: BinanceRequest.tradesWeightMax)
            earliest = min(earliest, max(holes.nextDeadline, weight))
        }
        return earliest
    }

    private var snapshotWeight: Int {
        BinanceRequest(
            number: 0,
            market: configuration.market,
            symbol: "",
            query: .snapshot(limit: configuration.snapshotLevels)
        )
        .weight
    }

    private mutating func checkSubscriptions(at now: MonotonicTime) {
        while let overdue = subscriptions.nextOverdue(at: now) {
            switch overdue {
            case .acknowledgement(let connection): replace(connection, .noAcknowledgement)
            case .firstData(_, let connection, isOnlySilence: true):
                replace(connection, .noFirstData)
            case .firstData(let stream, let connection, isOnlySilence: false):
                tell(.firstDataMissing(streamID(ofNumber: stream), connection))
                subscriptions.resubscribe(stream)
            }
        }
    }

    mutating func replace(_ connection: BinanceConnection, _ reason: BinanceReplacement) {
        if subscriptions.beginReplacing(connection) { tell(.replace(connection, reason)) }
    }

    private mutating func act(on change: StreamWatchdog.Change) {
        switch change {
        case .idle(let number, let silent):
            tell(.streamIdle(streamID(ofNumber: number), silent: silent))
            subscriptions.resubscribe(number)
        case .late(let number, let silent, let isFirst):
            let stream = streamID(ofNumber: number)
            tell(.streamLate(stream, silent: silent))
            guard isFirst else { return }
            let kind = configuration.streams[number % configuration.streams.count]
            let route = kind.route(configuration.market)
            for slot in ConnectionSlot.allCases {
                replace(BinanceConnection(route, slot), .streamSilent(stream))
            }
        case .recovered(let number, let silent):
            tell(.streamRecovered(streamID(ofNumber: number), silent: silent))
        }
    }
}

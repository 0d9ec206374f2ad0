internal import MarketFeed
internal import Telemetry
internal import TradingCore

extension MetricsReport {
    /// What the feeds brought, by feed and by cause.
    func addFeeds(_ collection: inout MetricCollection) {
        let lines = status.streams
        var dropped = StreamTally()
        for line in lines {
            dropped.duplicate &+= line.stream.tally.duplicate
            dropped.late &+= line.stream.tally.late
            dropped.quarantined &+= line.stream.tally.quarantined
            dropped.shed &+= line.stream.shed
        }
        for feed in status.feeds {
            let received = lines.filter { $0.feed == feed.name }
                .reduce(0) { $0 &+ $1.stream.tally.received }
            collection.add(.messagesReceived, .count(received), feed.name)
            addFeed(feed, &collection)
        }
        collection.add(
            .messagesDropped,
            [
                ("duplicate", dropped.duplicate), ("late", dropped.late), ("shed", dropped.shed),
                ("quarantined", dropped.quarantined),
            ]
        )
        collection.add(.messagesRefused, refusals)
        let gaps = status.loop.gapCounts
        collection.add(
            .sequenceGaps,
            MarketEvent.GapCause.allCases.map { cause in
                let index = Int(cause.rawValue)
                return (cause.name, gaps.indices.contains(index) ? gaps[index] : 0)
            }
        )
        collection.add(.tickAge, .histogram(status.loop.figures.tickAge))
        collection.add(.bufferMessages, .integer(Int64(occupancy.messages)))
        collection.add(.bufferCapacity, .integer(Int64(constants.bufferCapacity)))
        collection.add(.bufferHighWater, .integer(Int64(occupancy.highWaterEvents)))
    }

    private func addFeed(_ feed: StatusReport.Feed, _ collection: inout MetricCollection) {
        let snapshot = feed.snapshot
        let last = snapshot.lastData.map(wall) ?? status.startedAt
        collection.add(.feedLastData, .number(Self.seconds(last)), feed.name)
        collection.add(.feedInSession, .flag(snapshot.isInSession), feed.name)
        collection.add(.dataStarved, .flag(snapshot.isStarved), feed.name)
        collection.add(.dataStarvations, .count(snapshot.figures.starvations), feed.name)
        collection.add(
            .rotations,
            SeamResult.allCases.map { ($0.rawValue, snapshot.figures[$0]) },
            before: [feed.name]
        )
        if let offset = snapshot.venueClockOffset {
            // The estimate is how far the publisher is behind.
            collection.add(.clockOffset, .number(-offset.inSeconds), feed.name)
        }
    }

    /// What could not be understood or used, by cause, over all feeds.
    private var refusals: [(String, UInt64)] {
        let faults = DecodeFault.Reason.allCases.map { reason in
            (reason.metricLabel, status.feeds.reduce(0) { $0 &+ $1.snapshot.frames[reason] })
        }
        let quotes = QuoteValidator.Refusal.allCases.map { refusal in
            (refusal.metricLabel, status.feeds.reduce(0) { $0 &+ $1.snapshot.frames[refusal] })
        }
        return faults + quotes
    }

    // MARK: Streams

    /// What is counted by stream, with the further symbols of a feed together.
    func addStreams(_ collection: inout MetricCollection) {
        var others: [(feed: String, sum: StreamSum)] = []
        for line in status.streams {
            let sum = StreamSum(line.stream)
            guard hasOwnLabel(line.stream.id.symbol) else {
                if let index = others.firstIndex(where: { $0.feed == line.feed }) {
                    others[index].sum.add(sum)
                } else {
                    others.append((line.feed, sum))
                }
                continue
            }
            add(sum, "\(line.feed)/\(line.symbol)/\(line.kind)", &collection)
        }
        for (feed, sum) in others { add(sum, "\(feed)/other", &collection) }
        for symbol in status.loop.symbols where hasOwnLabel(symbol.id) {
            let feed = status.feedName(symbol.feed)
            let label = "\(feed)/\(symbol.name)/quote"
            collection.add(.streamIdle, .flag(symbol.condition.contains(.idle)), label)
            guard let last = symbol.lastReceive else { continue }
            collection.add(.lastMessage, .number(Self.seconds(wall(last))), label)
        }
    }

    private func add(_ sum: StreamSum, _ label: String, _ collection: inout MetricCollection) {
        collection.add(.messagesDelivered, .count(sum.delivered), label)
        guard sum.isSequenced else { return }
        collection.add(.missingMessages, .count(sum.missing &+ sum.recovered), label)
        collection.add(.recoveredMessages, .count(sum.recovered), label)
    }

    /// Numbers are given once and in order, so that a symbol never moves from one label to another.
    private func hasOwnLabel(_ symbol: SymbolID) -> Bool {
        symbol.index % max(1, status.loop.symbolsPerFeed) <= MetricCatalogue.streamSymbolsMax
    }

    /// What is exposed of a stream, or of several together.
    private struct StreamSum {
        var delivered: UInt64
        var missing: UInt64
        var recovered: UInt64
        var isSequenced: Bool

        init(_ stream: LoopSnapshot.Stream) {
            delivered = stream.delivered
            missing = stream.tally.missing
            recovered = stream.tally.recovered
            isSequenced = stream.tally.isSequenced
        }

        mutating func add(_ other: StreamSum) {
            delivered &+= other.delivered
            missing &+= other.missing
            recovered &+= other.recovered
            isSequenced = isSequenced || other.isSequenced
        }
    }
}

extension DecodeFault.Reason {
    /// The label of its counter.
    var metricLabel: String {
        switch self {
        case .notJSON: "not_json"
        case .notObject: "not_object"
        case .missingField: "missing_field"
        case .wrongType: "wrong_type"
        case .notFinite: "not_finite"
        case .precision: "precision"
        case .outOfRange: "out_of_range"
        case .duplicateKey: "duplicate_key"
        case .tooDeep: "too_deep"
        case .tooManyKeys: "too_many_keys"
        case .tooManyStreams: "too_many_streams"
        case .tooManyParts: "too_many_parts"
        case .emptyPart: "empty_part"
        case .symbolTooLong: "symbol_too_long"
        case .symbolNotPrintable: "symbol_not_printable"
        case .symbolTableFull: "symbol_table_full"
        }
    }
}

extension QuoteValidator.Refusal {
    /// The label of its counter.
    var metricLabel: String {
        switch self {
        case .nonPositive: "price_not_positive"
        case .absurd: "price_absurd"
        case .negativeSize: "size_negative"
        }
    }
}

// Streams whose messages a decider of their own judges: books by what they cover, quotes by update.

extension FeedMerger {
    /// What became of a message that was judged elsewhere.
    package enum Outcome: Sendable {
        /// Its events were appended.
        case delivered
        /// It told nothing new.
        case duplicate
        /// It was overtaken.
        case late
        /// It is not fit to be used.
        case quarantined
    }

    /// Counts a message when it is received, before anything judges it.
    package mutating func countReceived(_ stream: StreamID) {
        touch(stream.index)
        tallies[stream.index].received &+= 1
    }

    /// Counts what became of a message that was counted as received.
    package mutating func count(_ outcome: Outcome, _ stream: StreamID) {
        touch(stream.index)
        switch outcome {
        case .delivered: tallies[stream.index].appended &+= 1
        case .duplicate: tallies[stream.index].duplicate &+= 1
        case .late: tallies[stream.index].late &+= 1
        case .quarantined: tallies[stream.index].quarantined &+= 1
        }
    }

    /// Notes that the source numbers a stream, so that a loss is proven.
    package mutating func noteSequenced(_ stream: StreamID) {
        touch(stream.index)
        tallies[stream.index].isSequenced = true
    }

    /// Hands over the next event of a message; the last one must be flagged so.
    @inline(__always)
    package mutating func append(_ event: MarketEvent) { output.append(event) }

    /// Hands over the events of a message.
    package mutating func append(_ events: [MarketEvent]) { output.append(contentsOf: events) }

    /// Tells of a break in a stream whose missing messages cannot be numbered.
    ///
    /// A jump counts as one missing message, since at least one is; a restart as a seam that nothing proves.
    package mutating func tellBreak(
        _ stream: StreamID,
        missing: ClosedRange<UInt64>?,
        cause: MarketEvent.GapCause,
        at time: MonotonicTime
    ) {
        touch(stream.index)
        if missing != nil {
            tallies[stream.index].missing &+= 1
        } else {
            tallies[stream.index].unprovableSeams &+= 1
        }
        let range = missing ?? 0...0
        appendGap(
            stream: stream.index,
            missing: (range.lowerBound, range.upperBound, 0),
            cause: cause,
            at: time
        )
    }

    /// Hands over a message that was missing and was fetched, and counts it as recovered.
    ///
    /// It is flagged as ``MarketEvent/Flags/backlog``, because newer ones were handed over before it.
    ///
    /// - Returns: Whether it was missing; if not, nothing has changed.
    package mutating func recover(_ event: MarketEvent, epoch: UInt64) -> Bool {
        let stream = event.stream.index
        let recovered = trackers[stream].recovered
        let position = SequencePosition(
            era: trackers[stream].era(of: epoch),
            sequence: event.sequence
        )
        guard trackers[stream].hasStarted, trackers[stream].window.era == position.era,
            position.sequence < trackers[stream].window.last,
            position.sequence >= trackers[stream].window.start
        else { return false }
        _ = trackers[stream].accept(position)
        guard trackers[stream].recovered > recovered else { return false }
        touch(stream)
        tallies[stream].received &+= 1
        tallies[stream].appended &+= 1
        tallies[stream].missing = trackers[stream].missing
        tallies[stream].recovered = trackers[stream].recovered
        var event = event
        event.flags.formUnion([.last, .backlog])
        output.append(event)
        return true
    }
}

/// Makes one ordered stream of events out of the one or two connections of a feed, and counts.
///
/// Sequenced streams are merged by sequence: a message is handed over once, whichever connection
/// brought it, and what is missing is told in the stream, before the message that revealed it. Where
/// the other connection may still bring what is missing, a message is held for a while.
///
/// Unsequenced streams cannot be merged: two equal trades may be one trade seen twice, or two. They
/// are taken from one connection only, the newest that has spoken.
package struct FeedMerger: Sendable {
    /// What happens to the further events of a message of which the first was judged.
    enum Remainder: Sendable {
        case none
        case deliver
        case discard
        case hold(place: Int)
    }

    /// The feed.
    package let feed: FeedID
    /// The longest time a message waits for the other connection.
    package let holdLimit: Duration
    /// The events to hand over, in order.
    package internal(set) var output: [MarketEvent] = []
    /// The counters, by stream.
    package internal(set) var tallies: [StreamTally]
    /// The streams whose counters changed since ``clearOutput()``, each once.
    package private(set) var touched: [UInt16] = []
    /// Messages released before their time because the staging was full.
    package internal(set) var stagingOverflows: UInt64 = 0

    var trackers: [SequenceTracker]
    var staging: MessageStaging
    var remainder = Remainder.none
    /// The streams that were met, by sort, in the order of their first message.
    var sequencedStreams: [UInt16] = []
    var unsequencedStreams: [UInt16] = []
    var isOpen = InlineArray<2, Bool>(repeating: false)
    /// Whether what was known before the connection subscribes has been noted.
    var isOpening = InlineArray<2, Bool>(repeating: false)
    /// Whether a message of any sequenced stream was judged.
    var hasHeardSequenced = false
    /// The numbers of the connections, in the order in which they were opened.
    var connectionNumbers: InlineArray<2, UInt64> = [1, 2]
    var nextConnectionNumber: UInt64 = 3
    /// The connection from which unsequenced streams are taken, 0 while there is none.
    var unsequencedSource: UInt64 = 0
    var finishedSeam: SeamReport?
    private var isTouched: [Bool]
    private var isKnownSequenced: [Bool]
    private var isKnownUnsequenced: [Bool]

    /// Creates a merger that knows of no connection.
    ///
    /// - Parameters:
    ///   - feed: The feed that gap events are made for.
    ///   - streamCount: The streams that can be counted.
    ///   - stagingCapacity: The messages that are held at most, of all streams together.
    ///   - holdLimit: The longest time a message waits for the other connection.
    package init(
        feed: FeedID,
        streamCount: Int,
        stagingCapacity: Int = 1000,
        holdLimit: Duration = .seconds(2)
    ) {
        self.feed = feed
        self.holdLimit = holdLimit
        tallies = Array(repeating: StreamTally(), count: streamCount)
        trackers = Array(repeating: SequenceTracker(), count: streamCount)
        staging = MessageStaging(capacity: stagingCapacity, streamCount: streamCount)
        isTouched = Array(repeating: false, count: streamCount)
        isKnownSequenced = isTouched
        isKnownUnsequenced = isTouched
        touched.reserveCapacity(streamCount)
        output.reserveCapacity(max(4096, 2 * stagingCapacity))
    }

    /// Messages held back: received, and neither handed over nor lost.
    package var heldCount: Int { staging.count }

    /// Forgets the events that were handed over.
    package mutating func clearOutput() {
        for raw in touched { isTouched[Int(raw)] = false }
        touched.removeAll(keepingCapacity: true)
        output.removeAll(keepingCapacity: true)
    }

    // MARK: Messages

    /// Takes the next event that a connection brought.
    ///
    /// The events of a message come one after the other; its first one decides for all. An event
    /// without a sequence gets the number of its arrival.
    package mutating func offer(
        _ event: MarketEvent,
        epoch: UInt64,
        from slot: ConnectionSlot
    ) {
        let stream = event.stream.index
        guard case .none = remainder else { return offerRemainder(event, stream: stream) }
        tallies[stream].received &+= 1
        touch(stream)
        guard event.flags.contains(.sequenced) else {
            return offerUnsequenced(event, stream: stream, from: slot)
        }
        guard trackers[stream].acceptNext(sequence: event.sequence, epoch: epoch, from: slot) else {
            return offerUnexpected(event, stream: stream, epoch: epoch, from: slot)
        }
        tallies[stream].appended &+= 1
        output.append(event)
        if event.flags.contains(.last) {
            if staging.count > 0 { drain(stream) }
        } else {
            remainder = .deliver
        }
    }

    /// Counts a message that cannot be used and has no sequence.
    package mutating func quarantine(stream: StreamID) {
        touch(stream.index)
        tallies[stream.index].received &+= 1
        tallies[stream.index].quarantined &+= 1
    }

    /// Counts a message that cannot be used but whose sequence is known, so that it is not missing.
    package mutating func quarantine(
        stream: StreamID,
        sequence: UInt64,
        epoch: UInt64,
        from slot: ConnectionSlot,
        at time: MonotonicTime
    ) {
        let index = stream.index
        touch(index)
        tallies[index].received &+= 1
        let position = locate(sequence, epoch: epoch, stream: index, from: slot)
        if mustHold(position, stream: index, from: slot) {
            if hold(position, stream: index, from: slot, since: time) == nil {
                tallies[index].duplicate &+= 1
            }
        } else {
            _ = settle(position, stream: index, isUsable: false, at: time)
        }
        drain(index)
    }

    private mutating func offerRemainder(_ event: MarketEvent, stream: Int) {
        switch remainder {
        case .none, .discard: break
        case .deliver:
            output.append(event)
            if !event.flags.contains(.sequenced) {
                output[output.count - 1].sequence = tallies[stream].received
            }
        case .hold(let place): staging.append(event, to: place)
        }
        guard event.flags.contains(.last) else { return }
        remainder = .none
        drain(stream)
    }

    @inline(never)
    private mutating func offerUnexpected(
        _ event: MarketEvent,
        stream: Int,
        epoch: UInt64,
        from slot: ConnectionSlot
    ) {
        let position = locate(event.sequence, epoch: epoch, stream: stream, from: slot)
        if mustHold(position, stream: stream, from: slot) {
            if let place = hold(position, stream: stream, from: slot, since: event.receiveTime) {
                remainder = .hold(place: place)
            } else {
                tallies[stream].duplicate &+= 1
                remainder = .discard
            }
        } else if settle(position, stream: stream, isUsable: true, at: event.receiveTime) {
            remainder = .deliver
        } else {
            remainder = .discard
        }
        offerRemainder(event, stream: stream)
    }

    /// Delivers from the newest connection that has spoken.
    ///
    /// What an older one still sends is counted as duplicate: it cannot be told apart from what the
    /// newer one brings.
    private mutating func offerUnsequenced(
        _ event: MarketEvent,
        stream: Int,
        from slot: ConnectionSlot
    ) {
        let number = connectionNumbers[Int(slot.rawValue)]
        // Nearly every message: of a known stream, from the connection that is delivered, and whole.
        if number == unsequencedSource, isKnownUnsequenced[stream], event.flags.contains(.last),
            staging.count == 0
        {
            tallies[stream].appended &+= 1
            var numbered = event
            numbered.sequence = tallies[stream].received
            output.append(numbered)
            return
        }
        if number > unsequencedSource || unsequencedSource == 0 {
            declareUnprovableSeams(at: event.receiveTime)
            unsequencedSource = number
        }
        if !isKnownUnsequenced[stream] {
            isKnownUnsequenced[stream] = true
            unsequencedStreams.append(event.stream.rawValue)
        }
        if number == unsequencedSource {
            tallies[stream].appended &+= 1
            remainder = .deliver
        } else {
            tallies[stream].duplicate &+= 1
            remainder = .discard
        }
        offerRemainder(event, stream: stream)
    }

    private mutating func declareUnprovableSeams(at time: MonotonicTime) {
        for raw in unsequencedStreams {
            tallies[Int(raw)].unprovableSeams &+= 1
            touch(Int(raw))
            appendGap(
                stream: Int(raw),
                missing: (tallies[Int(raw)].received, tallies[Int(raw)].received, 0),
                cause: .unprovableSeam,
                at: time
            )
        }
    }

    mutating func noteSequenced(_ stream: Int) {
        guard !isKnownSequenced[stream] else { return }
        isKnownSequenced[stream] = true
        sequencedStreams.append(UInt16(truncatingIfNeeded: stream))
    }

    // MARK: Output

    func streamID(_ stream: Int) -> StreamID {
        StreamID(rawValue: UInt16(truncatingIfNeeded: stream))
    }

    @inline(__always)
    mutating func touch(_ stream: Int) {
        guard !isTouched[stream] else { return }
        isTouched[stream] = true
        touched.append(UInt16(truncatingIfNeeded: stream))
    }

    mutating func appendGap(
        stream: Int,
        missing: (first: UInt64, last: UInt64, count: UInt64),
        cause: MarketEvent.GapCause,
        at time: MonotonicTime
    ) {
        output.append(
            .gap(feed: feed, stream: streamID(stream), missing: missing, cause: cause, at: time)
        )
    }
}

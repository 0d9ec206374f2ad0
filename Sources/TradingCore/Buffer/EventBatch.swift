/// What one stream lost to shedding since the loop last took the buffer.
package struct StreamLoss: Sendable, Equatable {
    /// Messages shed, and messages that a shed gap event had reported missing.
    package var count: UInt64 = 0
    /// The sequence of the first of them.
    package var firstSequence: UInt64 = 0
    /// The sequence of the last of them.
    package var lastSequence: UInt64 = 0
    /// Whether anything was shed; a gap of unknown length has a count of 0.
    package var isNoted = false
}

/// What the loop takes from the buffer in one swap.
///
/// It is reused, so that nothing is allocated.
package struct EventBatch: Sendable {
    private var storage: [MarketEvent] = []
    private var head = 0
    private let capacity: Int
    /// Events held.
    package private(set) var eventCount = 0
    /// Whole messages held; gap and state events are not messages.
    package private(set) var messageCount = 0
    private var losses: [StreamLoss]
    private var lostStreams: [UInt16] = []
    private var lossFeeds: [FeedID]
    var feedStates: [MarketEvent?]
    var hasFeedStates = false
    /// Inputs that are never shed, oldest first.
    package internal(set) var inputs: [LoopInput] = []

    init(capacity: Int, streamCount: Int, feedCount: Int, inputCapacity: Int) {
        self.capacity = capacity
        storage.reserveCapacity(capacity)
        losses = Array(repeating: StreamLoss(), count: streamCount)
        lossFeeds = Array(repeating: FeedID(rawValue: 0), count: streamCount)
        lostStreams.reserveCapacity(streamCount)
        feedStates = Array(repeating: nil, count: feedCount)
        inputs.reserveCapacity(inputCapacity)
    }

    /// Whether there is nothing to be told.
    package var isEmpty: Bool { eventCount == 0 && inputs.isEmpty && !hasFeedStates }

    /// Lends the newest state of each feed whose state changed.
    package borrowing func forEachFeedState(_ body: (MarketEvent) -> Void) {
        guard hasFeedStates else { return }
        for case let state? in feedStates { body(state) }
    }

    /// Lends the events in order: losses as gaps, then the market's events in at most two runs.
    package borrowing func forEachRun(
        lossTime: MonotonicTime,
        _ body: (Span<MarketEvent>) -> Void
    ) {
        for raw in lostStreams {
            let loss = losses[Int(raw)]
            let gap = MarketEvent.gap(
                feed: lossFeeds[Int(raw)],
                stream: StreamID(rawValue: raw),
                missing: (loss.firstSequence, loss.lastSequence, loss.count),
                cause: .shed,
                at: lossTime
            )
            let single = [gap] as InlineArray<1, MarketEvent>
            body(single.span)
        }
        let span = storage.span
        let firstRun = min(eventCount, storage.count - head)
        if firstRun > 0 { body(span.extracting(head..<head + firstRun)) }
        if firstRun < eventCount { body(span.extracting(0..<eventCount - firstRun)) }
    }

    /// Forgets everything, keeping the storage.
    package mutating func clear() {
        storage.removeAll(keepingCapacity: true)
        head = 0
        eventCount = 0
        messageCount = 0
        for raw in lostStreams { losses[Int(raw)] = StreamLoss() }
        lostStreams.removeAll(keepingCapacity: true)
        if hasFeedStates {
            for index in feedStates.indices { feedStates[index] = nil }
            hasFeedStates = false
        }
        inputs.removeAll(keepingCapacity: true)
    }

    /// Appends one message, shedding the oldest messages until it fits.
    ///
    /// A message that never fits is shed itself; a gap takes its place.
    mutating func append(_ events: Span<MarketEvent>, shed: inout [UInt64]) {
        guard events.count <= capacity else {
            return appendShed(events[events.count - 1], shed: &shed)
        }
        while eventCount + events.count > capacity { shedOldest(&shed) }
        for index in events.indices { push(events[index]) }
    }

    private mutating func appendShed(_ end: MarketEvent, shed: inout [UInt64]) {
        shed[end.stream.index] &+= 1
        if eventCount == capacity { shedOldest(&shed) }
        push(
            .gap(
                feed: end.feed,
                stream: end.stream,
                missing: (end.sequence, end.sequence, 1),
                cause: .shed,
                at: end.receiveTime
            )
        )
    }

    @inline(__always)
    private mutating func push(_ event: MarketEvent) {
        var tail = head + eventCount
        if tail >= capacity { tail -= capacity }
        if tail == storage.count { storage.append(event) } else { storage[tail] = event }
        eventCount += 1
        if event.isMessageEnd { messageCount += 1 }
    }

    private mutating func shedOldest(_ shed: inout [UInt64]) {
        while true {
            let old = storage[head]
            head += 1
            if head == capacity { head = 0 }
            eventCount -= 1
            if old.isMessageEnd {
                messageCount -= 1
                shed[old.stream.index] &+= 1
                note(old, first: old.sequence, last: old.sequence, count: 1)
            } else if old.kind == .gap {
                note(old, first: old.gapFirst, last: old.gapLast, count: old.gapCount)
            }
            if old.flags.contains(.last) { return }
        }
    }

    private mutating func note(_ event: MarketEvent, first: UInt64, last: UInt64, count: UInt64) {
        let index = event.stream.index
        if !losses[index].isNoted {
            losses[index].isNoted = true
            lostStreams.append(event.stream.rawValue)
            losses[index].firstSequence = first
            lossFeeds[index] = event.feed
        }
        losses[index].count &+= count
        losses[index].lastSequence = last
    }
}

extension MarketEvent {
    /// Whether the event completes a message from the market, as opposed to our own remarks.
    @inline(__always)
    package var isMessageEnd: Bool {
        flags.contains(.last) && kind.rawValue <= Kind.bookClear.rawValue
    }
}

/// The bounded deque between the feed threads and the loop.
///
/// When it is full the oldest message makes room, because the newest data is worth most; what was
/// overwritten is counted by stream and told to the loop as a gap. Inputs and feed states are never
/// shed: the former have their own bound, the latter are latest-value cells.
package final class EventBuffer: Sendable {
    /// The sizes of a buffer.
    package struct Configuration: Sendable {
        /// Events held at most.
        package var capacity: Int
        /// Streams that can be counted.
        package var streamCount: Int
        /// Feeds that can report a state.
        package var feedCount: Int
        /// Inputs held at most.
        package var inputCapacity: Int

        package init(
            capacity: Int = 65_536,
            streamCount: Int,
            feedCount: Int,
            inputCapacity: Int = 4096
        ) {
            self.capacity = capacity
            self.streamCount = streamCount
            self.feedCount = feedCount
            self.inputCapacity = inputCapacity
        }
    }

    private struct State: Sendable {
        var batch: EventBatch
        var tallies: [StreamTally]
        var shed: [UInt64]
        var consumerWaits = false
        var highWater = 0
    }

    private let state: Locked<State>
    /// The sizes it was made with.
    package let configuration: Configuration

    package init(_ configuration: Configuration) {
        precondition(configuration.capacity > 0, "capacity must be positive")
        self.configuration = configuration
        state = Locked(
            State(
                batch: Self.makeBatch(configuration),
                tallies: Array(repeating: StreamTally(), count: configuration.streamCount),
                shed: Array(repeating: 0, count: configuration.streamCount)
            )
        )
    }

    /// Makes the batch that the consumer swaps with the buffer.
    package func makeSpareBatch() -> EventBatch { Self.makeBatch(configuration) }

    private static func makeBatch(_ configuration: Configuration) -> EventBatch {
        EventBatch(
            capacity: configuration.capacity,
            streamCount: configuration.streamCount,
            feedCount: configuration.feedCount,
            inputCapacity: configuration.inputCapacity
        )
    }

    /// Appends whole messages and publishes the counters of the streams they touch.
    ///
    /// `tallies` is the feed's own table and `touched` names the entries that changed. Both are taken
    /// under the same lock as the events, so that a reader sees counters and events that agree.
    /// - Returns: Whether the consumer sleeps and must be woken.
    package func append(
        _ events: Span<MarketEvent>,
        touched: Span<UInt16>,
        tallies: Span<StreamTally>
    ) -> Bool {
        state.withLock { state in
            var start = 0
            for index in events.indices where events[index].flags.contains(.last) {
                state.batch.append(events.extracting(start..<index + 1), shed: &state.shed)
                start = index + 1
            }
            precondition(start == events.count, "the last event of a message was not marked")
            for index in touched.indices {
                state.tallies[Int(touched[index])] = tallies[Int(touched[index])]
            }
            state.highWater = max(state.highWater, state.batch.eventCount)
            return Self.clearWaiting(&state)
        }
    }

    /// Appends an input that must not be shed.
    ///
    /// - Returns: `nil` when the queue is full, else whether the consumer must be woken.
    package func append(_ input: LoopInput) -> Bool? {
        let capacity = configuration.inputCapacity
        return state.withLock { state -> Bool? in
            guard state.batch.inputs.count < capacity else { return nil }
            state.batch.inputs.append(input)
            return Self.clearWaiting(&state)
        }
    }

    /// Sets a feed's state; an older one that was not yet taken is replaced.
    ///
    /// - Returns: Whether the consumer sleeps and must be woken.
    package func setFeedState(_ event: MarketEvent) -> Bool {
        state.withLock { state in
            state.batch.feedStates[event.feed.index] = event
            state.batch.hasFeedStates = true
            return Self.clearWaiting(&state)
        }
    }

    /// Swaps the filled batch for `spare`, which must be clear.
    ///
    /// - Returns: `false` when there is nothing; the consumer is then marked as waiting.
    package func take(_ spare: inout EventBatch) -> Bool {
        precondition(spare.isEmpty, "the spare batch still holds \(spare.eventCount) events")
        return state.withLock { state in
            if state.batch.isEmpty {
                state.consumerWaits = true
                return false
            }
            swap(&state.batch, &spare)
            return true
        }
    }

    /// Lends the counters and the number of messages held, all of one moment.
    package func withTallies(
        _ body: (_ tallies: [StreamTally], _ shed: [UInt64], _ occupancy: Occupancy) -> Void
    ) {
        state.withLock { state in
            body(state.tallies, state.shed, Self.occupancy(of: state))
        }
    }

    /// How full the buffer is now.
    package var occupancy: Occupancy { state.withLock { Self.occupancy(of: $0) } }

    private static func occupancy(of state: State) -> Occupancy {
        Occupancy(
            messages: state.batch.messageCount,
            events: state.batch.eventCount,
            highWaterEvents: state.highWater
        )
    }

    /// How full the buffer is.
    package struct Occupancy: Sendable, Equatable {
        /// Whole messages held.
        package var messages = 0
        /// Events held.
        package var events = 0
        /// The most events ever held.
        package var highWaterEvents = 0
        package init(messages: Int = 0, events: Int = 0, highWaterEvents: Int = 0) {
            self.messages = messages
            self.events = events
            self.highWaterEvents = highWaterEvents
        }
    }

    private static func clearWaiting(_ state: inout State) -> Bool {
        defer { state.consumerWaits = false }
        return state.consumerWaits
    }
}

/// Messages of one symbol's book stream that wait, in the order of what they cover.
///
/// Bounded in messages and in events. Where it is full the oldest goes: a snapshot is newer than what
/// came long before it was asked for.
package struct HeldUpdates: Sendable {
    /// A message that waits no longer.
    package struct Released: Sendable {
        /// What it covers.
        package var update: DepthUpdate
        /// Its events.
        package var events: [MarketEvent]
        /// Whether it tells anything new.
        package var isNew: Bool
    }

    /// What became of a message that was to be held.
    package enum Holding: Sendable, Equatable {
        /// It is held, and so many older ones had to make room.
        case held(dropped: Int)
        /// A message of the same updates is held.
        case known
        /// It has more events than can be held.
        case tooLarge
    }

    private struct Held: Sendable {
        var update: DepthUpdate
        var since: MonotonicTime
        var events: [MarketEvent]
    }

    /// Messages held at most.
    package static let messagesMax = 256
    /// Events held at most.
    package static let eventsMax = 65_536

    private var messages: [Held] = []
    private var eventCount = 0

    package init() {}

    /// The number of messages.
    package var count: Int { messages.count }

    /// When the oldest message came; `nil` when there is none.
    package var oldest: MonotonicTime? { messages.lazy.map(\.since).min() }

    /// What must have been applied before the first message can be.
    var earliestPrevious: UInt64? { messages.lazy.map(\.update.previous).min() }

    /// Holds a message.
    package mutating func hold(
        _ update: DepthUpdate,
        events: Span<MarketEvent>,
        at time: MonotonicTime
    ) -> Holding {
        guard events.count <= Self.eventsMax else { return .tooLarge }
        var place = messages.count
        while place > 0, messages[place - 1].update.last > update.last { place -= 1 }
        if place > 0, messages[place - 1].update == update { return .known }
        var copy: [MarketEvent] = []
        copy.reserveCapacity(events.count)
        for index in events.indices { copy.append(events[index]) }
        messages.insert(Held(update: update, since: time, events: copy), at: place)
        eventCount += events.count
        var dropped = 0
        while messages.count > Self.messagesMax || eventCount > Self.eventsMax {
            eventCount -= messages.removeFirst().events.count
            dropped += 1
        }
        return .held(dropped: dropped)
    }

    /// Whether a snapshot leaves no hole before the first message that goes beyond it.
    func joins(_ snapshot: UInt64) -> Bool {
        var goesBeyond = false
        for message in messages where message.update.last > snapshot {
            if message.update.continues(snapshot) { return true }
            goesBeyond = true
        }
        return !goesBeyond
    }

    /// Takes out a message that is known, or continues the book at `position`.
    mutating func release(from position: UInt64) -> Released? {
        let place = messages.firstIndex {
            $0.update.last <= position || $0.update.continues(position)
        }
        guard let place else { return nil }
        let held = messages.remove(at: place)
        eventCount -= held.events.count
        return Released(
            update: held.update,
            events: held.events,
            isNew: held.update.last > position
        )
    }

    /// Takes out everything.
    ///
    /// - Returns: How many messages there were.
    package mutating func removeAll() -> Int {
        defer {
            messages.removeAll(keepingCapacity: true)
            eventCount = 0
        }
        return messages.count
    }
}

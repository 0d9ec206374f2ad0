/// Messages of one feed that are held back, in the order of their stream and in that of their age.
///
/// Two doubly linked lists run through one array, so that a message is inserted near the end of its
/// stream and removed anywhere without moving others. Nothing is discarded here.
struct MessageStaging: Sendable {
    /// One held message.
    struct Message: Sendable {
        /// Its events; none for a message that is not fit to be used.
        var events: [MarketEvent] = []
        var position: SequencePosition
        var slot: ConnectionSlot
        var heldSince: MonotonicTime
        var stream: Int
        fileprivate var before = none
        fileprivate var after = none
        fileprivate var older = none
        fileprivate var newer = none
    }

    /// The place of a message that does not exist.
    static let none = -1

    /// Messages held at most.
    let capacity: Int
    /// Messages held.
    private(set) var count = 0
    /// The message that is held for the longest time.
    private(set) var oldest = none
    private var newest = none
    private var messages: [Message] = []
    private var free: [Int] = []
    private var heads: [Int]
    private var tails: [Int]

    init(capacity: Int, streamCount: Int) {
        precondition(capacity > 0, "a staging of \(capacity) messages holds nothing")
        self.capacity = capacity
        heads = Array(repeating: Self.none, count: streamCount)
        tails = heads
    }

    var isFull: Bool { count == capacity }

    subscript(place: Int) -> Message { messages[place] }

    /// The first message of a stream, or ``none``.
    func head(of stream: Int) -> Int { heads[stream] }

    /// Holds a message; there must be room.
    ///
    /// - Returns: Its place, or `nil` when a message of that position is held already.
    mutating func hold(
        _ position: SequencePosition,
        from slot: ConnectionSlot,
        stream: Int,
        since time: MonotonicTime
    ) -> Int? {
        var before = tails[stream]
        while before != Self.none, position < messages[before].position {
            before = messages[before].before
        }
        if before != Self.none, messages[before].position == position { return nil }
        let place = takePlace(
            Message(position: position, slot: slot, heldSince: time, stream: stream)
        )
        let after = before == Self.none ? heads[stream] : messages[before].after
        messages[place].before = before
        messages[place].after = after
        if before == Self.none { heads[stream] = place } else { messages[before].after = place }
        if after == Self.none { tails[stream] = place } else { messages[after].before = place }
        messages[place].older = newest
        if newest == Self.none { oldest = place } else { messages[newest].newer = place }
        newest = place
        count += 1
        return place
    }

    /// Adds the next event of a held message.
    mutating func append(_ event: MarketEvent, to place: Int) {
        messages[place].events.append(event)
    }

    /// Takes a message out; its place may be reused by the next one.
    mutating func release(_ place: Int) {
        let message = messages[place]
        let stream = message.stream
        if message.before == Self.none {
            heads[stream] = message.after
        } else {
            messages[message.before].after = message.after
        }
        if message.after == Self.none {
            tails[stream] = message.before
        } else {
            messages[message.after].before = message.before
        }
        if message.older == Self.none {
            oldest = message.newer
        } else {
            messages[message.older].newer = message.newer
        }
        if message.newer == Self.none {
            newest = message.older
        } else {
            messages[message.newer].older = message.older
        }
        count -= 1
        free.append(place)
    }

    private mutating func takePlace(_ message: Message) -> Int {
        guard let place = free.popLast() else {
            messages.append(message)
            return messages.count - 1
        }
        var reused = message
        swap(&reused.events, &messages[place].events)
        reused.events.removeAll(keepingCapacity: true)
        messages[place] = reused
        return place
    }
}

/// The events that wait for one client; the bytes are shared between all clients.
struct EventQueue: Sendable {
    private let limit: Int
    private var events: [[UInt8]] = []
    /// The bytes of the first event that were handed over already.
    private var offset = 0
    /// Whether nothing more comes.
    private(set) var isClosed = false

    /// An empty queue of at most `limit` events.
    init(limit: Int) {
        self.limit = limit
        events.reserveCapacity(limit)
    }

    var isEmpty: Bool { events.isEmpty }

    /// Adds an event.
    ///
    /// - Returns: `false` when too many wait; the client is then too slow to be served.
    mutating func append(_ event: [UInt8]) -> Bool {
        guard !isClosed, events.count < limit else { return false }
        if !event.isEmpty { events.append(event) }
        return true
    }

    /// Forgets what waits and takes nothing more.
    mutating func close() {
        isClosed = true
        events.removeAll()
        offset = 0
    }

    /// Hands over at most `count` bytes, which may be the end of one event and the start of others.
    mutating func take(_ count: Int, _ body: (ArraySlice<UInt8>) -> Void) {
        var room = count
        var finished = 0
        while room > 0, finished < events.count {
            let event = events[finished]
            let part = event[offset..<min(event.count, offset + room)]
            body(part)
            room -= part.count
            offset += part.count
            if offset == event.count {
                finished += 1
                offset = 0
            }
        }
        events.removeFirst(finished)
    }
}

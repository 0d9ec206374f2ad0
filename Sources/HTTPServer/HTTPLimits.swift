/// What a client may use at most.
package struct HTTPLimits: Sendable, Equatable {
    /// Connections that send a request or take a response.
    package var requestConnections = 64
    /// Connections that take events.
    package var eventStreams = 256
    /// The bytes of a request's body.
    package var bodyBytes = 65_536
    /// The time from the connection to the end of the head.
    package var headNanoseconds: Int64 = 5_000_000_000
    /// The time from the head to the end of the body.
    package var bodyNanoseconds: Int64 = 10_000_000_000
    /// The time a client may take to read a response.
    package var replyNanoseconds: Int64 = 10_000_000_000
    /// Events that wait for one client; who lets more wait is dropped.
    package var eventsWaiting = 64
    /// The kernel's memory for what one client has not read, in bytes.
    package var sendBufferBytes: Int32 = 131_072

    package init() {}

    /// The library's memory for one connection: a head of 16 KiB, its index and a response's head.
    static let connectionBytes = 32_768
    /// The library drops a connection without any traffic after so many seconds.
    static let idleSeconds: UInt32 = 60
}

/// What happened on the connections so far; all but the two gauges only grow.
package struct HTTPServerCounters: Sendable, Equatable {
    /// Connections that were taken.
    package var accepted: UInt64 = 0
    /// Connections that were closed at once, because too many were open.
    package var refusedConnections: UInt64 = 0
    /// Connections that ended without a request that could be read.
    package var withoutRequest: UInt64 = 0
    /// Requests whose head was read.
    package var requests: UInt64 = 0
    /// Connections that took too long for their head.
    package var headTimeouts: UInt64 = 0
    /// Connections that took too long for their body.
    package var bodyTimeouts: UInt64 = 0
    /// Connections that took too long to read their response.
    package var replyTimeouts: UInt64 = 0
    /// Clients of events that were taken.
    package var begunStreams: UInt64 = 0
    /// Clients of events that were refused, because too many were there.
    package var refusedStreams: UInt64 = 0
    /// Clients of events that did not keep up and were dropped.
    package var droppedStreams: UInt64 = 0
    /// Events that were made, each for all clients.
    package var events: UInt64 = 0
    /// Events that were left out for everybody, because too many waited.
    package var droppedEvents: UInt64 = 0
    /// Connections that are open now, those of events among them.
    package var openConnections = 0
    /// Clients of events that are connected now.
    package var openStreams = 0

    package init() {}
}

import CMicroHTTPD

/// An HTTP/1.1 server on libmicrohttpd, without a thread of its own; owned by one thread at a time.
///
/// It answers one request for each connection and closes it, so that the bytes behind a request are
/// never taken for another one. All it is handed and hands out are values.
@safe
package struct HTTPServer: ~Copyable, @unchecked Sendable {
    // Unchecked: it cannot be copied, so that one thread at a time uses it.

    /// What decides about requests; called by ``turn(at:)`` on its thread, and must not wait for long.
    package struct Handler: Sendable {
        /// Decides from the head alone.
        package var admit: @Sendable (HTTPRequestHead) -> HTTPAdmission
        /// Answers a request that was admitted and is whole.
        package var answer: @Sendable (HTTPRequest) -> HTTPAnswer

        package init(
            admit: @escaping @Sendable (HTTPRequestHead) -> HTTPAdmission,
            answer: @escaping @Sendable (HTTPRequest) -> HTTPAnswer
        ) {
            self.admit = admit
            self.answer = answer
        }
    }

    private let daemon: OpaquePointer
    private let state: ServerState

    /// Starts to serve a listening socket.
    ///
    /// - Parameters:
    ///   - listener: An open descriptor that listens; the server closes it at its end.
    ///   - limits: What a client may use at most.
    ///   - handler: What decides about requests.
    /// - Throws: `HTTPServerError` when the library does not start.
    package init(
        listening listener: Int32,
        limits: HTTPLimits = HTTPLimits(),
        handler: Handler
    ) throws(HTTPServerError) {
        let state = ServerState(limits, handler)
        let callbacks = unsafe live_loop_http_callbacks(
            owner: Unmanaged.passUnretained(state).toOpaque(),
            accept: ServerState.accept,
            access: ServerState.access,
            connection: ServerState.notify
        )
        // The library's own limit only stands behind ours, which tells requests from streams.
        let connectionLimit = limits.requestConnections + limits.eventStreams + 8
        let started = unsafe live_loop_http_start(
            listener,
            UInt32(connectionLimit),
            HTTPLimits.connectionBytes,
            HTTPLimits.idleSeconds,
            callbacks
        )
        guard let daemon = unsafe started else { throw HTTPServerError() }
        unsafe self.daemon = unsafe daemon
        self.state = state
    }

    deinit {
        state.endAll()
        _ = unsafe MHD_run(daemon)
        unsafe MHD_stop_daemon(daemon)
    }

    /// A descriptor that is readable when there is something to do.
    package var pollDescriptor: Int32 { unsafe live_loop_http_descriptor(daemon) }

    /// How long the server may be left alone when its descriptor stays silent; `nil` is for ever.
    package borrowing func rest(at now: Int64) -> Int64? {
        let own = state.earliestDeadline.map { max(0, $0 - now) }
        let milliseconds = unsafe live_loop_http_timeout(daemon)
        guard milliseconds >= 0 else { return own }
        return min(own ?? .max, Int64(milliseconds) * 1_000_000)
    }

    /// Does what there is to do, without waiting.
    ///
    /// - Parameter now: The monotonic clock, in nanoseconds.
    package borrowing func turn(at now: Int64) {
        state.now = now
        state.resumeDue()
        _ = unsafe MHD_run(daemon)
        state.expire()
    }

    /// Queues an event for every client of events; who has too many waiting is dropped.
    package borrowing func send(_ event: [UInt8]) { state.send(event) }

    /// Ends every connection whose client takes events, so that clients connect again elsewhere.
    package borrowing func endStreams() { state.endStreams() }

    /// What happened so far.
    package var counters: HTTPServerCounters { state.counters }
}

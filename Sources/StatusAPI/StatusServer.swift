package import HTTPServer
internal import Platform
internal import Synchronization
internal import TradingCore

/// The running interface: one thread that serves all clients.
///
/// The state for clients of events is made once for all of them, and only while there are any.
package final class StatusServer: Sendable {
    /// How the interface is served.
    package struct Configuration: Sendable {
        /// The address that is listened on: an IPv4 or IPv6 address, without brackets.
        package var host = "127.0.0.1"
        /// The port; 0 lets the system choose one.
        package var port: UInt16 = 0
        /// Stops trading and renews connections.
        package var token: BearerToken
        /// Lets trading go on.
        package var resetToken: BearerToken
        /// The time between two events with the state of the process.
        package var eventInterval = Duration.milliseconds(500)
        /// What a client may use at most.
        package var limits = HTTPLimits()

        package init(token: BearerToken, resetToken: BearerToken) {
            self.token = token
            self.resetToken = resetToken
        }
    }

    /// What happened so far.
    package struct Counters: Sendable {
        /// Connections, time limits and events.
        package var connections = HTTPServerCounters()
        /// Requests by route and status.
        package var handlers: [RequestTally.Handler] = []
        /// Requests that were refused, by reason.
        package var refused: [(reason: String, count: UInt64)] = []
        /// Requests that came again and were answered without being carried out.
        package var repeated: UInt64 = 0
    }

    /// The port that is listened on.
    package let port: UInt16
    private let responder: StatusResponder
    private let router: Locked<StatusRouter>
    private let shared = Locked(HTTPServerCounters())
    private let inbox = Locked(Inbox())
    private let wakeUp: WakeUp
    private let isStopping = Atomic<Bool>(false)
    private let interval: Duration
    private let thread = Locked<Thread?>(nil)

    private struct Inbox: Sendable {
        var events: [[UInt8]] = []
        var dropped: UInt64 = 0
    }

    /// Alerts that wait for the thread; more at once are dropped and counted.
    private static let inboxMax = 256

    /// Listens and starts the thread.
    ///
    /// - Throws: `SystemError` when the address is taken or is not ours, `HTTPServerError` when the
    ///   library does not start.
    package init(_ configuration: Configuration, sources: StatusSources) throws {
        responder = StatusResponder(sources)
        router = Locked(
            StatusRouter(token: configuration.token, resetToken: configuration.resetToken)
        )
        interval = configuration.eventInterval
        wakeUp = try WakeUp()
        let listener = try TCPListener(host: configuration.host, port: configuration.port)
        port = listener.port
        let (router, responder) = (router, responder)
        let handler = HTTPServer.Handler(
            admit: { Self.admit($0, router) },
            answer: { Self.answer($0, router, responder) }
        )
        let server = try ServerOwner(
            HTTPServer(
                listening: listener.release(),
                limits: configuration.limits,
                handler: handler
            )
        )
        let started = try Thread(name: "http") { [self] in run(server) }
        thread.withLock { $0 = started }
    }

    /// Ends all connections and waits for the thread; call it once.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.signal()
        let ending = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        ending?.join()
    }

    /// Sends an event to all clients; does not wait for them.
    ///
    /// - Parameters:
    ///   - name: What kind of event it is, as in `alert`.
    ///   - json: Its content, without line feeds.
    package func publish(_ name: String, json: String) {
        let event = StatusResponder.event(name, json)
        inbox.withLock { inbox in
            guard inbox.events.count < Self.inboxMax else {
                inbox.dropped += 1
                return
            }
            inbox.events.append(event)
        }
        wakeUp.signal()
    }

    /// What happened so far.
    package var counters: Counters {
        var counters = Counters()
        counters.connections = shared.withLock { $0 }
        counters.connections.droppedEvents = inbox.withLock { $0.dropped }
        let router = router.withLock { $0 }
        counters.handlers = router.tally.handlers
        let streams = StatusRoute.events.template
        if let events = counters.handlers.firstIndex(where: { $0.name == streams }) {
            counters.handlers[events].add(counters.connections.begunStreams, 200)
            counters.handlers[events].add(counters.connections.refusedStreams, 503)
        }
        counters.repeated = router.repeated
        counters.refused = zip(StatusRefusal.allCases, router.refused).map { ($0.rawValue, $1) }
        return counters
    }

    // MARK: Requests

    private static func admit(
        _ head: HTTPRequestHead,
        _ router: Locked<StatusRouter>
    ) -> HTTPAdmission {
        switch router.withLock({ $0.decide(head, at: now()) }) {
        case .serve: .accept
        case .refuse(let response): .refuse(response)
        }
    }

    private static func answer(
        _ request: HTTPRequest,
        _ router: Locked<StatusRouter>,
        _ responder: StatusResponder
    ) -> HTTPAnswer {
        let start = now()
        let route = StatusRoute(path: request.head.path)
        let known = route.flatMap { carryOut($0, request, router, responder) }
        let answer = known ?? .response(router.withLock { $0.refuseBody() })
        var status: Int?
        if case .response(let response) = answer { status = response.status }
        let duration = (now() - start).wholeNanoseconds
        router.withLock { $0.note(route, status, nanoseconds: duration) }
        return answer
    }

    /// The answer; `nil` when the body is not what the route asks for.
    private static func carryOut(
        _ route: StatusRoute,
        _ request: HTTPRequest,
        _ router: Locked<StatusRouter>,
        _ responder: StatusResponder
    ) -> HTTPAnswer? {
        guard route.heedsKeys, let key = request.head.value("idempotency-key"),
            let asked = OperatorRequest(body: request.body)
        else { return responder.answer(route, request) }
        let named = AnsweredRequests.Request(path: request.head.path, key: key, asked: asked)
        if let response = router.withLock({ $0.recall(named, at: now()) }) {
            return .response(response)
        }
        let answer = responder.answer(route, request)
        if case .response(let response)? = answer {
            router.withLock { $0.remember(named, response, at: now()) }
        }
        return answer
    }

    private static func now() -> MonotonicTime {
        MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
    }

    // MARK: The thread

    private func run(_ owner: ServerOwner) {
        var poll = PollSet(reading: [owner.server.pollDescriptor, wakeUp.pollDescriptor])
        var nextEvent: Int64 = 0
        while !isStopping.load(ordering: .acquiring) {
            wakeUp.consume()
            let now = SystemClock.monotonicNanoseconds()
            for event in takeInbox() { owner.server.send(event) }
            if owner.server.counters.openStreams > 0, now >= nextEvent {
                owner.server.send(responder.statusEvent())
                nextEvent = now + interval.wholeNanoseconds
            }
            owner.server.turn(at: now)
            let counters = owner.server.counters
            shared.withLock { $0 = counters }
            _ = poll.wait(nanoseconds: rest(owner.server, counters, nextEvent))
        }
        owner.server.endStreams()
        owner.server.turn(at: SystemClock.monotonicNanoseconds())
    }

    private func rest(
        _ server: borrowing HTTPServer,
        _ counters: HTTPServerCounters,
        _ nextEvent: Int64
    ) -> Int64? {
        let now = SystemClock.monotonicNanoseconds()
        let rest = server.rest(at: now)
        guard counters.openStreams > 0 else { return rest }
        return min(rest ?? .max, max(0, nextEvent - now))
    }

    private func takeInbox() -> [[UInt8]] {
        inbox.withLock { inbox in
            let events = inbox.events
            inbox.events.removeAll(keepingCapacity: true)
            return events
        }
    }

    /// Keeps the server until the thread has ended.
    private final class ServerOwner: Sendable {
        let server: HTTPServer
        init(_ server: consuming HTTPServer) { self.server = server }
    }
}

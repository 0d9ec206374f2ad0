import CMicroHTTPD

/// What the library's callbacks act on; all of them run inside a turn of the server.
final class ServerState {
    private let limits: HTTPLimits
    private let handler: HTTPServer.Handler
    /// The monotonic time of the turn, in nanoseconds.
    var now: Int64 = 0
    private(set) var counters = HTTPServerCounters()
    private var connections: [ObjectIdentifier: ServerConnection] = [:]

    init(_ limits: HTTPLimits, _ handler: HTTPServer.Handler) {
        self.limits = limits
        self.handler = handler
    }

    // MARK: Turns

    /// When the first connection must be further than it is; `nil` when none must.
    var earliestDeadline: Int64? {
        let earliest =
            connections.values.lazy.map { min($0.progress.deadline, $0.resumeTime) }.min() ?? .max
        return earliest == .max ? nil : earliest
    }

    /// Lets the library ask for the answers whose time has come.
    func resumeDue() {
        for connection in connections.values where connection.resumeTime <= now {
            connection.resume()
        }
    }

    /// Ends the connections that took too long.
    func expire() {
        for connection in connections.values {
            switch connection.progress.expire(at: now) {
            case nil, .events?, .ended?: continue
            case .head?:
                counters.headTimeouts += 1
                connection.end(saying: Self.timeout)
            case .body?:
                counters.bodyTimeouts += 1
                connection.end(saying: Self.timeout)
            case .reply?:
                counters.replyTimeouts += 1
                connection.end()
            }
        }
    }

    private static let timeout: StaticString =
        "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

    /// Queues an event for every stream.
    func send(_ event: [UInt8]) {
        counters.events += 1
        for connection in connections.values where connection.progress.phase == .events {
            if connection.events?.append(event) == true {
                connection.resume()
            } else {
                counters.droppedStreams += 1
                connection.end()
            }
        }
    }

    /// Ends the streams.
    func endStreams() {
        for connection in connections.values where connection.progress.phase == .events {
            connection.end()
        }
    }

    /// Ends everything, so that the library can stop.
    func endAll() { for connection in connections.values { connection.end() } }

    // MARK: Connections

    private var hasRoom: Bool {
        counters.openConnections - counters.openStreams < limits.requestConnections
    }

    private func begin(_ handle: OpaquePointer) -> ServerConnection {
        let connection = unsafe ServerConnection(
            handle,
            ConnectionProgress(limits, at: now),
            sendBufferBytes: limits.sendBufferBytes
        )
        connections[ObjectIdentifier(connection)] = connection
        counters.accepted += 1
        counters.openConnections += 1
        return connection
    }

    private func finish(_ connection: ServerConnection) {
        connections[ObjectIdentifier(connection)] = nil
        counters.openConnections -= 1
        if connection.events != nil { counters.openStreams -= 1 }
        if connection.progress.phase == .head { counters.withoutRequest += 1 }
    }

    // MARK: Requests

    private func begin(_ head: HTTPRequestHead, on connection: ServerConnection) -> MHD_Result {
        counters.requests += 1
        connection.head = head
        connection.progress.headIsRead(at: now)
        guard case .refuse(let response) = handler.admit(head) else { return .YES }
        connection.progress.replies(at: now)
        return connection.send(response)
    }

    private func take(_ bytes: UnsafeRawBufferPointer, on connection: ServerConnection) -> Bool {
        guard connection.body.count + bytes.count <= limits.bodyBytes else { return false }
        unsafe connection.body.append(contentsOf: bytes)
        return true
    }

    private func answer(_ head: HTTPRequestHead, on connection: ServerConnection) -> MHD_Result {
        if let response = connection.takeDelayed() { return connection.send(response) }
        let answer = handler.answer(HTTPRequest(head, body: connection.body))
        connection.body = []
        switch answer {
        case .response(let response):
            connection.progress.replies(at: now)
            return connection.send(response)
        case .later(let response, let nanoseconds):
            connection.progress.replies(at: now)
            connection.keep(response, until: now + nanoseconds)
            return .YES
        case .eventStream(let response):
            guard counters.openStreams < limits.eventStreams else {
                counters.refusedStreams += 1
                connection.progress.replies(at: now)
                return connection.send(Self.tooManyStreams)
            }
            let result = connection.stream(response, queueing: limits.eventsWaiting)
            if connection.events != nil {
                counters.openStreams += 1
                counters.begunStreams += 1
            }
            return result
        }
    }

    private static let tooManyStreams = HTTPResponse(
        status: 503,
        fields: [HTTPRequestHead.Field("retry-after", "10")]
    )
}

// MARK: - Callbacks

extension ServerState {
    private static func of(_ owner: UnsafeMutableRawPointer?) -> ServerState? {
        guard let owner = unsafe owner else { return nil }
        return unsafe Unmanaged<ServerState>.fromOpaque(owner).takeUnretainedValue()
    }

    /// Says whether a connection is taken.
    static let accept: MHD_AcceptPolicyCallback = { owner, _, _ in
        guard let state = unsafe ServerState.of(owner) else { return .NO }
        if state.hasRoom { return .YES }
        state.counters.refusedConnections += 1
        return .NO
    }

    /// Tells that a connection begins or has ended.
    static let notify: MHD_NotifyConnectionCallback = { owner, handle, context, code in
        guard let state = unsafe ServerState.of(owner), let handle = unsafe handle,
            let context = unsafe context
        else { return }
        if code == .CONNECTION_NOTIFY_STARTED {
            let connection = unsafe state.begin(handle)
            unsafe context.pointee = Unmanaged.passRetained(connection).toOpaque()
        } else if let kept = unsafe context.pointee {
            unsafe context.pointee = nil
            let unmanaged = unsafe Unmanaged<ServerConnection>.fromOpaque(kept)
            unsafe state.finish(unmanaged.takeRetainedValue())
        }
    }

    /// Called once for the head, for each part of the body, and once at the request's end.
    static let access: MHD_AccessHandlerCallback = {
        owner,
        handle,
        path,
        method,
        version,
        upload,
        uploadSize,
        request in
        guard let state = unsafe ServerState.of(owner), let handle = unsafe handle,
            let connection = unsafe ServerConnection.of(handle),
            let path = unsafe path, let method = unsafe method, let version = unsafe version,
            let uploadSize = unsafe uploadSize
        else { return .NO }
        guard let head = connection.head else {
            let head = unsafe HTTPRequestHead(
                method: String(cString: method),
                path: String(cString: path),
                arguments: ServerState.values(handle, .GET_ARGUMENT_KIND).map {
                    HTTPRequestHead.Argument($0.name, $0.value)
                },
                version: String(cString: version),
                fields: ServerState.values(handle, .HEADER_KIND).map {
                    HTTPRequestHead.Field($0.name, $0.value)
                },
                byteCount: live_loop_http_head_size(handle),
                peer: ServerState.peer(handle)
            )
            return state.begin(head, on: connection)
        }
        let count = unsafe uploadSize.pointee
        guard count > 0 else { return state.answer(head, on: connection) }
        unsafe uploadSize.pointee = 0
        let bytes = unsafe UnsafeRawBufferPointer(start: upload, count: count)
        return unsafe state.take(bytes, on: connection) ? .YES : .NO
    }

    private typealias Value = (name: String, value: String)

    private static func values(_ handle: OpaquePointer, _ kind: MHD_ValueKind) -> [Value] {
        var values: [Value] = []
        unsafe withUnsafeMutablePointer(to: &values) { pointer in
            _ = unsafe MHD_get_connection_values(
                handle,
                kind,
                { owner, _, name, value in
                    guard let owner = unsafe owner, let name = unsafe name else { return .NO }
                    let list = unsafe owner.assumingMemoryBound(to: [Value].self)
                    let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
                    unsafe list.pointee.append((String(cString: name), text))
                    return .YES
                },
                pointer
            )
        }
        return values
    }

    private static func peer(_ handle: OpaquePointer) -> String {
        // INET6_ADDRSTRLEN
        var text = [CChar](repeating: 0, count: 46)
        unsafe live_loop_http_peer(handle, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

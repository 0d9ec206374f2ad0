import CMicroHTTPD

/// What is kept of one connection between two calls of the library.
@safe
final class ServerConnection {
    /// The library's handle; it is valid until the connection's end is told.
    let handle: OpaquePointer
    let descriptor: Int32
    var progress: ConnectionProgress
    var head: HTTPRequestHead?
    var body: [UInt8] = []
    /// What waits for a client of events.
    var events: EventQueue?
    /// When a response that waits is sent; never without one.
    private(set) var resumeTime = Int64.max
    private var delayed: HTTPResponse?
    /// Whether the library leaves the connection alone until it is resumed.
    private(set) var isSuspended = false

    init(_ handle: OpaquePointer, _ progress: ConnectionProgress, sendBufferBytes: Int32) {
        unsafe self.handle = unsafe handle
        descriptor = unsafe live_loop_http_socket(handle)
        self.progress = progress
        live_loop_http_bound_send_buffer(descriptor, sendBufferBytes)
    }

    /// The connection that a handle belongs to.
    static func of(_ handle: OpaquePointer) -> ServerConnection? {
        guard let context = unsafe live_loop_http_context(handle) else { return nil }
        return unsafe Unmanaged<ServerConnection>.fromOpaque(context).takeUnretainedValue()
    }

    /// Leaves it alone until there is something to send.
    func suspend() {
        isSuspended = true
        unsafe MHD_suspend_connection(handle)
    }

    /// Lets the library ask for what there is to send.
    func resume() {
        guard isSuspended else { return }
        isSuspended = false
        resumeTime = .max
        unsafe MHD_resume_connection(handle)
    }

    /// Ends it; the library notices at its next turn.
    func end(saying word: StaticString? = nil) {
        progress.end()
        events?.close()
        if let word {
            word.withUTF8Buffer { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                    unsafe live_loop_http_end(descriptor, text.baseAddress, text.count)
                }
            }
        } else {
            live_loop_http_end(descriptor, nil, 0)
        }
        resume()
    }

    // MARK: Sending

    /// Keeps a response until it is due; the library asks again when it is resumed.
    func keep(_ response: HTTPResponse, until time: Int64) {
        delayed = response
        suspend()
        resumeTime = time
    }

    /// The response that was kept.
    func takeDelayed() -> HTTPResponse? {
        defer { delayed = nil }
        return delayed
    }

    /// Hands a response to the library, which copies it.
    func send(_ response: HTTPResponse) -> MHD_Result {
        let made = unsafe response.body.withUnsafeBytes { bytes in
            unsafe MHD_create_response_from_buffer(
                bytes.count,
                UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                .RESPMEM_MUST_COPY
            )
        }
        return unsafe queue(made, response)
    }

    /// Begins to send events; `response` gives the status, the fields and the first bytes.
    func stream(_ response: HTTPResponse, queueing limit: Int) -> MHD_Result {
        var queue = EventQueue(limit: limit)
        _ = queue.append(response.body)
        events = queue
        let owner = unsafe Unmanaged.passRetained(self).toOpaque()
        let made = unsafe MHD_create_response_from_callback(
            UInt64.max,
            Self.blockBytes,
            { owner, _, buffer, room in
                guard let owner = unsafe owner, let buffer = unsafe buffer else { return -2 }
                let connection = unsafe Unmanaged<ServerConnection>.fromOpaque(owner)
                    .takeUnretainedValue()
                return unsafe connection.read(into: buffer, room)
            },
            owner,
            { owner in
                guard let owner = unsafe owner else { return }
                unsafe Unmanaged<ServerConnection>.fromOpaque(owner).release()
            }
        )
        guard unsafe made != nil else {
            unsafe Unmanaged<ServerConnection>.fromOpaque(owner).release()
            return .NO
        }
        progress.streams()
        return unsafe self.queue(made, response)
    }

    private static let blockBytes = 16_384

    /// How many bytes were written; 0 when nothing waits, −1 at the end.
    private func read(into buffer: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
        guard let events, !events.isClosed else { return -1 }
        guard !events.isEmpty else {
            suspend()
            return 0
        }
        var written = 0
        self.events?.take(room) { part in
            unsafe part.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                let target = unsafe UnsafeMutableRawPointer(buffer + written)
                unsafe target.copyMemory(from: base, byteCount: bytes.count)
            }
            written += part.count
        }
        return written
    }

    private func queue(_ made: OpaquePointer?, _ response: HTTPResponse) -> MHD_Result {
        guard let made = unsafe made else { return .NO }
        defer { unsafe MHD_destroy_response(made) }
        // One request for each connection: nothing that follows it is ever read as another.
        guard unsafe MHD_add_response_header(made, "connection", "close") == .YES else {
            return .NO
        }
        for field in response.fields {
            guard unsafe MHD_add_response_header(made, field.name, field.value) == .YES else {
                return .NO
            }
        }
        return unsafe MHD_queue_response(handle, UInt32(response.status), made)
    }
}

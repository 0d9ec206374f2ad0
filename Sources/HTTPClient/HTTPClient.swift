import CCurl

/// Sends one request at a time to HTTP servers; owned by exactly one thread at a time.
///
/// TLS is always verified, redirects are not followed, and a proxy is taken from the environment, though
/// never for this machine. A transfer can be waited for together with a descriptor, so that its thread
/// hears of other things meanwhile.
@safe
package struct HTTPClient: ~Copyable, @unchecked Sendable {
    // Unchecked: it cannot be copied, so that one thread at a time uses it.

    /// Bytes of an ignored body that are received before the connection is closed.
    static let ignoredBytesMax = 65_536

    private let multi: UnsafeMutableRawPointer
    private let easy: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var sink: ResponseSink?

    /// Makes a client without a connection.
    ///
    /// - Throws: `HTTPFailure` when memory or descriptors are used up.
    package init() throws(HTTPFailure) {
        guard Self.globalCode == CURLE_OK else {
            throw HTTPFailure(.setup, code: Int32(Self.globalCode.rawValue))
        }
        guard let multi = unsafe curl_multi_init() else { throw HTTPFailure(.setup) }
        guard let easy = unsafe curl_easy_init() else {
            _ = unsafe curl_multi_cleanup(multi)
            throw HTTPFailure(.setup)
        }
        _ = unsafe live_loop_curl_set_kept_connections(multi, 2)
        unsafe self.multi = unsafe multi
        unsafe self.easy = unsafe easy
        unsafe headers = nil
    }

    /// `curl_global_init`, which must be called once before anything else.
    private static let globalCode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    deinit {
        if sink != nil { _ = unsafe curl_multi_remove_handle(multi, easy) }
        unsafe curl_easy_cleanup(easy)
        _ = unsafe curl_multi_cleanup(multi)
        unsafe curl_slist_free_all(headers)
    }

    /// Whether a request is under way.
    package var isBusy: Bool { sink != nil }

    // MARK: One request from beginning to end

    /// Sends a request and waits for its answer.
    package mutating func perform(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
        try begin(request)
        while true {
            if let result = wait(nanoseconds: 1_000_000_000) { return try result.get() }
        }
    }

    // MARK: In steps

    /// Begins to send a request; ``wait(nanoseconds:waking:)`` brings its answer.
    ///
    /// - Precondition: no request is under way.
    package mutating func begin(_ request: HTTPRequest) throws(HTTPFailure) {
        precondition(!isBusy, "a request is under way")
        unsafe curl_easy_reset(easy)
        let sink = ResponseSink(request.bodyUse)
        try setUp(request, sink)
        guard unsafe curl_multi_add_handle(multi, easy) == CURLM_OK else {
            throw HTTPFailure(.setup)
        }
        self.sink = sink
    }

    /// Works on the request under way until its answer is there, a descriptor is readable or time is over.
    ///
    /// - Parameters:
    ///   - nanoseconds: The longest wait.
    ///   - descriptor: A descriptor whose readiness ends the wait.
    /// - Returns: The answer or the failure, which ends the request; `nil` as long as it goes on.
    package mutating func wait(
        nanoseconds: Int64,
        waking descriptor: Int32? = nil
    ) -> Result<HTTPResponse, HTTPFailure>? {
        guard let sink else { return nil }
        if let result = turn(sink) { return result }
        let milliseconds = Int32(clamping: max(0, nanoseconds) / 1_000_000)
        if let descriptor {
            var extra = curl_waitfd(fd: descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
            _ = unsafe curl_multi_poll(multi, &extra, 1, milliseconds, nil)
        } else {
            _ = unsafe curl_multi_poll(multi, nil, 0, milliseconds, nil)
        }
        return turn(sink)
    }

    /// Calls the request under way off; nobody knows if the server got it.
    package mutating func cancel() {
        guard isBusy else { return }
        finish()
    }

    private mutating func turn(_ sink: ResponseSink) -> Result<HTTPResponse, HTTPFailure>? {
        var running: Int32 = 0
        _ = unsafe curl_multi_perform(multi, &running)
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            let code = unsafe message.pointee.data.result
            let status = unsafe live_loop_curl_status(easy)
            finish()
            return Self.result(code, status, sink)
        }
        return nil
    }

    private mutating func finish() {
        _ = unsafe curl_multi_remove_handle(multi, easy)
        unsafe curl_slist_free_all(headers)
        unsafe headers = nil
        sink = nil
    }

    private static func result(
        _ code: CURLcode,
        _ status: Int,
        _ sink: ResponseSink
    ) -> Result<HTTPResponse, HTTPFailure> {
        if code == CURLE_WRITE_ERROR, sink.isOver {
            guard sink.isIgnoring else {
                return .failure(HTTPFailure(.bodyTooLong, code: Int32(code.rawValue)))
            }
        } else if code != CURLE_OK {
            return .failure(HTTPFailure(kind(of: code), code: Int32(code.rawValue)))
        }
        return .success(HTTPResponse(status: status, body: sink.bytes))
    }

    private static func kind(of code: CURLcode) -> HTTPFailure.Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: .proxy
        case CURLE_COULDNT_RESOLVE_HOST: .resolve
        case CURLE_COULDNT_CONNECT: .connect
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            .tls
        case CURLE_SSL_CACERT_BADFILE: .authorityFile
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE: .ended
        default: .other
        }
    }

    // MARK: Options

    private mutating func setUp(
        _ request: HTTPRequest,
        _ sink: ResponseSink
    ) throws(HTTPFailure) {
        let milliseconds = Self.milliseconds(request.timeout)
        try set(CURLOPT_URL, request.address.text)
        try set(CURLOPT_PROTOCOLS_STR, request.address.isEncrypted ? "https" : "http")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // Without this a time-out of a name's look-up would be a signal to some thread.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_TIMEOUT_MS, milliseconds)
        try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
        try set(CURLOPT_USERAGENT, "live-loop")
        if let file = request.authorityFile { try set(CURLOPT_CAINFO, file) }
        // What stays on this machine needs no proxy and must not be shown to one.
        if request.address.isLoopback { try set(CURLOPT_NOPROXY, "*") }
        var lines = request.headers
        if case .post(let body, let type) = request.method {
            try set(CURLOPT_POST, 1)
            let code = unsafe body.withUnsafeBytes { bytes in
                unsafe live_loop_curl_set_body(easy, bytes.baseAddress, Int64(bytes.count))
            }
            try Self.check(code)
            // An empty Expect keeps libcurl from waiting for the server's consent to a long body.
            lines += ["Content-Type: \(type)", "Expect:"]
        }
        try append(lines)
        try Self.check(
            unsafe live_loop_curl_set_sink(
                easy,
                receiveResponse,
                Unmanaged.passUnretained(sink).toOpaque()
            )
        )
    }

    private mutating func append(_ lines: [String]) throws(HTTPFailure) {
        unsafe curl_slist_free_all(headers)
        unsafe headers = nil
        for line in lines {
            let isOneLine = line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
            guard isOneLine, let longer = unsafe curl_slist_append(headers, line) else {
                throw HTTPFailure(.request)
            }
            unsafe headers = unsafe longer
        }
        try Self.check(unsafe live_loop_curl_set_headers(easy, headers))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(HTTPFailure) {
        try Self.check(unsafe live_loop_curl_set_number(easy, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(HTTPFailure) {
        try Self.check(unsafe live_loop_curl_set_text(easy, option, value))
    }

    private static func check(_ code: CURLcode) throws(HTTPFailure) {
        guard code == CURLE_OK else { throw HTTPFailure(.request, code: Int32(code.rawValue)) }
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}

extension WebSocketConnection {
    /// Queues a message in one frame.
    ///
    /// - Throws: ``SendFault`` when the connection is not open, or too much waits already.
    package mutating func send(
        _ kind: MessageKind,
        _ payload: Span<UInt8>,
        at now: Int64
    ) throws(SendFault) {
        guard phase == .open else { throw .notOpen }
        guard outgoing.hasRoom(forMessage: encoder.frameBytes(payload: payload.count)) else {
            counters.messagesRefused &+= 1
            throw .full(waiting: outgoing.count, max: limits.sendBytesMax)
        }
        counters.messagesSent &+= 1
        let encoder = encoder
        let mask = drawMask()
        enqueue(at: now) { encoder.append(kind, payload, mask: mask, to: &$0) }
    }

    /// Begins to close; the other side's close, or a deadline, ends the connection.
    package mutating func close(_ status: CloseStatus, at now: Int64) {
        switch phase {
        case .open: close(telling: status, nil, now)
        case .closing, .closed: break
        default: finish(.failed(.cancelled))
        }
    }

    /// Grants what a client asks for; servers only.
    package mutating func grant(protocol chosen: String? = nil, at now: Int64) {
        guard phase == .upgrading, let request else { return }
        self.request = nil
        chosenProtocol = chosen
        open(at: now)
        enqueue(at: now) { $0 += request.granting(protocol: chosen) }
    }

    /// Refuses what a client asks for; servers only.
    ///
    /// - Parameters:
    ///   - status: Such as 400, 429 or 503.
    ///   - headers: Further lines, such as `Retry-After: 5`.
    ///   - now: The time.
    package mutating func refuse(status: Int, headers: [String] = [], at now: Int64) {
        guard phase == .upgrading, request != nil else { return }
        request = nil
        end = .failed(.handshake(.refused(HTTPRefusal(status: status))))
        enter(.closing, for: timing.closing, at: now)
        enqueue(at: now) { $0 += ServerHandshake.refusal(status: status, headers: headers) }
    }

    // MARK: For the shell

    /// How many bytes wait to be sent.
    package var bytesToSend: Int { outgoing.count }

    /// Lends what waits to be sent.
    package func withBytesToSend<R>(_ body: (Span<UInt8>) -> R) -> R {
        unsafe outgoing.withBytes { bytes in body(unsafe bytes.bindMemory(to: UInt8.self).span) }
    }

    /// The system has taken the first of the bytes that waited.
    package mutating func sent(_ count: Int, at now: Int64) {
        guard count > 0 else { return }
        counters.bytesSent += count
        outgoing.drop(count)
        sendDeadline = outgoing.isEmpty ? nil : now + timing.sending.nanoseconds
    }

    /// Whether everything is said, so that sending is to be ended; ask after each turn.
    package var mustFinish: Bool {
        phase == .closing && end != nil && outgoing.isEmpty && !hasFinished
    }

    /// Sending was ended; what still comes is thrown away until the other side ends as well.
    package mutating func finished() { hasFinished = true }

    // MARK: Steps

    mutating func enqueue(at now: Int64, _ write: (inout [UInt8]) -> Void) {
        if outgoing.isEmpty { sendDeadline = now + timing.sending.nanoseconds }
        outgoing.append(write)
    }

    mutating func ping(_ number: UInt64, at now: Int64) {
        let payload = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
        let encoder = encoder
        let size = encoder.frameBytes(payload: 8)
        guard outgoing.hasRoom(forControl: size, isLast: true) else { return }
        counters.pingsSent &+= 1
        let mask = drawMask()
        enqueue(at: now) { encoder.appendPing(payload.span, mask: mask, to: &$0) }
    }

    /// Says that it is over; with an end nothing more is read.
    mutating func close(telling status: CloseStatus, _ end: ConnectionEnd?, _ now: Int64) {
        self.end = end
        enter(.closing, for: timing.closing, at: now)
        let encoder = encoder
        let mask = drawMask()
        let size = encoder.frameBytes(payload: status.reason.utf8.count + 2)
        guard outgoing.hasRoom(forControl: size, isLast: true) else { return }
        enqueue(at: now) { encoder.appendClose(status, mask: mask, to: &$0) }
    }
}

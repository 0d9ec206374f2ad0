extension WebSocketConnection {
    /// Takes received bytes, as many as there is room for.
    ///
    /// - Returns: How many were taken; fewer than given only while ``next(at:)`` was not called.
    package mutating func receive(_ bytes: Span<UInt8>, at now: Int64) -> Int {
        let count = decoder.append(bytes)
        received(count, at: now)
        return count
    }

    /// Lets somebody write what is received where it will be read.
    mutating func receive(
        at now: Int64,
        _ read: (UnsafeMutableRawBufferPointer) -> Int
    ) -> Int {
        let count = unsafe decoder.buffer.fill { room in unsafe read(room) }
        received(count, at: now)
        return count
    }

    private mutating func received(_ count: Int, at now: Int64) {
        guard count > 0 else { return }
        counters.bytesReceived += count
        pings.received(at: now)
        switch phase {
        case .tunneling, .upgrading: takeHead(at: now)
        case .closing where end != nil: decoder.buffer.skip(decoder.buffer.unread.count)
        default: break
        }
    }

    /// Whether what comes is still read, and not thrown away.
    var isReceiving: Bool { phase == .open || (phase == .closing && end == nil) }

    /// Whether more can be received before what is there was taken.
    var hasRoom: Bool { !decoder.buffer.isTight }

    /// Takes the next message; pings, pongs and closes are answered on the way.
    ///
    /// - Returns: `nil` when there is none; ``withPayload(_:)`` lends the message until the next call.
    package mutating func next(at now: Int64) -> MessageKind? {
        while isReceiving {
            let item: DecodedItem?
            do throws(ProtocolViolation) {
                item = try decoder.next()
            } catch {
                close(telling: CloseStatus(code: error.closeCode), .failed(.violation(error)), now)
                return nil
            }
            switch item {
            case .message(let kind):
                counters.messagesReceived &+= 1
                return kind
            case .ping: answerPing(at: now)
            case .pong: takePong()
            case .close(let status): takeClose(status, at: now)
            case nil: return nil
            }
        }
        return nil
    }

    /// Lends the message that ``next(at:)`` returned last.
    package func withPayload<R>(_ body: (Span<UInt8>) -> R) -> R { decoder.withPayload(body) }

    // MARK: Heads

    private mutating func takeHead(at now: Int64) {
        guard request == nil else { return }
        let unread = decoder.buffer.unread
        let size = unsafe HTTPHead.size(in: decoder.buffer.bytes(unread))
        guard size ?? unread.count <= limits.headBytesMax else {
            refuse(.headTooLong(max: limits.headBytesMax), at: now)
            return
        }
        guard let size else { return }
        let head = unsafe [UInt8](decoder.buffer.bytes(unread).prefix(size))
        decoder.buffer.skip(size)
        do throws(HandshakeFault) {
            try take(head, at: now)
        } catch {
            refuse(error, at: now)
        }
    }

    private mutating func take(_ head: [UInt8], at now: Int64) throws(HandshakeFault) {
        if phase == .tunneling {
            try ClientHandshake.acceptProxy(head)
            guard decoder.buffer.unread.isEmpty else { throw .surplus }
            secureOrUpgrade(at: now)
        } else if let handshake {
            chosenProtocol = try handshake.accept(head)
            open(at: now)
        } else {
            request = try ServerHandshake(head)
        }
    }

    private mutating func refuse(_ fault: HandshakeFault, at now: Int64) {
        if phase == .tunneling {
            finish(.failed(.proxy(fault)))
        } else if role == .client {
            finish(.failed(.handshake(fault)))
        } else {
            end = .failed(.handshake(fault))
            enter(.closing, for: timing.closing, at: now)
            enqueue(at: now) { $0 += ServerHandshake.refusal(status: 400) }
        }
    }

    // MARK: Control frames

    private mutating func answerPing(at now: Int64) {
        counters.pingsReceived &+= 1
        let mask = drawMask()
        let encoder = encoder
        // A flood of pings that nobody reads the answers of: the connection's bound holds, and the rest
        // stays unanswered, which the counters show.
        let size = decoder.withPayload { encoder.frameBytes(payload: $0.count) }
        guard phase == .open, outgoing.hasRoom(forControl: size) else { return }
        if outgoing.isEmpty { sendDeadline = now + timing.sending.nanoseconds }
        decoder.withPayload { payload in
            outgoing.append { encoder.appendPong(payload, mask: mask, to: &$0) }
        }
        counters.pongsSent &+= 1
    }

    private mutating func takePong() {
        let number: UInt64? = decoder.withPayload { payload in
            guard payload.count == 8 else { return nil }
            var number: UInt64 = 0
            for index in payload.indices { number = number << 8 | UInt64(payload[index]) }
            return number
        }
        if pings.isAnswered(by: number) {
            counters.pongsReceived &+= 1
        } else {
            counters.pongsUnsolicited &+= 1
        }
    }

    private mutating func takeClose(_ status: CloseStatus, at now: Int64) {
        if phase == .closing {
            end = .closedByUs(status)
        } else {
            // Told back as it came: a code of ours would be a statement of ours.
            close(telling: CloseStatus(code: status.code), .closedByPeer(status), now)
        }
    }
}

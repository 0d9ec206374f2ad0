/// Decides everything about one connection: bytes, facts and the time go in; bytes and messages come out.
///
/// It knows no socket, clock or file: its shell is ``WebSocketChannel``. Times are nanoseconds of one
/// monotonic clock. After each ``receive(_:at:)`` call ``next(at:)`` until it returns `nil`.
package struct WebSocketConnection: ~Copyable, Sendable {
    /// How far it has come.
    package internal(set) var phase: ConnectionPhase
    /// How it ended, as soon as that is known; the phase may still be `closing`.
    package internal(set) var end: ConnectionEnd?
    /// What it has done.
    package internal(set) var counters = ConnectionCounters()
    /// The subprotocol that was agreed on, if any.
    package internal(set) var chosenProtocol: String?
    /// What a client asks for, until it is granted or refused; servers only.
    package internal(set) var request: ServerHandshake?

    let role: WebSocketRole
    let isEncrypted: Bool
    let timing: ConnectionTiming
    let limits: MessageLimits
    let handshake: ClientHandshake?
    let proxyRequest: [UInt8]?
    let encoder: FrameEncoder
    let drawMask: @Sendable () -> UInt32
    var decoder: MessageDecoder
    var outgoing: SendQueue
    var pings: PingSchedule
    var addressCount = 0
    /// When the phase, and the opening as a whole, take too long.
    var phaseDeadline: Int64
    let openingDeadline: Int64
    var sendDeadline: Int64?
    var hasFinished = false

    /// A client's connection, which begins with the look-up of a name.
    ///
    /// - Parameters:
    ///   - address: Where it goes.
    ///   - proxy: Who is asked to connect instead.
    ///   - handshake: The request and how its answer is judged.
    ///   - timing: How long things may take.
    ///   - limits: How much may be held.
    ///   - now: The time.
    ///   - drawMask: Gives four bytes that nobody can foresee for each frame.
    package init(
        to address: WebSocketAddress,
        through proxy: Proxy?,
        handshake: ClientHandshake,
        timing: ConnectionTiming,
        limits: MessageLimits,
        at now: Int64,
        drawMask: @escaping @Sendable () -> UInt32
    ) {
        role = .client
        isEncrypted = address.isEncrypted
        self.handshake = handshake
        proxyRequest = proxy?.connectRequest(to: address)
        self.timing = timing
        self.limits = limits
        self.drawMask = drawMask
        encoder = FrameEncoder(role: .client)
        decoder = MessageDecoder(role: .client, limits: limits)
        outgoing = SendQueue(max: limits.sendBytesMax)
        pings = Self.schedule(timing)
        phase = .resolving
        openingDeadline = now + timing.opening.nanoseconds
        phaseDeadline = min(openingDeadline, now + timing.resolving.nanoseconds)
    }

    /// A server's connection, which begins after the socket was accepted.
    package init(
        servingEncrypted isEncrypted: Bool,
        timing: ConnectionTiming,
        limits: MessageLimits,
        at now: Int64
    ) {
        role = .server
        self.isEncrypted = isEncrypted
        handshake = nil
        proxyRequest = nil
        self.timing = timing
        self.limits = limits
        drawMask = { 0 }
        encoder = FrameEncoder(role: .server)
        decoder = MessageDecoder(role: .server, limits: limits)
        outgoing = SendQueue(max: limits.sendBytesMax)
        pings = Self.schedule(timing)
        phase = isEncrypted ? .securing : .upgrading
        openingDeadline = now + timing.opening.nanoseconds
        phaseDeadline = min(openingDeadline, now + timing.agreeing.nanoseconds)
    }

    private static func schedule(_ timing: ConnectionTiming) -> PingSchedule {
        PingSchedule(
            interval: timing.pingInterval.nanoseconds,
            timeout: timing.pongTimeout.nanoseconds
        )
    }

    // MARK: Time

    /// When ``advance(to:)`` is to be called at the latest; `nil` when nothing is waited for.
    package var deadline: Int64? {
        switch phase {
        case .closed: return nil
        case .open:
            let others = [pings.deadline, sendDeadline].compactMap { $0 }
            return others.min()
        default: return phaseDeadline
        }
    }

    /// Does what is due.
    package mutating func advance(to now: Int64) {
        guard let deadline, now >= deadline else { return }
        switch phase {
        case .closed: break
        case .connecting: connectFailed(.timeout(phase), at: now)
        case .closing:
            end = end ?? .closedByUs(nil)
            phase = .closed
        case .open:
            if let sendDeadline, now >= sendDeadline {
                finish(.failed(.sendingStalled))
                return
            }
            switch pings.advance(to: now) {
            case .ping(let number): ping(number, at: now)
            case .missing: finish(.failed(.pongMissing))
            case nil: break
            }
        default: finish(.failed(.timeout(phase)))
        }
    }

    // MARK: What the shell reports

    /// The name has addresses.
    package mutating func resolved(addressCount: Int, at now: Int64) {
        guard phase == .resolving else { return }
        precondition(addressCount > 0, "a look-up without an address is a failure")
        self.addressCount = addressCount
        enter(.connecting(0), for: timing.connecting, at: now)
    }

    /// An address does not take a connection; the next one is tried, if there is one.
    package mutating func connectFailed(_ failure: WebSocketFailure, at now: Int64) {
        guard case .connecting(let index) = phase else { return }
        guard index + 1 < addressCount, now < openingDeadline else {
            finish(.failed(failure))
            return
        }
        enter(.connecting(index + 1), for: timing.connecting, at: now)
    }

    /// The address has taken the connection.
    package mutating func connected(at now: Int64) {
        guard case .connecting = phase else { return }
        if let proxyRequest {
            enter(.tunneling, for: timing.agreeing, at: now)
            enqueue(at: now) { $0 += proxyRequest }
        } else {
            secureOrUpgrade(at: now)
        }
    }

    /// TLS is agreed on.
    package mutating func secured(at now: Int64) {
        guard phase == .securing else { return }
        upgrade(at: now)
    }

    /// The connection broke below the WebSocket, or its owner gives it up.
    package mutating func failed(_ failure: WebSocketFailure) {
        guard phase != .closed else { return }
        // After our close nobody owes us an answer in order.
        if phase == .closing { end = end ?? .closedByUs(nil) }
        finish(end ?? .failed(failure))
    }

    /// The other side sends no more; call it after everything received was taken by ``next(at:)``.
    package mutating func peerEnded() { failed(.ended(phase)) }

    // MARK: Steps

    mutating func enter(_ phase: ConnectionPhase, for duration: Duration, at now: Int64) {
        self.phase = phase
        let limit = now + duration.nanoseconds
        phaseDeadline = phase == .closing ? limit : min(openingDeadline, limit)
    }

    mutating func secureOrUpgrade(at now: Int64) {
        if isEncrypted {
            enter(.securing, for: timing.agreeing, at: now)
        } else {
            upgrade(at: now)
        }
    }

    private mutating func upgrade(at now: Int64) {
        enter(.upgrading, for: timing.agreeing, at: now)
        guard let handshake else { return }
        enqueue(at: now) { $0 += handshake.request }
    }

    mutating func open(at now: Int64) {
        phase = .open
        pings.start(at: now)
    }

    mutating func finish(_ end: ConnectionEnd) {
        self.end = self.end ?? end
        phase = .closed
    }
}

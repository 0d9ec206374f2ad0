internal import Platform
internal import TradingCore
internal import ZeroMQ

extension FeedRunner {
    /// Makes a socket for a slot and starts to connect it.
    mutating func open(_ slot: ConnectionSlot, _ endpoint: Int) {
        let address = configuration.endpoints[endpoint % configuration.endpoints.count]
        endpointName = address
        isPollStale = true
        do throws(ZeroMQError) {
            let connection = try FeedConnection(
                context: context,
                options: configuration.socket,
                endpoint: address
            )
            monitorIndices[Int(slot.rawValue)] = nil
            if slot == .a { a = consume connection } else { b = consume connection }
            // Before it subscribes: what it brings first can be old by the time it is read.
            session.merger.connectionOpening(slot)
        } catch {
            outlet.tell(
                .openFailed(configuration.id, endpoint: address, message: error.description)
            )
            decide(.openFailed(slot, code: error.code))
            return
        }
        // Inside the process there is no handshake and no monitor event: the pipe is there at once.
        if address.hasPrefix("inproc://") {
            establish(slot)
            decide(.handshakeSucceeded(slot))
        }
    }

    /// Tells people what the supervisor has to say, with the symbol's name where there is one.
    mutating func tell(_ alert: FeedAlert) {
        figures.note(alert)
        let id = alert.symbol.map { configuration.symbol(ofWatchNumber: $0) }
        let name = id.map { session.symbols.name(of: $0) }
        outlet.tell(.alert(configuration.id, alert, symbolName: name))
        guard let id else { return }
        if alert.kind == .streamIdle { tellLoop(.symbolIdle(id, isIdle: true)) }
        if alert.kind == .streamRecovered { tellLoop(.symbolIdle(id, isIdle: false)) }
    }

    /// Why a handshake failed of which libzmq tells no reason: it does not tell of its own timeout.
    mutating func unexplainedFailure(_ slot: ConnectionSlot) -> HandshakeFailure {
        let begun = slot == .a ? a?.openedAt : b?.openedAt
        let elapsed = SystemClock.monotonicNanoseconds() - (begun ?? .max)
        // Its clock may be a millisecond or two ahead.
        let limit = (Int64(configuration.socket.handshakeTimeout) - 5) * 1_000_000
        return elapsed >= limit ? .timeout : .noDetail
    }

    /// Whether a connection that has ended was ended because the peer broke the protocol.
    mutating func wasEndedForProtocol(_ slot: ConnectionSlot) -> Bool {
        (slot == .a ? a?.wasEndedForProtocol() : b?.wasEndedForProtocol()) ?? false
    }

    /// Judges silence by other limits from now on, that of symbols met before included.
    mutating func change(_ limits: FeedLimits) {
        configuration.expectation = limits.expectation
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        supervisor.change(limits.supervisor, at: now)
        for (number, name) in session.symbols.names.enumerated() {
            supervisor.watch(symbol: number, as: limits.expectation(name.string))
        }
        decide(.timer)
    }

    /// Begins to read a connection whose handshake is done.
    mutating func establish(_ slot: ConnectionSlot) {
        if slot == .a { a?.isEstablished = true } else { b?.isEstablished = true }
        isPollStale = true
        session.merger.connectionOpened(slot)
    }

    /// Drops a slot's socket, and tells the seam if it was being replaced.
    mutating func close(_ slot: ConnectionSlot, _ now: MonotonicTime) {
        let wasOverlapping = session.merger.isOverlapping
        if slot == .a { a = nil } else { b = nil }
        monitorIndices[Int(slot.rawValue)] = nil
        session.merger.connectionClosed(slot, at: now)
        isPollStale = true
        if wasOverlapping, let report = session.merger.seamReport() {
            figures.note(report)
            outlet.tell(.seam(configuration.id, report))
        }
    }

    /// Tells the loop something that must not be lost.
    func tellLoop(_ input: LoopInput) {
        // The queue holds more inputs than a feed can have symbols, so that it never fills.
        if outlet.buffer.append(input) ?? false { outlet.loopWakeUp.signal() }
    }

    /// Watches the connections that exist now.
    ///
    /// Each look by `zmq_poll` costs several system calls for each socket; descriptors cost one for all.
    /// A descriptor speaks only after its socket was read empty, so that the first look must not wait;
    /// messages are read, and their descriptor is watched, from the handshake on.
    /// - Returns: Whether there was a change, after which everything must be read before any wait.
    mutating func rebuildPoll(_ wakeUp: WakeUp) -> Bool {
        guard isPollStale else { return false }
        isPollStale = false
        var descriptors = [wakeUp.pollDescriptor]
        if let connection = a.take() {
            watch(connection, .a, &descriptors)
            a = consume connection
        }
        if let connection = b.take() {
            watch(connection, .b, &descriptors)
            b = consume connection
        }
        poll = PollSet(reading: descriptors)
        return true
    }

    private mutating func watch(
        _ connection: borrowing FeedConnection,
        _ slot: ConnectionSlot,
        _ descriptors: inout [Int32]
    ) {
        monitorIndices[Int(slot.rawValue)] = descriptors.count
        descriptors.append(connection.monitor.pollDescriptor)
        if connection.isEstablished { descriptors.append(connection.socket.pollDescriptor) }
    }

    /// How long the thread may sleep.
    func waitMilliseconds(_ now: Int64) -> Int64 {
        let deadline = supervisor.nextDeadline.nanoseconds
        let untilDeadline = deadline == .max ? .max : (deadline - now + 999_999) / 1_000_000
        let turn =
            session.merger.isOverlapping ? Self.overlapTurnMilliseconds : Self.turnMilliseconds
        return max(0, min(untilDeadline, turn))
    }

    /// Whether others should be told again how the feed fares.
    var isSnapshotDue: Bool { SystemClock.monotonicNanoseconds() >= nextSnapshot }

    /// How the feed fares.
    mutating func snapshot() -> FeedSnapshot {
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        nextSnapshot = now.nanoseconds + Self.turnMilliseconds * 1_000_000
        session.setWallClock(WallTime(nanoseconds: SystemClock.wallNanoseconds()), at: now)
        var snapshot = FeedSnapshot(connection: supervisor.counters(at: now))
        snapshot.state = state
        snapshot.isStarved = isStarved
        snapshot.endpoint = endpointName
        snapshot.isInSession = supervisor.isInSession
        snapshot.figures = figures
        snapshot.lastData = lastData
        snapshot.heldCount = session.merger.heldCount
        snapshot.frames = session.counters
        snapshot.venueClockOffset = session.venueClock.offset(at: now)
        return snapshot
    }

    /// Takes the raw frames that could not be used.
    mutating func takeSamples() -> [FrameSamples.Sample] {
        session.samples.isEmpty ? [] : session.samples.drain()
    }
}

extension MT5FeedConfiguration {
    /// The number by which the supervisor knows a symbol; `nil` for the feed's own.
    func watchNumber(of symbol: SymbolID) -> Int? {
        let number = Int(symbol.rawValue) - symbolBase - 1
        return number >= 0 ? number : nil
    }

    /// The symbol that the supervisor knows by a number.
    func symbol(ofWatchNumber number: Int) -> SymbolID {
        SymbolID(rawValue: UInt16(symbolBase + 1 + number))
    }
}

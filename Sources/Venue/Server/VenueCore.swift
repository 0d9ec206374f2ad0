import HTTPServer
import TradingCore
import WebSocket

/// Decides everything about a simulator: the market's course, who gets what, what goes wrong and what is
/// answered.
///
/// It knows no socket and no clock: its shell is ``VenueLoop``.
struct VenueCore: Sendable {
    /// What the shell does with a connection.
    enum Command: Sendable, Equatable {
        case close(Int, CloseStatus)
        case cut(Int)
        case reset(Int)
    }

    /// What the market is at.
    enum Phase: Sendable, Equatable {
        /// Nothing is published until somebody takes a stream, or until the time given.
        case waiting(until: MonotonicTime)
        case publishing
        /// There is no more, since then.
        case finished(MonotonicTime)
    }

    /// Messages that are published before connections are looked at again.
    private static let batchMax = 1024
    /// Messages on their way to clients before connections are looked at again.
    private static let outboxMax = 4096

    let configuration: VenueConfiguration
    let kind: MarketKind
    var source: any MarketSource
    var directory = StreamDirectory()
    var books = MarketBooks()
    var distributor = StreamDistributor()
    var desk: RESTDesk
    var truth = VenueTruth()
    private(set) var phase: Phase
    /// What is to be sent, and done; the shell empties both.
    var outbox: [Outgoing] = []
    var commands: [Command] = []
    var origin = MonotonicTime.zero
    var scheduled: ArraySlice<ScheduledVenueFault>
    var mergeOfFault: Int?
    private var messages: [MarketMessage] = []
    private var connects: [MonotonicTime] = []
    var refusesUntil = MonotonicTime.zero
    var closings: [(slot: Int, number: Int, due: MonotonicTime)] = []

    /// Lays out the market.
    ///
    /// - Throws: ``VenueError`` when a capture cannot be read.
    init(
        _ configuration: VenueConfiguration,
        _ source: any MarketSource,
        at now: MonotonicTime
    ) throws(VenueError) {
        self.configuration = configuration
        self.source = source
        kind = source.kind
        desk = RESTDesk(kind: source.kind, weightMax: configuration.requestWeightMax)
        scheduled = configuration.faults.sorted { $0.time < $1.time }[...]
        phase = .waiting(
            until: now
                + (configuration.subscriberWait ?? configuration.market.subscriberWaitDefault)
        )
        try self.source.begin(&directory, &books)
    }

    // MARK: Connections

    /// Judges a request for a WebSocket.
    ///
    /// - Returns: The place of the new connection, or the HTTP status of a refusal.
    mutating func connect(
        _ target: String,
        at now: MonotonicTime
    ) -> Result<Int, ConnectRefusal> {
        connects.removeAll { $0 <= now + .seconds(-300) }
        guard now >= refusesUntil, connects.count < configuration.connectionsPerFiveMinutes else {
            truth.connectionsRefused += 1
            return .failure(ConnectRefusal(status: now >= refusesUntil ? 429 : 503))
        }
        guard let parsed = StreamTarget(target, kind: kind) else {
            truth.connectionsRefused += 1
            return .failure(ConnectRefusal(status: 404))
        }
        connects.append(now)
        truth.connectionsMade += 1
        var session = VenueSession(
            parsed,
            kind: kind,
            messagesPerSecond: configuration.messagesPerSecond
        )
        let actions = session.open(parsed)
        let merges = configuration.merges
        let merge = merges.isEmpty ? nil : merges[(truth.connectionsMade - 1) % merges.count]
        let slot = distributor.add(
            VenueConnection(
                number: truth.connectionsMade,
                target: target,
                session: session,
                merge: mergeOfFault ?? merge,
                hasChecksums: configuration.hasChecksums,
                now: now,
                life: configuration.connectionLife
            )
        )
        carryOut(actions, slot)
        return .success(slot)
    }

    /// Takes a message of a client.
    mutating func receive(_ bytes: Span<UInt8>, from slot: Int, at now: MonotonicTime) {
        let actions = distributor.update(slot) { $0.session.receive(bytes, at: now.nanoseconds) }
        carryOut(actions ?? [], slot)
    }

    private mutating func carryOut(_ actions: [VenueSession.Action], _ slot: Int) {
        for action in actions {
            switch action {
            case .reply(let bytes): reply(bytes, to: slot)
            case .subscribe(let name): distributor.subscribe(slot, name, directory)
            case .unsubscribe(let name): distributor.unsubscribe(slot, name)
            case .close(let status): commands.append(.close(slot, status))
            }
        }
    }

    mutating func reply(_ bytes: [UInt8], to slot: Int) {
        outbox.append(Outgoing(slot: slot, stream: nil, bytes: bytes, part: 0..<bytes.count))
    }

    /// Lets a connection go that has ended.
    mutating func disconnect(_ slot: Int, _ reason: String, at now: MonotonicTime) {
        guard let connection = distributor.remove(slot) else { return }
        closings.removeAll { $0.slot == slot }
        truth.end(connection, reason, at: now)
    }

    /// Counts a message that its connection had no room for.
    mutating func countUnsent(_ outgoing: Outgoing) {
        guard let stream = outgoing.stream else { return }
        _ = distributor.update(outgoing.slot) { $0.countUnsent(stream) }
    }

    // MARK: Time

    private var hasAllSubscribers: Bool {
        distributor.subscriberCount >= configuration.subscribersWanted
    }

    /// Whether messages wait for nothing but room.
    var isFlatOut: Bool { configuration.pace == .flatOut }

    /// The market's time, in nanoseconds after its beginning.
    private func offset(at now: MonotonicTime) -> Int64 {
        guard case .multiple(let speed) = configuration.pace else { return .max }
        let elapsed = (now - origin).wholeNanoseconds
        return speed == 1 ? elapsed : Int64(Double(elapsed) * speed)
    }

    /// When an offset of the market is due.
    private func due(_ offset: Int64) -> MonotonicTime {
        guard case .multiple(let speed) = configuration.pace, offset < .max else {
            return offset == .max ? .never : .zero
        }
        return origin + .nanoseconds(speed == 1 ? offset : Int64(Double(offset) / speed) + 1)
    }

    /// Does what is due.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - milliseconds: The wall time.
    ///   - hasRoom: Whether every client has room; a flat-out market waits for it.
    /// - Returns: When there is more to do.
    mutating func advance(
        to now: MonotonicTime,
        milliseconds: Int64,
        hasRoom: Bool
    ) -> MonotonicTime {
        if case .waiting(let until) = phase, hasAllSubscribers || now >= until {
            phase = .publishing
            origin = now
            truth.beganMilliseconds = milliseconds
        }
        if phase == .publishing || isFinished { applyScheduled(now, milliseconds) }
        endLives(now)
        distributor.sendDelayed(at: now, into: &outbox)
        publish(now, hasRoom)
        if phase == .publishing {
            let offset = isFlatOut ? -1 : offset(at: now)
            distributor.flush(upTo: offset, at: now, into: &outbox)
        }
        truth.streams = directory.names.count
        return nextDue(now, hasRoom)
    }

    private mutating func publish(_ now: MonotonicTime, _ hasRoom: Bool) {
        guard phase == .publishing, hasRoom else { return }
        let limit = offset(at: now)
        var published = 0
        while published < Self.batchMax, outbox.count < Self.outboxMax {
            guard let next = source.nextOffset else {
                distributor.flush(upTo: .max - 1, at: now, into: &outbox)
                phase = .finished(now)
                return
            }
            guard next <= limit else { return }
            messages.removeAll(keepingCapacity: true)
            do throws(VenueError) {
                try source.next(into: &messages, &directory, &books)
            } catch {
                truth.failure = error.description
                phase = .finished(now)
                return
            }
            for message in messages {
                truth.messages += 1
                distributor.publish(message, directory, at: now, into: &outbox)
            }
            published += max(1, messages.count)
        }
    }

    private func nextDue(_ now: MonotonicTime, _ hasRoom: Bool) -> MonotonicTime {
        var due = min(distributor.nextDelayed, closings.map(\.due).min() ?? .never)
        for connection in distributor.connections {
            due = min(due, connection?.endsAt ?? .never)
        }
        switch phase {
        case .waiting(let until): return min(due, until)
        case .finished: return min(due, nextFault)
        case .publishing:
            due = min(due, nextFault)
            if outbox.count >= Self.outboxMax { return now }
            guard !isFlatOut else { return hasRoom ? now : due }
            return min(due, self.due(min(source.nextOffset ?? 0, distributor.flushOffset)))
        }
    }

    /// Whether the market has no more.
    var isFinished: Bool {
        if case .finished = phase { true } else { false }
    }

    private var nextFault: MonotonicTime {
        scheduled.first.map { origin + $0.time } ?? .never
    }

    private mutating func endLives(_ now: MonotonicTime) {
        for slot in distributor.connections.indices {
            guard let end = distributor.connections[slot]?.endsAt, end <= now else { continue }
            _ = distributor.update(slot) { $0.endsAt = .never }
            commands.append(.close(slot, .goingAway))
        }
        for closing in closings where closing.due <= now {
            guard distributor.connections[closing.slot]?.number == closing.number else { continue }
            commands.append(.close(closing.slot, .goingAway))
        }
        closings.removeAll { $0.due <= now }
    }
}

/// Why a client gets no WebSocket.
struct ConnectRefusal: Error, Sendable, Equatable {
    /// The HTTP status.
    var status: Int
}

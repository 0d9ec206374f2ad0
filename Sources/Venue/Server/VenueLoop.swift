import HTTPServer
import Platform
import TradingCore
import WebSocket

/// The simulator's thread: owns all connections, asks the decider what to do, and does it.
struct VenueLoop: ~Copyable {
    let configuration: VenueConfiguration
    let doors: [VenueDoor]
    let control: VenueControl
    let log: VenueLog
    private let rest: HTTPServer
    let timing: ConnectionTiming
    let limits: MessageLimits
    var clients: [VenueClient] = []
    var clientOfSlot: [Int: VenueClient] = [:]
    private var poll: PollSet
    private var outbox: [Outgoing] = []
    private var commands: [VenueCore.Command] = []
    /// When connections are taken again.
    var acceptsFrom = MonotonicTime.zero
    private var endsAt = MonotonicTime.never

    /// The longest wait, in case a wake-up was missed.
    private static let waitMax: Int64 = 1_000_000_000

    init(
        _ configuration: VenueConfiguration,
        _ doors: [VenueDoor],
        _ restListener: Int32,
        _ control: VenueControl,
        _ log: @escaping VenueLog
    ) throws(HTTPServerError) {
        self.configuration = configuration
        self.doors = doors
        self.control = control
        self.log = log
        let requests = VenueRequests(
            control: control,
            acceptsFaults: configuration.acceptsFaultRequests
        )
        self.rest = try HTTPServer(
            listening: restListener,
            limits: VenueRequests.limits,
            handler: requests.handler
        )
        let kind = control.core.withLock { $0.kind }
        var timing = ConnectionTiming()
        timing.pingInterval = configuration.pingInterval ?? kind.ping.interval
        timing.pongTimeout = configuration.pongTimeout ?? kind.ping.timeout
        self.timing = timing
        var limits = MessageLimits()
        limits.frameBytesMax = VenueSession.messageBytesMax
        limits.messageBytesMax = VenueSession.messageBytesMax
        limits.sendBytesMax = configuration.queuedBytesMax
        limits.receiveBytes = 4096
        self.limits = limits
        poll = PollSet(
            reading: [control.wake.pollDescriptor, self.rest.pollDescriptor]
        )
    }

    /// Serves until it is told to stop or its time is over.
    mutating func run() {
        var now = Self.now()
        endsAt = configuration.runTime.map { now + $0 } ?? .never
        var isFirst = true
        while !control.isStopRequested, now < endsAt {
            now = Self.now()
            control.wake.consume()
            if isFirst || poll.isReady(1) || rest.rest(at: now.nanoseconds) == 0 {
                rest.turn(at: now.nanoseconds)
            }
            accept(now)
            for client in clients where client.isDue(in: poll, now) { serve(client, now) }
            let due = advance(now)
            dispatch(now)
            removeEnded(now)
            wait(until: min(due, endsAt), now)
            isFirst = false
        }
        for client in clients {
            client.channel.close(.goingAway, at: now.nanoseconds)
            end(client, "the simulator ends", now)
        }
    }

    private static func now() -> MonotonicTime {
        MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
    }

    // MARK: The market

    /// Lets the decider go on, and takes what it wants done.
    private mutating func advance(_ now: MonotonicTime) -> MonotonicTime {
        let room = configuration.queuedBytesMax / 4
        let hasRoom =
            configuration.pace != .flatOut
            || clients.allSatisfy { $0.isHeld || $0.channel.bytesToSend < room }
        let milliseconds = SystemClock.wallNanoseconds() / 1_000_000
        var step = control.core.withLock { core in
            let due = core.advance(to: now, milliseconds: milliseconds, hasRoom: hasRoom)
            defer {
                core.outbox.removeAll(keepingCapacity: true)
                core.commands.removeAll(keepingCapacity: true)
            }
            return VenueStep(
                due: due,
                outbox: core.outbox,
                commands: core.commands,
                held: core.heldSlots(at: now),
                isOver: core.isOver(at: now)
            )
        }
        swap(&outbox, &step.outbox)
        swap(&commands, &step.commands)
        for client in clients { client.isHeld = client.slot.map(step.held.contains) ?? false }
        if step.isOver { endsAt = now }
        return step.due
    }

    private mutating func dispatch(_ now: MonotonicTime) {
        for message in outbox {
            guard let client = clientOfSlot[message.slot] else { continue }
            do throws(SendFault) {
                let part = message.bytes.span.extracting(message.part)
                try client.channel.queue(.text, part, at: now.nanoseconds)
                client.hasQueued = true
            } catch {
                control.core.withLock { $0.countUnsent(message) }
                if case .full = error, client.reason == nil {
                    client.reason = "it lets more than \(configuration.queuedBytesMax) bytes wait"
                    control.core.withLock { $0.truth.slowClients += 1 }
                    client.channel.cancel()
                }
            }
        }
        outbox.removeAll()
        for client in clients where client.hasQueued && !client.isHeld {
            client.hasQueued = false
            client.channel.flush(at: now.nanoseconds)
        }
        for command in commands { carryOut(command, now) }
        commands.removeAll()
    }

    private func carryOut(_ command: VenueCore.Command, _ now: MonotonicTime) {
        switch command {
        case .close(let slot, let status):
            clientOfSlot[slot]?.reason = "closed on our side, \(status)"
            clientOfSlot[slot]?.channel.close(status, at: now.nanoseconds)
        case .cut(let slot):
            clientOfSlot[slot]?.reason = "cut"
            clientOfSlot[slot]?.channel.cancel()
        case .reset(let slot):
            clientOfSlot[slot]?.reason = "reset"
            clientOfSlot[slot]?.channel.reset()
        }
    }

    private mutating func wait(until due: MonotonicTime, _ now: MonotonicTime) {
        poll.keepFirst(2)
        if acceptsFrom <= now {
            for door in doors {
                poll.append(door.listener.pollDescriptor, reading: true, writing: false)
            }
        }
        var patience = min(Self.waitMax, max(0, (due - now).wholeNanoseconds))
        if acceptsFrom > now {
            patience = min(patience, (acceptsFrom - now).wholeNanoseconds)
        }
        patience = min(patience, rest.rest(at: now.nanoseconds) ?? .max)
        for client in clients {
            client.pollIndex = nil
            guard !client.isHeld else { continue }
            patience = min(patience, client.channel.patience(at: now.nanoseconds) ?? .max)
            guard let interest = client.channel.interest else { continue }
            client.pollIndex = poll.append(
                interest.descriptor,
                reading: interest.isReading,
                writing: interest.isWriting
            )
        }
        _ = poll.wait(nanoseconds: patience)
    }
}

/// What the decider wants done.
struct VenueStep: Sendable {
    var due: MonotonicTime
    var outbox: [Outgoing]
    var commands: [VenueCore.Command]
    /// Connections on which nothing is to happen.
    var held: [Int]
    /// Whether the replay is at its end for long enough.
    var isOver: Bool
}

extension VenueCore {
    /// The connections on which nothing is to be read, sent or answered.
    func heldSlots(at now: MonotonicTime) -> [Int] {
        distributor.connections.indices.filter {
            (distributor.connections[$0]?.isHeldUntil ?? .zero) > now
        }
    }

    /// Whether a finished replay has stayed long enough.
    func isOver(at now: MonotonicTime) -> Bool {
        guard case .finished(let since) = phase, let stay = configuration.stayAfterReplay else {
            return false
        }
        return now - since >= stay
    }
}

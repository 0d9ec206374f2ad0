import TradingCore
import Zlib

/// A message on its way to a client.
struct Outgoing: Sendable {
    /// The place of the connection, and the stream's place in it; the stream is `nil` for answers.
    var slot: Int
    var stream: Int?
    var bytes: [UInt8]
    /// What of the bytes is sent.
    var part: Range<Int>
}

/// One client's connection: its session, what was sent to it, and what goes wrong on it.
struct VenueConnection: Sendable {
    /// The most messages that wait for a delay to be over.
    static let delayedMax = 200_000

    /// From 1 on, in the order in which connections were granted.
    let number: Int
    let target: String
    let openedAt: MonotonicTime
    var session: VenueSession
    /// Changes of a book that make one message; `nil` is as the stream's name says.
    let merge: Int?
    /// Whether a checksum of what is sent is made.
    let hasChecksums: Bool
    /// All streams that it ever took.
    var streams: [StreamTruth] = []
    /// When it ends, however well it goes.
    var endsAt: MonotonicTime
    /// Nothing is read, sent or answered until then.
    var isHeldUntil = MonotonicTime.zero
    private var silentUntil = MonotonicTime.zero
    private var pending: [Pending] = []
    private var heldBack: Held?
    private var delay = Duration.zero
    private var delayed: [Delayed] = []
    private var delayedStart = 0
    /// What faults did, to be told by who collects it.
    var effects: [FaultEffect] = []

    private struct Pending: Sendable {
        let fault: VenueFault
        var remaining: Int
        let until: MonotonicTime
        /// Streams that were subscribed to anew, which a stall leaves alone.
        var woken: [StreamName] = []

        func concerns(_ name: StreamName) -> Bool {
            fault.concerns(name) && !woken.contains(name)
        }
    }

    private struct Held: Sendable {
        var output: StreamLane.Output
        var stream: Int
    }

    private struct Delayed: Sendable {
        var due: MonotonicTime
        var message: Held
    }

    init(
        number: Int,
        target: String,
        session: VenueSession,
        merge: Int?,
        hasChecksums: Bool = false,
        now: MonotonicTime,
        life: Duration
    ) {
        self.number = number
        self.target = target
        self.session = session
        self.merge = merge
        self.hasChecksums = hasChecksums
        openedAt = now
        endsAt = now + life
    }

    // MARK: Faults

    /// Begins a fault about what is sent.
    mutating func apply(_ fault: VenueFault, at now: MonotonicTime) {
        let until = fault.duration.map { now + $0 } ?? .never
        switch fault.kind {
        case .silence: silentUntil = until
        case .halfOpen: isHeldUntil = until
        case .delay: delay = fault.duration ?? .zero
        case .life: endsAt = openedAt + (fault.duration ?? .zero)
        case .stall, .drop, .duplicate, .reorder:
            pending.append(Pending(fault: fault, remaining: fault.count, until: until))
        default: break
        }
    }

    /// Ends what has stalled a stream, because it was subscribed to anew.
    mutating func wake(_ name: StreamName) {
        for index in pending.indices
        where pending[index].fault.kind == .stall && pending[index].until == .never {
            pending[index].woken.append(name)
        }
    }

    /// When something that was delayed is due.
    var nextDue: MonotonicTime { delayedStart < delayed.count ? delayed[delayedStart].due : .never }

    // MARK: Sending

    /// Sends a message, unless a fault wants otherwise.
    mutating func deliver(
        _ output: StreamLane.Output,
        stream: Int,
        slot: Int,
        at now: MonotonicTime,
        into outbox: inout [Outgoing]
    ) {
        guard isHeldUntil <= now, silentUntil <= now else {
            streams[stream].withheld += 1
            return
        }
        if !pending.isEmpty {
            deliverFaulty(output, stream, slot, now, &outbox)
        } else {
            delayOrSend(Held(output: output, stream: stream), slot, now, &outbox)
            if heldBack?.stream == stream { releaseHeldBack(slot, now, &outbox) }
        }
    }

    private mutating func deliverFaulty(
        _ output: StreamLane.Output,
        _ stream: Int,
        _ slot: Int,
        _ now: MonotonicTime,
        _ outbox: inout [Outgoing]
    ) {
        pending.removeAll { $0.until <= now }
        let name = streams[stream].name
        var copies = 1
        for index in pending.indices where pending[index].concerns(name) {
            let kind = pending[index].fault.kind
            if kind == .stall {
                streams[stream].withheld += 1
                return
            }
            if kind == .reorder, heldBack != nil { continue }
            pending[index].remaining -= 1
            note(kind, name, output.ids)
            if kind == .drop {
                streams[stream].dropped += 1
                pending.removeAll { $0.remaining == 0 }
                return
            }
            if kind == .duplicate { copies = 2 }
            if kind == .reorder {
                heldBack = Held(output: output, stream: stream)
                streams[stream].reordered += 1
                copies = 0
                break
            }
        }
        pending.removeAll { $0.remaining == 0 }
        for copy in 0..<copies {
            if copy > 0 { streams[stream].duplicated += 1 }
            delayOrSend(Held(output: output, stream: stream), slot, now, &outbox)
        }
        // A message is sent after the next one of its own stream.
        if copies > 0, heldBack?.stream == stream { releaseHeldBack(slot, now, &outbox) }
    }

    private mutating func note(
        _ kind: VenueFault.Kind,
        _ name: StreamName,
        _ ids: ClosedRange<Int64>?
    ) {
        guard effects.count < FaultEffect.countMax else { return }
        effects.append(
            FaultEffect(kind: kind, connection: number, stream: name.text, ids: ids)
        )
    }

    private mutating func releaseHeldBack(
        _ slot: Int,
        _ now: MonotonicTime,
        _ outbox: inout [Outgoing]
    ) {
        guard let held = heldBack else { return }
        heldBack = nil
        delayOrSend(held, slot, now, &outbox)
    }

    private mutating func delayOrSend(
        _ message: Held,
        _ slot: Int,
        _ now: MonotonicTime,
        _ outbox: inout [Outgoing]
    ) {
        if delay == .zero, delayedStart == delayed.count {
            send(message, slot, &outbox)
        } else if delayed.count - delayedStart < Self.delayedMax {
            delayed.append(
                Delayed(due: max(now + delay, delayed.last?.due ?? .zero), message: message)
            )
        } else {
            streams[message.stream].unsent += 1
        }
    }

    /// Sends what was delayed until now.
    mutating func sendDelayed(slot: Int, at now: MonotonicTime, into outbox: inout [Outgoing]) {
        while delayedStart < delayed.count, delayed[delayedStart].due <= now {
            send(delayed[delayedStart].message, slot, &outbox)
            delayedStart += 1
        }
        if delayedStart > 1024 || delayedStart == delayed.count {
            delayed.removeFirst(delayedStart)
            delayedStart = 0
        }
    }

    private mutating func send(_ message: Held, _ slot: Int, _ outbox: inout [Outgoing]) {
        let payload = message.output.payload
        let part = session.isCombined ? 0..<payload.bytes.count : payload.data
        streams[message.stream].sent.add(message.output.ids)
        if hasChecksums {
            streams[message.stream].checksum.add(payload.bytes.span.extracting(part))
        }
        outbox.append(
            Outgoing(
                slot: slot,
                stream: message.stream,
                bytes: payload.bytes,
                part: part
            )
        )
    }

    /// Takes back that a message was sent, because there was no room for it.
    mutating func countUnsent(_ stream: Int) {
        streams[stream].sent.messages -= 1
        streams[stream].unsent += 1
    }

    /// Counts what was not sent any more at its end.
    mutating func end() {
        for entry in delayed[delayedStart...] { streams[entry.message.stream].unsent += 1 }
        if let heldBack { streams[heldBack.stream].unsent += 1 }
        delayed = []
        delayedStart = 0
        heldBack = nil
    }
}

import Gateway
import OrderEntry
import TradingCore

/// One connection of one slot; a new one has another number.
struct Socket: Hashable {
    var slot: Int
    var number: Int

    init(slot: Int, number: Int) { (self.slot, self.number) = (slot, number) }

    /// As the gateway knows whom it answers.
    var address: ReplyAddress {
        ReplyAddress(frames: [
            [UInt8(slot), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
        ])
    }

    init(_ address: ReplyAddress) {
        let bytes = address.frames.first ?? []
        slot = Int(bytes[0])
        number = Int(bytes[1]) << 16 | Int(bytes[2]) << 8 | Int(bytes[3])
    }
}

/// What is on its way between the process and the gateway.
struct SimulatedNetwork {
    enum Content {
        case request([UInt8])
        case reply([UInt8])
        case event([UInt8])
        case connected
        case disconnected
    }

    struct Parcel {
        var due: MonotonicTime
        var socket: Socket
        var content: Content
    }

    /// Whether nothing that the gateway says arrives.
    var isDeaf = false
    private var parcels: [Parcel] = []
    private var sockets: [Int: Socket] = [:]
    private var connected: Set<Socket> = []
    private var count = 0
    /// What happens to the answers to some ids.
    private var replyFaults: [String: NetworkFault] = [:]
    /// What each slot asked last, for the mistake that takes any answer.
    private var asked: [Int: String] = [:]

    static let latency = Duration.milliseconds(1)

    // MARK: Connections

    mutating func open(_ slot: Int, isHeard: Bool, at now: MonotonicTime) {
        if let old = sockets[slot] { connected.remove(old) }
        count += 1
        let socket = Socket(slot: slot, number: count)
        sockets[slot] = socket
        add(.connected, socket, now + Self.latency)
    }

    func isConnected(_ slot: Int) -> Bool { sockets[slot].map(connected.contains) ?? false }

    /// Whether the attempt is still wanted.
    mutating func didConnect(_ socket: Socket, isHeard: Bool) -> Bool {
        guard sockets[socket.slot] == socket else { return false }
        if isHeard { connected.insert(socket) }
        return true
    }

    /// Whether the connection was still there.
    mutating func didDisconnect(_ socket: Socket) -> Bool {
        connected.remove(socket) != nil && sockets[socket.slot] == socket
    }

    /// The process is gone: what is on its way to the gateway goes on.
    mutating func closeAll() {
        sockets = [:]
        connected = []
    }

    /// The gateway is gone, and all that is on its way with it.
    mutating func endAll(at now: MonotonicTime) {
        parcels.removeAll { parcel in
            switch parcel.content {
            case .request, .reply: true
            case .event, .connected, .disconnected: false
            }
        }
        for socket in connected.sorted(by: { $0.number < $1.number }) {
            add(.disconnected, socket, now + Self.latency)
        }
    }

    // MARK: Sending

    mutating func send(_ bytes: [UInt8], on slot: Int, at now: MonotonicTime) {
        guard let socket = sockets[slot] else { return }
        asked[slot] = WireHead(command: bytes).requestID
        add(.request(bytes), socket, now + Self.latency)
    }

    mutating func send(
        order bytes: [UInt8],
        _ id: String,
        on slot: Int,
        _ fault: NetworkFault,
        at now: MonotonicTime
    ) -> HandoverOutcome {
        guard let socket = sockets[slot] else { return .refused }
        asked[slot] = id
        let arrival = now + Self.latency
        switch fault {
        case .none: add(.request(bytes), socket, arrival)
        case .refuse: return .refused
        case .loseRequest: break
        case .loseReply, .delayReply, .duplicateReply, .foreignReply, .malformedReply:
            replyFaults[id] = fault
            add(.request(bytes), socket, arrival)
        case .delayRequest: add(.request(bytes), socket, now + .milliseconds(1500))
        case .cutBefore: add(.disconnected, socket, arrival)
        case .cutAfter:
            replyFaults[id] = .loseReply
            add(.request(bytes), socket, arrival)
            add(.disconnected, socket, arrival + Self.latency)
        case .cutWhileUnderway:
            add(.disconnected, socket, now + .milliseconds(50))
            add(.request(bytes), socket, now + .milliseconds(900))
        case .uncertainArrived:
            add(.request(bytes), socket, arrival)
            return .uncertain
        case .uncertainLost: return .uncertain
        }
        return .accepted
    }

    mutating func reply(_ bytes: [UInt8], _ id: String, to socket: Socket, at now: MonotonicTime) {
        guard !isDeaf else { return }
        let arrival = now + Self.latency
        switch replyFaults.removeValue(forKey: id) {
        case .loseReply: break
        case .delayReply: add(.reply(bytes), socket, now + .milliseconds(2900))
        case .duplicateReply:
            add(.reply(bytes), socket, arrival)
            add(.reply(bytes), socket, arrival)
        case .foreignReply:
            let text =
                #"{"req_id":"00000051-0000-8001-8000-0000000fffff","boot_id":"other","error":false,"#
                + #""ticket":1,"msg":"done","retcode":10009,"data":null}"#
            add(.reply(Array(text.utf8)), socket, arrival)
            add(.reply(bytes), socket, arrival)
        case .malformedReply: add(.reply(Array(bytes.prefix(bytes.count / 2))), socket, arrival)
        default: add(.reply(bytes), socket, arrival)
        }
    }

    mutating func publish(_ bytes: [UInt8], at now: MonotonicTime) {
        guard !isDeaf else { return }
        add(.event(bytes), Socket(slot: 0, number: 0), now + Self.latency)
    }

    // MARK: Arriving

    private mutating func add(_ content: Content, _ socket: Socket, _ due: MonotonicTime) {
        let place = parcels.firstIndex { $0.due > due } ?? parcels.endIndex
        parcels.insert(Parcel(due: due, socket: socket, content: content), at: place)
    }

    var nextDue: MonotonicTime { parcels.first?.due ?? .never }
    var isQuiet: Bool { parcels.isEmpty }

    mutating func next(at now: MonotonicTime) -> Parcel? {
        guard let first = parcels.first, first.due <= now else { return nil }
        return parcels.removeFirst()
    }

    /// What the process sees of an answer; `nil` where its socket is gone.
    func shown(_ bytes: [UInt8], _ socket: Socket, _ bug: PlantedBug?) -> [UInt8]? {
        switch bug {
        case .notFoundTrusted:
            guard isConnected(socket.slot), sockets[socket.slot] == socket else { return nil }
            return Self.replace(
                #""known":false,"fenced":false"#,
                #""known":false,"fenced":true"#,
                bytes
            )
        case .lateReplyMatched:
            guard isConnected(socket.slot), let id = asked[socket.slot] else { return nil }
            return Self.replace(WireHead(reply: bytes).requestID, id, bytes)
        default: return connected.contains(socket) && sockets[socket.slot] == socket ? bytes : nil
        }
    }

    private static func replace(_ old: String, _ new: String, _ bytes: [UInt8]) -> [UInt8] {
        Array(String(decoding: bytes, as: UTF8.self).replacing(old, with: new).utf8)
    }
}

import TradingCore

/// Decides which requests go out on each connection, how fast, and what is expected back.
///
/// A connection is asked for all streams of its path once it stands; a stream that fell silent is dropped
/// and asked for again, alone. The venue's limit of requests in a second is kept on each connection.
struct BinanceSubscriptions: Sendable {
    private enum Method: UInt8 {
        case subscribe
        case unsubscribe

        var name: String { self == .subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE" }
    }

    private struct Pending {
        var id: UInt64
        var deadline: MonotonicTime
        var method: Method
        var streams: [Int]
    }

    private struct State {
        var isOpen = false
        var openedAt = MonotonicTime.zero
        /// The order of opening, so that the older of two can be told.
        var number: UInt64 = 0
        var queue: [(method: Method, stream: Int)] = []
        var pending: [Pending] = []
        var isSubscribedTold = false
        /// When first data of the streams is due; `never` where none is awaited.
        var firstDataDue: [MonotonicTime]
        var heardCount = 0
        /// Streams whose first data is due at some time.
        var awaitedCount = 0
        var isReplacing = false
        var allowance: RollingAllowance
    }

    /// What ran out.
    enum Overdue: Equatable {
        case acknowledgement(BinanceConnection)
        case firstData(stream: Int, BinanceConnection, isOnlySilence: Bool)
    }

    private let names: [String]
    private let routes: [BinanceRoute]
    private let configuration: BinanceConfiguration
    private var states: [State]
    private var nextID: UInt64 = 1
    private var nextNumber: UInt64 = 1

    /// Creates the subscriptions of streams, each with its name and path.
    init(_ configuration: BinanceConfiguration, names: [String], routes: [BinanceRoute]) {
        self.configuration = configuration
        self.names = names
        self.routes = routes
        let state = State(
            firstDataDue: Array(repeating: .never, count: names.count),
            allowance: RollingAllowance(
                limit: configuration.controlMessagesPerSecond,
                window: .seconds(1)
            )
        )
        states = Array(repeating: state, count: BinanceConnection.count)
    }

    func isOpen(_ connection: BinanceConnection) -> Bool { states[connection.index].isOpen }

    func openedAt(_ connection: BinanceConnection) -> MonotonicTime {
        states[connection.index].openedAt
    }

    /// What is known of the connection beside one.
    func other(than connection: BinanceConnection) -> OtherConnection {
        let other = BinanceConnection(connection.route, connection.slot.other)
        guard states[other.index].isOpen else { return .none }
        let isOlder = states[other.index].number < states[connection.index].number
        return .open(other.slot, isOlder: isOlder)
    }

    mutating func open(_ connection: BinanceConnection, at now: MonotonicTime) {
        let index = connection.index
        close(connection)
        states[index].isOpen = true
        states[index].openedAt = now
        states[index].number = nextNumber
        nextNumber += 1
        states[index].queue = names.indices.filter { routes[$0] == connection.route }
            .map { (.subscribe, $0) }
    }

    mutating func close(_ connection: BinanceConnection) {
        let index = connection.index
        states[index].isOpen = false
        states[index].queue = []
        states[index].pending = []
        states[index].isSubscribedTold = false
        states[index].isReplacing = false
        states[index].heardCount = 0
        states[index].awaitedCount = 0
        for stream in names.indices { states[index].firstDataDue[stream] = .never }
    }

    /// Asks for a stream again on each open connection of its path, unless that is under way.
    mutating func resubscribe(_ stream: Int) {
        for slot in ConnectionSlot.allCases {
            let index = BinanceConnection(routes[stream], slot).index
            let isQueued = states[index].queue.contains { $0.stream == stream }
            guard states[index].isOpen, !isQueued else { continue }
            states[index].queue.append((.unsubscribe, stream))
            states[index].queue.append((.subscribe, stream))
        }
    }

    /// Whether a connection is to be replaced for the first time.
    mutating func beginReplacing(_ connection: BinanceConnection) -> Bool {
        let index = connection.index
        guard states[index].isOpen, !states[index].isReplacing else { return false }
        states[index].isReplacing = true
        return true
    }

    /// Notes data of a stream on a connection.
    @inline(__always)
    mutating func didReceiveData(_ stream: Int, _ connection: BinanceConnection) {
        let index = connection.index
        let due = states[index].firstDataDue[stream]
        guard due != .zero else { return }
        if due != .never { states[index].awaitedCount -= 1 }
        states[index].firstDataDue[stream] = .zero
        states[index].heardCount += 1
    }

    // MARK: Requests

    /// The next request to send on a connection, if one may be sent now.
    mutating func nextFrame(_ connection: BinanceConnection, at now: MonotonicTime) -> [UInt8]? {
        let index = connection.index
        guard let method = states[index].queue.first?.method,
            states[index].allowance.spend(1, at: now)
        else { return nil }
        var streams: [Int] = []
        while streams.count < configuration.streamsPerRequest,
            let next = states[index].queue.first, next.method == method
        {
            streams.append(next.stream)
            states[index].queue.removeFirst()
        }
        let id = nextID
        nextID += 1
        states[index].pending.append(
            Pending(
                id: id,
                deadline: now + configuration.acknowledgementLimit,
                method: method,
                streams: streams
            )
        )
        let parameters = streams.map { "\"\(names[$0])\"" }.joined(separator: ",")
        let text = "{\"method\":\"\(method.name)\",\"params\":[\(parameters)],\"id\":\(id)}"
        return Array(text.utf8)
    }

    /// Notes an acknowledgement; `true` when it is the last one that was awaited since the opening.
    mutating func didAcknowledge(
        _ id: UInt64,
        _ connection: BinanceConnection,
        at now: MonotonicTime
    ) -> Bool {
        let index = connection.index
        guard let place = states[index].pending.firstIndex(where: { $0.id == id }) else {
            return false
        }
        let pending = states[index].pending.remove(at: place)
        if pending.method == .subscribe {
            for stream in pending.streams where states[index].firstDataDue[stream] == .never {
                states[index].firstDataDue[stream] = now + configuration.firstMessageLimit
                states[index].awaitedCount += 1
            }
        }
        guard states[index].queue.isEmpty, states[index].pending.isEmpty,
            !states[index].isSubscribedTold
        else { return false }
        states[index].isSubscribedTold = true
        return true
    }

    /// Forgets a request that was refused.
    mutating func didRefuse(_ id: UInt64?, _ connection: BinanceConnection) {
        states[connection.index].pending.removeAll { $0.id == id }
    }

    // MARK: Deadlines

    /// When the next request may be sent, or something runs out.
    var nextDeadline: MonotonicTime {
        var earliest = MonotonicTime.never
        for state in states where state.isOpen {
            if !state.queue.isEmpty { earliest = min(earliest, state.allowance.earliest(for: 1)) }
            for pending in state.pending { earliest = min(earliest, pending.deadline) }
            guard state.awaitedCount > 0 else { continue }
            for due in state.firstDataDue where due != .zero { earliest = min(earliest, due) }
        }
        return earliest
    }

    /// The next thing that ran out; each is told once.
    mutating func nextOverdue(at now: MonotonicTime) -> Overdue? {
        for route in BinanceRoute.allCases {
            for slot in ConnectionSlot.allCases {
                let connection = BinanceConnection(route, slot)
                let index = connection.index
                guard states[index].isOpen else { continue }
                if let place = states[index].pending.firstIndex(where: { $0.deadline <= now }) {
                    states[index].pending.remove(at: place)
                    return .acknowledgement(connection)
                }
                guard states[index].awaitedCount > 0,
                    let stream = states[index].firstDataDue
                        .firstIndex(where: { $0 != .zero && $0 <= now })
                else { continue }
                // Told once: from now on the watchdog has it.
                states[index].firstDataDue[stream] = .zero
                states[index].awaitedCount -= 1
                let isOnlySilence = states[index].heardCount == 0
                return .firstData(stream: stream, connection, isOnlySilence: isOnlySilence)
            }
        }
        return nil
    }
}

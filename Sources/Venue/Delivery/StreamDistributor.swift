import TradingCore

/// Decides which connection gets which message of the market.
struct StreamDistributor: Sendable {
    /// The open connections; a place that is free is `nil`.
    private(set) var connections: [VenueConnection?] = []
    private(set) var lanes: [StreamLane] = []
    private var lanesOfKey: [StreamLane.Key: Int] = [:]
    private var lanesOfSource: [Int: [Int]] = [:]
    /// Who waits for a stream that the market has not had yet.
    private var waiting: [String: [StreamLane.Subscriber]] = [:]
    private var knownStreams = 0
    private var nextFlush = Int64.max
    private var muted: [(fault: VenueFault, until: MonotonicTime)] = []

    // MARK: Connections

    /// Takes a connection in.
    ///
    /// - Returns: Its place.
    mutating func add(_ connection: VenueConnection) -> Int {
        if let free = connections.firstIndex(where: { $0 == nil }) {
            connections[free] = connection
            return free
        }
        connections.append(connection)
        return connections.count - 1
    }

    /// Lets a connection go.
    mutating func remove(_ slot: Int) -> VenueConnection? {
        for lane in lanes.indices { lanes[lane].subscribers.removeAll { $0.slot == slot } }
        for name in Array(waiting.keys) { waiting[name]?.removeAll { $0.slot == slot } }
        defer { connections[slot] = nil }
        connections[slot]?.end()
        return connections[slot]
    }

    /// Changes a connection.
    mutating func update<R>(_ slot: Int, _ body: (inout VenueConnection) -> R) -> R? {
        guard var connection = connections[slot] else { return nil }
        connections[slot] = nil
        defer { connections[slot] = connection }
        return body(&connection)
    }

    // MARK: Subscriptions

    /// Lets a connection have a stream.
    mutating func subscribe(_ slot: Int, _ text: String, _ directory: StreamDirectory) {
        guard let connection = connections[slot] else { return }
        let name = StreamName(text)
        let place = update(slot) { connection in
            connection.wake(name)
            if let place = connection.streams.firstIndex(where: { $0.name == name }) {
                connection.streams[place].isSubscribed = true
                return place
            }
            connection.streams.append(StreamTruth(name: name))
            return connection.streams.count - 1
        }
        // A stream that another path serves is silent, and nothing says so.
        guard let place, connection.session.route.serves(name) else { return }
        let subscriber = StreamLane.Subscriber(slot: slot, stream: place)
        if !attach(subscriber, name, connection.merge, connection.session.kind, directory) {
            waiting[text, default: []].append(subscriber)
        }
    }

    private mutating func attach(
        _ subscriber: StreamLane.Subscriber,
        _ name: StreamName,
        _ merge: Int?,
        _ kind: MarketKind,
        _ directory: StreamDirectory
    ) -> Bool {
        var key: StreamLane.Key?
        if case .depth(let interval) = name.channel {
            guard let source = directory.depthSource(name.symbol) else { return false }
            let sourceName = directory.names[source]
            var own: Int64 = 0
            if case .depth(let recorded) = sourceName.channel {
                own = recorded ?? kind.depthInterval
            }
            let asked = interval ?? kind.depthInterval
            let policy: DepthBatcher.Policy? =
                if let merge, merge > 1 { .count(merge) } else if asked > own {
                    .interval(asked)
                } else { nil }
            key = StreamLane.Key(source: source, name: name.text, policy: policy)
        } else if let source = directory.find(name.text) {
            key = StreamLane.Key(source: source, name: name.text, policy: nil)
        }
        guard let key else { return false }
        let lane = lanesOfKey[key] ?? lanes.count
        if lane == lanes.count {
            lanes.append(StreamLane(key, source: directory.names[key.source]))
            lanesOfKey[key] = lane
            lanesOfSource[key.source, default: []].append(lane)
        }
        lanes[lane].subscribers.append(subscriber)
        return true
    }

    /// Takes a stream away from a connection.
    mutating func unsubscribe(_ slot: Int, _ text: String) {
        let name = StreamName(text)
        let place = update(slot) { connection -> Int? in
            let place = connection.streams.firstIndex { $0.name == name }
            if let place { connection.streams[place].isSubscribed = false }
            return place
        }
        guard let place = place ?? nil else { return }
        let subscriber = StreamLane.Subscriber(slot: slot, stream: place)
        for lane in lanes.indices where lanes[lane].name == name {
            lanes[lane].subscribers.removeAll { $0 == subscriber }
        }
        waiting[text]?.removeAll { $0 == subscriber }
    }

    /// How many connections take something.
    var subscriberCount: Int {
        connections.count { !($0?.session.subscriptions.isEmpty ?? true) }
    }

    /// Gives streams that the market has only now to those who wait for them.
    private mutating func attachWaiting(_ directory: StreamDirectory) {
        guard directory.names.count > knownStreams else { return }
        knownStreams = directory.names.count
        for text in waiting.keys.sorted() {
            let subscribers = waiting.removeValue(forKey: text) ?? []
            for subscriber in subscribers {
                guard let connection = connections[subscriber.slot] else { continue }
                let name = StreamName(text)
                let kind = connection.session.kind
                if !attach(subscriber, name, connection.merge, kind, directory) {
                    waiting[text, default: []].append(subscriber)
                }
            }
        }
    }

    // MARK: Messages

    /// When something that was collected is due, in nanoseconds after the market's beginning.
    var flushOffset: Int64 { nextFlush }

    /// When something that was delayed is due.
    var nextDelayed: MonotonicTime {
        connections.reduce(.never) { min($0, $1?.nextDue ?? .never) }
    }

    /// Begins a fault about streams for everybody.
    mutating func mute(_ fault: VenueFault, at now: MonotonicTime) {
        muted.append((fault, now + (fault.duration ?? .zero)))
    }

    /// Sends a message of the market to those who take it.
    mutating func publish(
        _ message: MarketMessage,
        _ directory: StreamDirectory,
        at now: MonotonicTime,
        into outbox: inout [Outgoing]
    ) {
        attachWaiting(directory)
        flush(upTo: message.offset, at: now, into: &outbox)
        guard let places = lanesOfSource[message.stream] else { return }
        for lane in places {
            guard !lanes[lane].subscribers.isEmpty else {
                lanes[lane].rest()
                continue
            }
            if let output = lanes[lane].take(message) { deliver(output, lane, now, &outbox) }
            nextFlush = min(nextFlush, lanes[lane].flushOffset)
        }
    }

    /// Sends what was collected until a time of the market.
    mutating func flush(
        upTo offset: Int64,
        at now: MonotonicTime,
        into outbox: inout [Outgoing]
    ) {
        guard nextFlush <= offset else { return }
        nextFlush = .max
        for lane in lanes.indices {
            if lanes[lane].flushOffset <= offset, let output = lanes[lane].flush() {
                deliver(output, lane, now, &outbox)
            }
            nextFlush = min(nextFlush, lanes[lane].flushOffset)
        }
    }

    /// Sends what was delayed until now.
    mutating func sendDelayed(at now: MonotonicTime, into outbox: inout [Outgoing]) {
        for slot in connections.indices {
            connections[slot]?.sendDelayed(slot: slot, at: now, into: &outbox)
        }
    }

    private mutating func deliver(
        _ output: StreamLane.Output,
        _ lane: Int,
        _ now: MonotonicTime,
        _ outbox: inout [Outgoing]
    ) {
        let isMuted: Bool
        if muted.isEmpty {
            isMuted = false
        } else {
            muted.removeAll { $0.until <= now }
            let name = lanes[lane].name
            isMuted = muted.contains { $0.fault.concerns(name) }
        }
        for subscriber in lanes[lane].subscribers {
            if isMuted {
                connections[subscriber.slot]?.streams[subscriber.stream].withheld += 1
            } else {
                connections[subscriber.slot]?.deliver(
                    output,
                    stream: subscriber.stream,
                    slot: subscriber.slot,
                    at: now,
                    into: &outbox
                )
            }
        }
    }
}

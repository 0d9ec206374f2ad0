import TestSupport
import TradingCore

/// A publisher that knows all it has sent, two bad connections to it, and a merger behind them.
struct MergerWorld {
    /// What can go wrong in a run.
    struct Weather {
        var lossPercent = 0
        var duplicatePercent = 0
        var reorderPercent = 0
        var quarantinePercent = 0
        var restarts = 0
        var burst = 1
        var stagingCapacity = 20
        /// A connection is closed only after its successor is open and its own backlog is read.
        var isGraceful = false
    }

    struct Frame {
        var stream: Int
        var epoch: UInt64
        var sequence: UInt64
        var isHeartbeat = false
    }

    /// What is known of one stream without asking the merger.
    struct Truth {
        var sent: [UInt64: UInt64] = [:]
        var received = 0
        var offered: [UInt64: Set<UInt64>] = [:]
        /// Sequences that are unfit; only worlds without restarts have any.
        var quarantined: Set<UInt64> = []
        var currentEpochs: Set<UInt64> = []
        var baselineEpoch: UInt64?
        var heartbeatStart: UInt64 = .max
        var heartbeatLast: [UInt64: UInt64] = [:]
    }

    static let streamCount = 3
    static let weights = [30, 35, 12, 3, 2, 5, 5]

    var random: SeededRandom
    var weather: Weather
    var merger: FeedMerger
    var truths: [Truth] = Array(repeating: Truth(), count: streamCount)
    var delivered: [[MarketEvent]] = Array(repeating: [], count: streamCount)
    var queues: [[Frame]] = [[], []]
    var isOpen = [false, false]
    var epoch: UInt64 = 5
    var lastSent: [UInt64] = Array(repeating: 0, count: streamCount)
    var now = MonotonicTime.zero
    var mostHeld = 0
    var complaints: [String] = []

    init(seed: UInt64, weather: Weather) {
        random = SeededRandom(seed: seed)
        self.weather = weather
        merger = FeedMerger(
            feed: FeedID(rawValue: 0),
            streamCount: Self.streamCount * StreamID.perSymbol,
            stagingCapacity: weather.stagingCapacity
        )
    }

    static func streamID(_ stream: Int) -> StreamID {
        StreamID(symbol: SymbolID(rawValue: UInt16(stream)), kind: .trade)
    }

    private mutating func happens(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    // MARK: A run

    /// Lets anything happen, then lets one connection deliver all it has.
    mutating func run(steps: Int) {
        if weather.isGraceful {
            // A feed that was heard on its first connection before there is a second one.
            open(0)
            publish(0)
            deliver(0, count: 2)
        }
        for _ in 0..<steps { step() }
        let survivor = isOpen[1] ? 1 : 0
        if !isOpen[survivor] { open(survivor) }
        if isOpen[1 - survivor] { close(1 - survivor, empties: happens(50)) }
        for stream in 0..<Self.streamCount { publishHeartbeat(stream) }
        deliver(survivor, count: queues[survivor].count)
        merger.flush()
        for stream in 0..<Self.streamCount { publishHeartbeat(stream) }
        deliver(survivor, count: queues[survivor].count)
    }

    private mutating func step() {
        var draw = Int.random(in: 0..<Self.weights.reduce(0, +), using: &random)
        var action = 0
        while draw >= Self.weights[action] {
            draw -= Self.weights[action]
            action += 1
        }
        let slot = Int.random(in: 0..<2, using: &random)
        let stream = Int.random(in: 0..<Self.streamCount, using: &random)
        switch action {
        case 0:
            for _ in 0..<Int.random(in: 1...weather.burst, using: &random) { publish(stream) }
        case 1: deliver(slot, count: Int.random(in: 0...3 * weather.burst, using: &random))
        case 2: publishHeartbeat(stream)
        case 3: if !isOpen[slot] { open(slot) }
        case 4:
            let mayClose = !weather.isGraceful || isOpen[1 - slot]
            if isOpen[slot], mayClose { close(slot, empties: happens(50)) }
        case 5:
            guard !weather.isGraceful else { return }
            now = now + .milliseconds(Int.random(in: 0...900, using: &random))
            merger.advance(to: now)
            collect()
        default:
            guard weather.restarts > 0, happens(10) else { return }
            weather.restarts -= 1
            epoch += UInt64.random(in: 1...3, using: &random)
            lastSent = Array(repeating: 0, count: Self.streamCount)
        }
    }

    private mutating func publish(_ stream: Int) {
        lastSent[stream] += 1
        truths[stream].sent[epoch] = lastSent[stream]
        let frame = Frame(stream: stream, epoch: epoch, sequence: lastSent[stream])
        for slot in 0..<2 where isOpen[slot] && !happens(weather.lossPercent) {
            queues[slot].append(frame)
            if happens(weather.duplicatePercent) { queues[slot].append(frame) }
            if happens(weather.reorderPercent), queues[slot].count > 1 {
                queues[slot].swapAt(queues[slot].count - 1, queues[slot].count - 2)
            }
        }
    }

    private mutating func publishHeartbeat(_ stream: Int) {
        for slot in 0..<2 where isOpen[slot] {
            queues[slot].append(
                Frame(
                    stream: stream,
                    epoch: epoch,
                    sequence: lastSent[stream],
                    isHeartbeat: true
                )
            )
        }
    }

    private mutating func open(_ slot: Int) {
        isOpen[slot] = true
        merger.connectionOpened(slot == 0 ? .a : .b)
    }

    private mutating func close(_ slot: Int, empties: Bool) {
        if empties || weather.isGraceful { deliver(slot, count: queues[slot].count) }
        queues[slot] = []
        isOpen[slot] = false
        merger.connectionClosed(slot == 0 ? .a : .b, at: now)
        collect()
    }

    // MARK: Delivery

    private mutating func deliver(_ slot: Int, count: Int) {
        for frame in queues[slot].prefix(count) { give(frame, slot) }
        queues[slot].removeFirst(min(count, queues[slot].count))
    }

    private mutating func give(_ frame: Frame, _ slot: Int) {
        let connection: ConnectionSlot = slot == 0 ? .a : .b
        let stream = Self.streamID(frame.stream)
        if frame.isHeartbeat { return giveHeartbeat(frame, slot) }
        truths[frame.stream].received += 1
        truths[frame.stream].offered[frame.epoch, default: []].insert(frame.sequence)
        // The same message is unfit on both connections.
        let draw = (frame.sequence &* 2_654_435_761 >> 7) % 100
        if draw < UInt64(weather.quarantinePercent) {
            truths[frame.stream].quarantined.insert(frame.sequence)
            merger.quarantine(
                stream: stream,
                sequence: frame.sequence,
                epoch: frame.epoch,
                from: connection,
                at: now
            )
        } else {
            var event = MarketEvent(
                kind: .trade,
                feed: FeedID(rawValue: 0),
                symbol: stream.symbol,
                sequence: frame.sequence,
                receiveTime: now,
                flags: [.last, .sequenced]
            )
            event.word0 = Int64(frame.epoch)
            merger.offer(event, epoch: frame.epoch, from: connection)
        }
        if truths[frame.stream].baselineEpoch == nil {
            truths[frame.stream].baselineEpoch = frame.epoch
        }
        collect()
    }

    private mutating func giveHeartbeat(_ frame: Frame, _ slot: Int) {
        let stream = Self.streamID(frame.stream)
        let missing = merger.tallies[stream.index].missing
        merger.heartbeat(
            stream: stream,
            epoch: frame.epoch,
            lastSequence: frame.sequence,
            from: slot == 0 ? .a : .b,
            at: now
        )
        let last = merger.output.last { $0.kind == .gap && $0.stream == stream }
        if truths[frame.stream].baselineEpoch == nil, !isOpen[1 - slot] {
            truths[frame.stream].baselineEpoch = frame.epoch
            truths[frame.stream].heartbeatStart = frame.sequence + 1
            truths[frame.stream].heartbeatLast[frame.epoch] = frame.sequence
        } else if merger.tallies[stream.index].missing != missing {
            truths[frame.stream].heartbeatLast[frame.epoch] = max(
                frame.sequence,
                truths[frame.stream].heartbeatLast[frame.epoch] ?? 0
            )
        }
        if merger.output.last?.kind == .gap, last?.gapCause == .restart {
            truths[frame.stream].currentEpochs.insert(frame.epoch)
        }
        collect()
    }

    /// Takes the merger's output and checks what must hold at any time.
    private mutating func collect() {
        mostHeld = max(mostHeld, merger.heldCount)
        for event in merger.output {
            delivered[Int(event.symbol.rawValue)].append(event)
            guard event.kind != .gap else { continue }
            truths[Int(event.symbol.rawValue)].currentEpochs.insert(UInt64(event.word0))
        }
        var inHand: UInt64 = 0
        for tally in merger.tallies {
            inHand += tally.received
            inHand -= tally.appended + tally.duplicate + tally.late + tally.quarantined
        }
        if inHand != UInt64(merger.heldCount) {
            complaints.append("\(inHand) in hand, \(merger.heldCount) held")
        }
        if Set(merger.touched).count != merger.touched.count {
            complaints.append("a stream was touched twice")
        }
        merger.clearOutput()
    }
}

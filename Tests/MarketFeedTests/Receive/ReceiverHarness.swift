import MarketFeed
import Platform
import Testing
import TradingCore
import ZeroMQ

/// A receiver on real sockets, and all that it has handed over.
///
/// The test's thread consumes; it waits for facts, never for time.
final class ReceiverHarness {
    struct TimedNotice: Sendable {
        let time: Int64
        let notice: FeedNotice
    }

    /// A fact that did not come true in time.
    struct Missed: Error, CustomStringConvertible {
        let description: String
    }

    let context: Context
    let buffer: EventBuffer
    let receiver: MarketDataReceiver
    private let noticeList: Locked<[TimedNotice]>
    private let loopWakeUp: WakeUp
    private var thread: Thread?
    private var poll: PollSet
    private var spare: EventBatch
    /// What was taken out of the buffer, feed states left aside.
    private(set) var events: [MarketEvent] = []
    private(set) var inputs: [LoopInput] = []

    static let symbols = ["EURUSD", "USDJPY"]

    init(
        _ endpoint: String,
        context: Context,
        capacity: Int = 65_536,
        name: String = "test",
        adjust: (inout MT5FeedConfiguration) throws -> Void = { _ in },
        onNotice: @escaping @Sendable (FeedNotice) -> Void = { _ in }
    ) throws {
        var configuration = MT5FeedConfiguration(
            id: FeedID(rawValue: 1),
            name: name,
            endpoints: [endpoint],
            supervisor: Self.promptSettings,
            expectation: { _ in WatchedSymbol() }
        )
        configuration.symbols = Self.symbols
        configuration.symbolsMax = 16
        configuration.socket.connectTimeout = 300
        configuration.socket.handshakeTimeout = 1500
        configuration.socket.heartbeatInterval = 0
        try adjust(&configuration)
        let notices = Locked<[TimedNotice]>([])
        noticeList = notices
        buffer = EventBuffer(.init(capacity: capacity, streamCount: 64, feedCount: 2))
        loopWakeUp = try WakeUp()
        receiver = try MarketDataReceiver(
            configuration,
            outlet: FeedOutlet(buffer: buffer, loopWakeUp: loopWakeUp) { notice in
                let time = SystemClock.monotonicNanoseconds()
                notices.withLock { $0.append(TimedNotice(time: time, notice: notice)) }
                onNotice(notice)
            }
        )
        self.context = context
        poll = PollSet(reading: [loopWakeUp.pollDescriptor])
        spare = buffer.makeSpareBatch()
        thread = try receiver.start(context: context)
    }

    /// Retries within 0.1 s; silence alone ends nothing unless a test wants it to.
    static var promptSettings: FeedSupervisor.Settings {
        var settings = FeedSupervisor.Settings()
        settings.policy.initialDelay = .milliseconds(20)
        settings.policy.maxDelay = .milliseconds(100)
        settings.policy.feedMaxDelay = .milliseconds(100)
        settings.policy.healthCheckInterval = .seconds(1)
        settings.policy.connectionTimeout = .seconds(2)
        settings.policy.stablePeriod = .seconds(30)
        settings.forcedSpacing = .milliseconds(20)
        settings.seamLimit = .seconds(10)
        settings.starvationLimit = .seconds(30)
        settings.firstMessageLimit = .seconds(30)
        return settings
    }

    /// Ends the receiver's thread and takes what it handed over last.
    func stop() {
        receiver.stop()
        thread?.join()
        thread = nil
        consume()
    }

    // MARK: Waiting

    /// Takes what is in the buffer.
    func consume() {
        guard buffer.take(&spare) else { return }
        spare.forEachRun(lossTime: .zero) { run in
            for index in run.indices { events.append(run[index]) }
        }
        inputs += spare.inputs
        spare.clear()
    }

    /// Consumes until a fact is true; `isTrue` may drive a publisher meanwhile.
    func wait(
        for fact: String,
        consuming: Bool = true,
        seconds: Int64 = 20,
        until isTrue: () throws -> Bool
    ) throws {
        let end = SystemClock.monotonicNanoseconds() + seconds * 1_000_000_000
        while true {
            if consuming { consume() }
            if try isTrue() { return }
            guard SystemClock.monotonicNanoseconds() < end else {
                let state = "\(alerts.suffix(6)), \(String(describing: receiver.snapshot))"
                throw Missed(description: "never: \(fact); \(events.count) events; \(state)")
            }
            loopWakeUp.consume()
            _ = poll.wait(nanoseconds: 1_000_000)
        }
    }

    /// Sends ticks until the feed is connected, and takes them all.
    func connect(_ source: TickSource) throws {
        try wait(for: "connected") {
            try source.sendTickIfHeard()
            return state == .connected
        }
        try settle(source)
    }

    /// Waits until the last tick that was sent is here.
    func settle(_ source: TickSource, _ symbol: String = "EURUSD") throws {
        let last = source.next[symbol, default: 1] - 1
        try wait(for: "tick \(last) of \(symbol)") { numbers(symbol).last == last }
    }

    // MARK: Facts

    var notices: [TimedNotice] { noticeList.withLock { $0 } }

    var alerts: [FeedAlert] {
        notices.compactMap { if case .alert(_, let alert, _) = $0.notice { alert } else { nil } }
    }

    func alerts(_ kind: FeedAlert.Kind) -> [FeedAlert] { alerts.filter { $0.kind == kind } }

    func times(_ kind: FeedAlert.Kind) -> [Int64] {
        notices.compactMap { timed in
            guard case .alert(_, let alert, _) = timed.notice, alert.kind == kind else {
                return nil
            }
            return timed.time
        }
    }

    var states: [ConnectionState] {
        notices.compactMap {
            if case .stateChanged(_, let state, _) = $0.notice { state } else { nil }
        }
    }

    var state: ConnectionState { states.last ?? .disconnected }

    var seams: [SeamReport] {
        notices.compactMap { if case .seam(_, let report) = $0.notice { report } else { nil } }
    }

    /// The counters of the connection as they are now, once the receiver has told them.
    func connection() throws -> ConnectionCounters {
        try counters { _ in true }.connection
    }

    /// What the receiver tells of itself, once it is as expected.
    func counters(until isTrue: (FeedSnapshot) -> Bool) throws -> FeedSnapshot {
        var found: FeedSnapshot?
        try wait(for: "a snapshot as expected") {
            found = receiver.snapshot.flatMap { isTrue($0) ? $0 : nil }
            return found != nil
        }
        return try #require(found)
    }

    static func stream(_ symbol: String) -> StreamID {
        let place = symbols.firstIndex(of: symbol) ?? symbols.count
        return StreamID(symbol: SymbolID(rawValue: UInt16(1 + place)), kind: .quote)
    }

    /// The numbers of the ticks handed over, in order; of unsequenced ones what the bid says.
    func numbers(_ symbol: String = "EURUSD") -> [UInt64] {
        let stream = Self.stream(symbol)
        return events.filter { $0.kind == .quote && $0.stream == stream }.map { event in
            event.flags.contains(.sequenced)
                ? event.sequence : UInt64(event.bid.mantissa) - 100_000
        }
    }

    func gaps(_ symbol: String = "EURUSD") -> [MarketEvent] {
        events.filter { $0.kind == .gap && $0.stream == Self.stream(symbol) }
    }

    func tally(_ symbol: String = "EURUSD") -> StreamTally { tally(of: Self.stream(symbol)) }

    func tally(of stream: StreamID) -> StreamTally {
        let found = Locked(StreamTally())
        buffer.withTallies { tallies, shed, _ in
            var tally = tallies[stream.index]
            tally.shed = shed[stream.index]
            found.withLock { $0 = tally }
        }
        return found.withLock { $0 }
    }

    /// Checks that every message of a stream that was received is accounted for, and that every one
    /// that was sent was received or is known to be missing.
    func expectConserved(
        sent: UInt64,
        _ symbol: String = "EURUSD",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let tally = tally(symbol)
        let judged = tally.appended + tally.duplicate + tally.late + tally.quarantined
        let delivered = UInt64(numbers(symbol).count)
        #expect(tally.received == judged, "\(tally)", sourceLocation: sourceLocation)
        #expect(
            tally.appended == delivered + tally.shed,
            "\(tally), \(delivered) delivered",
            sourceLocation: sourceLocation
        )
        #expect(
            sent == tally.received - tally.duplicate + tally.missing,
            "\(tally)",
            sourceLocation: sourceLocation
        )
    }
}

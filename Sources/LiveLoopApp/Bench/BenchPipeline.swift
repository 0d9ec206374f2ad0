import MarketFeed
import Platform
import Synchronization
import TradingCore
import ZeroMQ

/// The way of a tick as it is in production: receiver thread, buffer, loop thread, strategy.
///
/// Only what speaks to people and to a gateway is left out.
final class BenchPipeline {
    /// The symbol of a tick that says that no more will come.
    static let endSymbol = "END"
    /// Numbers for symbols, the feed's own included.
    private static let symbolCount = 256

    /// What came of a run.
    struct Result: Sendable {
        /// Messages read from the socket, without those that say that the run is over.
        var received: UInt64 = 0
        /// Messages that were overwritten in the buffer.
        var shed: UInt64 = 0
        /// Messages that never came, by the publisher's numbers.
        var missing: UInt64 = 0
        /// What the strategy saw.
        var recording = BenchRecording()
        /// How late the loop was.
        var lateness = LoopSnapshot.Distribution()
    }

    private let context: Context
    private let buffer: EventBuffer
    private let loop: LoopService
    private let receiver: MarketDataReceiver
    private let outcome = BenchOutcome()
    private let end: EndNotice
    private var feedThread: Thread?
    private var loopThread: Thread?

    /// Makes everything; no thread runs yet.
    ///
    /// - Parameters:
    ///   - context: The context of the receiver's sockets.
    ///   - endpoint: Where the publisher is.
    ///   - directory: Where the kill switch is looked for, in each step as in production.
    /// - Throws: `SystemError` when descriptors are used up.
    init(context: Context, endpoint: String, directory: String) throws {
        self.context = context
        let end = EndNotice(wakeUp: try WakeUp())
        self.end = end
        buffer = EventBuffer(
            EventBuffer.Configuration(
                capacity: LoopSettings().bufferCapacity,
                streamCount: Self.symbolCount * StreamID.perSymbol,
                feedCount: 1
            )
        )
        let noticeWakeUp = try WakeUp()
        loop = try LoopService(
            buffer: buffer,
            wakeUp: try WakeUp(),
            killSwitch: KillSwitchGuard(
                KillSwitchPaths(lockDirectory: directory, stateDirectory: directory),
                allowingAnyFileSystem: true,
                wakeUp: noticeWakeUp,
                time: WallTime(nanoseconds: SystemClock.wallNanoseconds())
            ),
            notices: BoundedQueue(capacity: 64, wakeUp: noticeWakeUp),
            interval: .milliseconds(10)
        )
        var feed = MT5FeedConfiguration(
            id: FeedID(rawValue: 0),
            name: "bench",
            endpoints: [endpoint],
            supervisor: FeedSupervisor.Settings(),
            expectation: { _ in WatchedSymbol() }
        )
        feed.timestampUnit = .nanoseconds
        feed.symbolsMax = Self.symbolCount
        receiver = try MarketDataReceiver(
            feed,
            outlet: FeedOutlet(buffer: buffer, loopWakeUp: loop.wakeUp) { notice in
                if case .symbolMet(let symbol, Self.endSymbol) = notice { end.set(symbol) }
            }
        )
    }

    /// Readable when the tick that says that the run is over was read.
    var endDescriptor: Int32 { end.wakeUp.pollDescriptor }

    /// Starts the threads.
    func start() throws {
        let outcome = outcome
        loopThread = try loop.start(
            TradingLoop.Configuration(symbolCount: Self.symbolCount, feedCount: 1)
        ) {
            [BenchStrategy(symbolCount: Self.symbolCount, outcome: outcome)]
        }
        feedThread = try receiver.start(context: context)
    }

    /// The processor time of the receiver's and the loop's threads so far, in nanoseconds.
    var processorNanoseconds: Int64 {
        (feedThread?.processorNanoseconds ?? 0) + (loopThread?.processorNanoseconds ?? 0)
    }

    /// How late the loop was so far.
    var lateness: LoopSnapshot.Distribution { loop.currentSnapshot().lateness }

    /// Ends the threads, after everything that was read has been delivered; call it once.
    func stop() -> Result {
        receiver.stop()
        feedThread?.join()
        loop.stop()
        loopThread?.join()
        let snapshot = loop.currentSnapshot(wait: .zero)
        var result = Result()
        result.recording = outcome.recording
        result.lateness = snapshot.lateness
        for stream in snapshot.streams where stream.id.symbol != end.symbol {
            result.received &+= stream.tally.received
            result.shed &+= stream.shed
            result.missing &+= stream.tally.missing
        }
        return result
    }
}

/// Tells that the publisher has said its last tick.
private final class EndNotice: Sendable {
    let wakeUp: WakeUp
    private let cell = Locked<SymbolID?>(nil)

    init(wakeUp: WakeUp) { self.wakeUp = wakeUp }

    /// The symbol of the ticks that say so, once one was read.
    var symbol: SymbolID? { cell.withLock { $0 } }

    func set(_ symbol: SymbolID) {
        cell.withLock { $0 = symbol }
        wakeUp.signal()
    }
}

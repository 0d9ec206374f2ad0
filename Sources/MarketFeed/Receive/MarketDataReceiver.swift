package import Platform
internal import Synchronization
package import TradingCore
package import ZeroMQ

/// Receives one MT5 feed on a thread of its own and fills the event buffer.
///
/// The thread does nothing but read, decode, put in order and hand over, so that a slow strategy
/// never stops the draining of the socket.
package final class MarketDataReceiver: Sendable {
    /// How the feed is received.
    package let configuration: MT5FeedConfiguration
    private let outlet: FeedOutlet
    private let wakeUp: WakeUp
    private let isStopping = Atomic<Bool>(false)
    private let isReconnectWanted = Atomic<Bool>(false)
    private let wantedLimits = Locked<FeedLimits?>(nil)
    private let snapshotCell: Locked<FeedSnapshot?>
    private let samples = Locked<[FrameSamples.Sample]>([])

    /// Creates a receiver; nothing is opened before ``start(context:)``.
    package init(
        _ configuration: MT5FeedConfiguration,
        outlet: FeedOutlet
    ) throws(SystemError) {
        self.configuration = configuration
        self.outlet = outlet
        wakeUp = try WakeUp()
        snapshotCell = Locked(nil)
    }

    /// Shorter than that of libzmq's thread, which it waits for; longer than that of the loop.
    private static let sliceNanoseconds: Int64 = 400_000

    /// Starts the thread, which connects at once.
    package func start(context: Context) throws(SystemError) -> Thread {
        try Thread(name: "feed.\(configuration.name)") { [self] in
            Thread.requestSlice(nanoseconds: Self.sliceNanoseconds)
            var runner = FeedRunner(configuration, context: context, outlet: outlet)
            while !isStopping.load(ordering: .acquiring) {
                runner.turn(wakeUp: wakeUp)
                if let limits = takeWantedLimits() { runner.change(limits) }
                if isReconnectWanted.exchange(false, ordering: .acquiringAndReleasing) {
                    runner.requestReconnect()
                }
                if runner.isSnapshotDue { share(&runner) }
            }
            runner.finish()
            share(&runner)
        }
    }

    /// Asks the thread to hand over what it has and to end.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.signal()
    }

    /// Asks for a new connection, made before the old one is closed.
    ///
    /// - Returns: Whether no earlier request still waits for the thread.
    @discardableResult
    package func requestReconnect() -> Bool {
        let wasWanted = isReconnectWanted.exchange(true, ordering: .acquiringAndReleasing)
        wakeUp.signal()
        return !wasWanted
    }

    /// Has the thread judge silence by other limits from its next turn on; the newest word counts.
    package func change(_ limits: FeedLimits) {
        wantedLimits.withLock { $0 = limits }
        wakeUp.signal()
    }

    private func takeWantedLimits() -> FeedLimits? {
        wantedLimits.withLock { wanted in
            defer { wanted = nil }
            return wanted
        }
    }

    /// What the thread knew at most a fifth of a second ago; `nil` before its first turn.
    package var snapshot: FeedSnapshot? { snapshotCell.withLock { $0 } }

    /// Takes the raw frames that could not be used, for the operator to look at.
    package func takeSamples() -> [FrameSamples.Sample] {
        samples.withLock { samples in
            let taken = samples
            samples.removeAll(keepingCapacity: true)
            return taken
        }
    }

    private func share(_ runner: inout FeedRunner) {
        let fresh = runner.snapshot()
        snapshotCell.withLock { $0 = fresh }
        let frames = runner.takeSamples()
        guard !frames.isEmpty else { return }
        samples.withLock { samples in
            samples.append(contentsOf: frames.prefix(max(0, Self.samplesMax - samples.count)))
        }
    }

    private static let samplesMax = 256
}

/// Where a feed thread puts what it has: the buffer, the loop's wake-up, and the reporter.
package struct FeedOutlet: Sendable {
    /// Takes events and counters.
    package let buffer: EventBuffer
    /// Wakes the loop when the buffer says that it sleeps.
    package let loopWakeUp: WakeUp
    /// Sees what the buffer takes, right before it does; `nil` where nobody wants to.
    package let quotes: (any QuoteTap)?
    /// Takes what people should know; must not wait.
    package let tell: @Sendable (FeedNotice) -> Void

    package init(
        buffer: EventBuffer,
        loopWakeUp: WakeUp,
        quotes: (any QuoteTap)? = nil,
        tell: @escaping @Sendable (FeedNotice) -> Void
    ) {
        self.buffer = buffer
        self.loopWakeUp = loopWakeUp
        self.quotes = quotes
        self.tell = tell
    }
}

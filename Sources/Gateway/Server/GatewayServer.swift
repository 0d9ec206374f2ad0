import Platform
import Synchronization
import TradingCore
package import ZeroMQ

/// A market-data gateway inside this process: it publishes ticks and answers commands.
///
/// One thread owns both sockets. Everything it decides is decided by ``PublishSchedule`` and
/// ``TickPublication``, so that what it sent can be compared with what was received.
package final class GatewayServer: Sendable {
    /// Where ticks are published, with the port that was chosen.
    package let publishEndpoint: String
    /// Where commands are answered, with the port that was chosen.
    package let replyEndpoint: String

    private let control: GatewayControl
    private let thread: Locked<Thread?>

    /// Reads recordings, binds both endpoints and starts the thread.
    ///
    /// - Parameters:
    ///   - configuration: What to publish, where and how.
    ///   - source: Ticks to publish in place of the configured market.
    ///   - context: The libzmq context to use.
    ///   - log: Takes what a person should know.
    /// - Throws: `GatewayError` with the file, option or endpoint and what to do about it.
    package init(
        configuration: GatewayConfiguration,
        source: (any TickSource)? = nil,
        context: Context,
        log: @escaping GatewayLog = { _, _ in }
    ) throws(GatewayError) {
        guard configuration.faults.count <= GatewayConfiguration.faultsMax else {
            throw GatewayError(
                .invalidConfiguration,
                at: "--fault",
                "\(configuration.faults.count) faults",
                remedy: "give at most \(GatewayConfiguration.faultsMax)"
            )
        }
        let market: any TickSource
        if let source {
            market = source
        } else if let quotes = configuration.quotes {
            market = SilentMarket(symbols: quotes.symbols)
        } else {
            market = try configuration.market.open()
        }
        let control: GatewayControl
        let thread: Thread
        do throws(SystemError) {
            control = GatewayControl(
                wake: try WakeUp(),
                started: try WakeUp(),
                ended: try WakeUp()
            )
            thread = try Thread(name: "gateway") {
                control.run(configuration, market, context, log)
            }
        } catch {
            throw GatewayError(
                .invalidConfiguration,
                at: "gateway",
                error.description,
                remedy: "raise the limit of threads or descriptors"
            )
        }
        guard let endpoints = control.waitForStart() else {
            thread.join()
            throw control.startError
        }
        (publishEndpoint, replyEndpoint) = endpoints
        self.control = control
        self.thread = Locked(thread)
    }

    deinit { stop() }

    /// What the gateway did so far, by its own account; at most one batch behind.
    package var truth: GatewayTruth { control.truth.withLock { $0 } }

    /// What became of order commands so far, by its own account.
    package var orderTruth: OrderTruth { control.orders.withLock { $0 } }

    /// The descriptor that becomes readable when the thread has ended by itself or was stopped.
    package var endDescriptor: Int32 { control.ended.pollDescriptor }

    /// Asks the thread to end, from any thread; both sockets are closed with it.
    package func stop() { control.stop() }

    /// Waits until the thread has ended; later calls return at once.
    package func join() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }
}

/// What the gateway's thread and its owner share.
final class GatewayControl: Sendable {
    let truth = Locked(GatewayTruth(epoch: 0, symbols: []))
    let orders = Locked(OrderTruth())
    let wake: WakeUp

    private enum Start {
        case pending
        case running(publish: String, reply: String)
        case failed(GatewayError)
    }
    private let start = Locked(Start.pending)
    private let started: WakeUp
    let ended: WakeUp
    private let stopRequested = Atomic(false)

    init(wake: WakeUp, started: WakeUp, ended: WakeUp) {
        self.ended = ended
        self.wake = wake
        self.started = started
    }

    var isStopRequested: Bool { stopRequested.load(ordering: .acquiring) }

    func stop() {
        stopRequested.store(true, ordering: .releasing)
        wake.signal()
    }

    /// The body of the thread: sockets are made, used and closed here.
    func run(
        _ configuration: GatewayConfiguration,
        _ source: any TickSource,
        _ context: Context,
        _ log: @escaping GatewayLog
    ) {
        do throws(GatewayError) {
            var loop = try GatewayLoop(configuration, source, context, self, log)
            start.withLock {
                $0 = .running(publish: loop.publishEndpoint, reply: loop.replyEndpoint)
            }
            started.signal()
            loop.run()
            ended.signal()
        } catch {
            start.withLock { $0 = .failed(error) }
            started.signal()
        }
    }

    /// The endpoints once both are bound, or `nil` when that failed.
    ///
    /// The thread reports in every case, so that this ends.
    func waitForStart() -> (publish: String, reply: String)? {
        var startup = PollSet(reading: [started.pollDescriptor])
        while true {
            let state = start.withLock { $0 }
            switch state {
            case .pending: _ = startup.wait(nanoseconds: 1_000_000_000)
            case .running(let publish, let reply): return (publish, reply)
            case .failed: return nil
            }
        }
    }

    var startError: GatewayError {
        let state = start.withLock { $0 }
        guard case .failed(let error) = state else {
            preconditionFailure("no start error in state \(state)")
        }
        return error
    }
}

extension GatewayConfiguration.Market {
    /// Reads the recordings or opens the synthetic market.
    func open() throws(GatewayError) -> any TickSource {
        switch self {
        case .replay(let files, let repeats):
            var recordings: [Recording] = []
            for file in files { recordings.append(try Recording(reading: file)) }
            return try RecordedTicks(recordings, repeats: repeats)
        case .synthetic(let symbols, let rate, let seed):
            return try SyntheticMarket(symbols: symbols, rate: rate, seed: seed)
        }
    }
}

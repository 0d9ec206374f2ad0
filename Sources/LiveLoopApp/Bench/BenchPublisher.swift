import Platform
import Synchronization
import TradingCore
import ZeroMQ

/// A publisher on a thread of its own, which sends one load and then says that it is over.
///
/// It never drops: where the subscriber's queue is full it waits, so that a slow subscriber shows as
/// a late publisher.
final class BenchPublisher: Sendable {
    /// What is sent.
    enum Load: Sendable {
        /// Ticks written beforehand, as fast as they are taken.
        case flatOut(ReferenceTicks)
        /// Ticks written at the moment of their send, at this many a second; none at 0.
        case paced(Double)
    }

    /// What was sent.
    struct Result: Sendable {
        /// Ticks, without those that say that it is over.
        var sent: UInt64 = 0
        /// From the first send to the last, in seconds.
        var seconds = 0.0
        /// Why nothing, or not everything, was sent.
        var failure: String?
    }

    private let context: Context
    private let requestedEndpoint: String
    private let load: Load
    private let duration: Duration
    private let boundEndpoint = Locked("")
    private let outcome = Locked(Result())
    private let bound: WakeUp
    private let isReleased = Atomic<Bool>(false)
    private let hasBegun = Atomic<Bool>(false)

    /// Prepares to publish a load for a time.
    init(context: Context, endpoint: String, load: Load, duration: Duration) throws(SystemError) {
        self.context = context
        requestedEndpoint = endpoint
        self.load = load
        self.duration = duration
        bound = try WakeUp()
    }

    /// Starts the thread and waits until it is bound.
    ///
    /// - Returns: The thread and the endpoint to connect to; an empty one when it could not bind.
    func start() throws(SystemError) -> (thread: Thread, endpoint: String) {
        let thread = try Thread(name: "publisher") { [self] in
            Thread.minimizeTimerSlack()
            do throws(ZeroMQError) {
                try publish()
            } catch {
                outcome.withLock { $0.failure = error.description }
            }
            bound.signal()
        }
        var ready = PollSet(reading: [bound.pollDescriptor])
        _ = ready.wait(nanoseconds: 10_000_000_000)
        return (thread, boundEndpoint.withLock { $0 })
    }

    /// Whether the first tick is about to be sent, or was.
    var isSending: Bool { hasBegun.load(ordering: .acquiring) }

    /// Lets the thread close its socket and end.
    func release() { isReleased.store(true, ordering: .releasing) }

    /// What was sent; complete once the thread has ended.
    var result: Result { outcome.withLock { $0 } }

    private func publish() throws(ZeroMQError) {
        var options = PublishSocket.Options()
        options.sendHighWaterMark = 10_000
        let socket = try PublishSocket(context: context, options: options)
        let endpoint = try socket.bind(to: requestedEndpoint)
        boundEndpoint.withLock { $0 = endpoint }
        bound.signal()
        guard try waitForSubscriber(socket) else {
            outcome.withLock { $0.failure = "nobody subscribed" }
            return
        }
        hasBegun.store(true, ordering: .releasing)
        let start = SystemClock.monotonicNanoseconds()
        let until = start + duration.wholeNanoseconds
        let sent: UInt64
        switch load {
        case .flatOut(let ticks): sent = try sendFlatOut(ticks, socket, until)
        case .paced(let rate): sent = try sendPaced(rate, socket, from: start, until)
        }
        let seconds = Double(SystemClock.monotonicNanoseconds() - start) / 1e9
        outcome.withLock {
            $0.sent = sent
            $0.seconds = seconds
        }
        try sendEnd(socket)
    }

    private func waitForSubscriber(_ socket: borrowing PublishSocket) throws(ZeroMQError) -> Bool {
        let deadline = SystemClock.monotonicNanoseconds() + 10_000_000_000
        while try socket.nextSubscription() != true {
            guard SystemClock.monotonicNanoseconds() < deadline else { return false }
            pause(nanoseconds: 1_000_000)
        }
        // The receiver's monitor is to have told of the handshake before data comes.
        pause(nanoseconds: 200_000_000)
        return true
    }

    private func sendFlatOut(
        _ ticks: ReferenceTicks,
        _ socket: borrowing PublishSocket,
        _ until: Int64
    ) throws(ZeroMQError) -> UInt64 {
        let bytes = ticks.bytes.span
        let offsets = ticks.offsets.span
        var sent = 0
        while sent % 256 != 0 || SystemClock.monotonicNanoseconds() < until {
            let index = sent % ticks.count
            try send(bytes.extracting(offsets[index]..<offsets[index + 1]), socket)
            sent += 1
        }
        return UInt64(sent)
    }

    private func sendPaced(
        _ rate: Double,
        _ socket: borrowing PublishSocket,
        from start: Int64,
        _ until: Int64
    ) throws(ZeroMQError) -> UInt64 {
        guard rate > 0 else {
            pause(nanoseconds: until - start)
            return 0
        }
        let interval = 1e9 / rate
        let total = UInt64(duration.inSeconds * rate)
        var tick = ReferenceTick(.sequenced)
        for number in 0..<total {
            let due = start + Int64(Double(number) * interval)
            var now = SystemClock.monotonicNanoseconds()
            if now < due {
                pause(nanoseconds: due - now)
                now = SystemClock.monotonicNanoseconds()
            }
            tick.write(number, timestamp: now)
            try send(tick.bytes.span, socket)
        }
        return total
    }

    /// Says that it is over, until the receiver has heard it.
    private func sendEnd(_ socket: borrowing PublishSocket) throws(ZeroMQError) {
        let text = "{\"symbol\":\"\(BenchPipeline.endSymbol)\",\"bid\":0.0,\"ask\":0.0}"
        let bytes = Array(text.utf8)
        while !isReleased.load(ordering: .acquiring) {
            _ = try socket.send(bytes.span)
            pause(nanoseconds: 10_000_000)
        }
    }

    @inline(__always)
    private func send(
        _ bytes: Span<UInt8>,
        _ socket: borrowing PublishSocket
    ) throws(ZeroMQError) {
        var isSent = try socket.send(bytes)
        while !isSent, !isReleased.load(ordering: .relaxed) {
            pause(nanoseconds: 20_000)
            isSent = try socket.send(bytes)
        }
    }

    private func pause(nanoseconds: Int64) {
        var nothing = PollSet(reading: [])
        _ = nothing.wait(nanoseconds: nanoseconds)
    }
}

package import HTTPClient
internal import Platform
internal import Synchronization
package import Telemetry
package import TradingCore

/// The thread that posts alerts: neither the loop nor the main thread ever waits for a server or a disk.
package final class WebhookSender: Sendable {
    /// Where alerts go, and where they wait.
    package struct Configuration: Sendable {
        /// The webhook.
        package var address: HTTPAddress
        /// A file of certificates besides the system's; `nil` is the system's.
        package var authorityFile: String?
        /// Where the queue is stored.
        package var directory: String
        /// How much waits, and how long.
        package var queue = WebhookQueue.Settings()
        /// Draws the jitter of delays.
        package var seed: UInt64 = 0
        /// How long what waits may still be sent when the process stops.
        package var stopLimit = Duration.seconds(2)

        package init(address: HTTPAddress, directory: String) {
            self.address = address
            self.directory = directory
        }
    }

    /// How it fares.
    package struct Status: Sendable, Equatable {
        /// What became of messages.
        package var counters = WebhookCounters()
        /// Messages that wait.
        package var waiting = 0
        /// Since when the oldest of them waits; a restart of the process begins it anew.
        package var waitingSince: MonotonicTime?
        /// Attempts that failed since the last success.
        package var failuresInARow = 0
    }

    let configuration: Configuration
    let log: @Sendable (LogRecord) -> Void
    private let wakeUp: WakeUp
    private let currentAddress: Locked<HTTPAddress>
    private let inbox = Locked<[WebhookMessage]>([])
    private let overflow = Atomic<UInt64>(0)
    private let published = Locked(Status())
    private let stopDeadline = Atomic<Int64>(.max)
    private let thread = Locked<Thread?>(nil)

    /// Starts the thread, which begins with what an earlier process left.
    ///
    /// - Throws: `SystemError` or `HTTPFailure` when descriptors, memory or threads are used up.
    package init(
        _ configuration: Configuration,
        log: @escaping @Sendable (LogRecord) -> Void
    ) throws {
        self.configuration = configuration
        self.log = log
        wakeUp = try WakeUp()
        currentAddress = Locked(configuration.address)
        let client = Locked<HTTPClient?>(try HTTPClient())
        let started = try Thread(name: "webhook") { [self] in
            guard let client = client.withLock({ $0.take() }) else { return }
            var runner = WebhookRunner(self, client)
            runner.run()
        }
        thread.withLock { $0 = started }
    }

    /// Hands a message over; never waits.
    package func offer(_ message: WebhookMessage) {
        let isTaken = inbox.withLock { inbox -> Bool in
            guard inbox.count < configuration.queue.capacity else { return false }
            inbox.append(message)
            return true
        }
        if !isTaken { overflow.add(1, ordering: .relaxed) }
        wakeUp.signal()
    }

    /// Posts to another address from the next attempt on.
    package func change(_ address: HTTPAddress) { currentAddress.withLock { $0 = address } }

    /// How it fares at this moment.
    package var status: Status {
        var status = published.withLock { $0 }
        status.counters.dropped &+= overflow.load(ordering: .relaxed)
        status.waiting += inbox.withLock { $0.count }
        return status
    }

    /// Sends what can be sent at once, and ends the thread; what is left waits for the next start.
    package func stop() {
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        stopDeadline.store((now + configuration.stopLimit).nanoseconds, ordering: .releasing)
        wakeUp.signal()
        thread.withLock { $0.take() }?.join()
    }

    // MARK: What the thread needs

    var address: HTTPAddress { currentAddress.withLock { $0 } }

    var wakeDescriptor: Int32 { wakeUp.pollDescriptor }

    func consumeWakeUp() { wakeUp.consume() }

    func takeOffered() -> [WebhookMessage] {
        inbox.withLock { inbox in
            let taken = inbox
            inbox.removeAll(keepingCapacity: true)
            return taken
        }
    }

    /// When the thread must end; `never` as long as nobody asked for it.
    var deadline: MonotonicTime {
        MonotonicTime(nanoseconds: stopDeadline.load(ordering: .acquiring))
    }

    func publish(_ status: Status) { published.withLock { $0 = status } }
}

internal import Platform
internal import SQLite
package import TradingCore
package import ZeroMQ

/// Measures the way of an order, beside what of it is not ours: the bare socket and the bare commit.
///
/// All three are measured in one run, since the machine differs more between runs than they do.
package struct OrderEntryBench {
    /// What was measured; times in nanoseconds, sorted.
    package struct Measurement: Sendable {
        /// From a question to its answer on one socket, without anything else.
        package var bareRoundTrips: [Int64] = []
        /// One row in one transaction that waits for the disk.
        package var bareCommits: [Int64] = []
        /// From the hand-over of an approved order to its answer, one at a time.
        package var orderRoundTrips: [Int64] = []
        /// Orders that were durable, sent and answered in a second, many at a time.
        package var ordersPerSecond = 0.0

        /// The middle of sorted times.
        package static func median(_ times: [Int64]) -> Int64 {
            times.isEmpty ? 0 : times[times.count / 2]
        }
    }

    /// A directory on the disk that is to be measured.
    package let directory: String
    /// Orders of each measurement.
    package let count: Int
    /// Approves an order; only risk can.
    package let approve: (OrderID) -> ApprovedOrder

    package init(
        directory: String,
        count: Int,
        approve: @escaping (OrderID) -> ApprovedOrder
    ) {
        self.directory = directory
        self.count = count
        self.approve = approve
    }

    /// Runs all measurements.
    ///
    /// - Throws: What keeps the ledger, the sockets or the threads from being made.
    package func run(context: Context) throws -> Measurement {
        var measurement = Measurement()
        let gateway = try EchoGateway(context: context)
        defer { gateway.stop() }
        let path = "\(directory)/bench-orders.db"
        let ledger = try OrderStore.open(
            path: path,
            at: WallTime(nanoseconds: SystemClock.wallNanoseconds())
        )
        let first = OrderID(
            ledger: ledger.recovery.ledger,
            epoch: ledger.recovery.epoch,
            sequence: 0
        )
        measurement.bareRoundTrips = try bareRoundTrips(context, gateway.endpoint).sorted()
        measurement.bareCommits = try bareCommits().sorted()
        var configuration = OrderEntryConfiguration(endpoint: gateway.endpoint)
        configuration.dispatch.ordersInFlightMax = 16
        // The orders rest on no quote.
        configuration.dispatch.quoteAgeMax = .seconds(86_400 * 36_500)
        let desk = try BenchDesk(configuration, ledger: ledger, context: context)
        defer { desk.stop() }
        guard desk.waitUntilAlive() else { throw OrderEntryBenchError.gatewaySilent }
        var sequence: UInt64 = 0
        func next() -> ApprovedOrder {
            sequence += 1
            return approve(OrderID(ledger: first.ledger, epoch: first.epoch, sequence: sequence))
        }
        for _ in 0..<count {
            let start = SystemClock.monotonicNanoseconds()
            desk.service.submit(next())
            try desk.waitForAnswers(Int(sequence))
            measurement.orderRoundTrips.append(SystemClock.monotonicNanoseconds() - start)
        }
        measurement.orderRoundTrips.sort()
        let start = SystemClock.monotonicNanoseconds()
        let before = Int(sequence)
        for _ in 0..<count * 4 {
            try desk.waitForAnswers(Int(sequence) - 128)
            desk.service.submit(next())
        }
        try desk.waitForAnswers(Int(sequence))
        let elapsed = Double(SystemClock.monotonicNanoseconds() - start) / 1e9
        measurement.ordersPerSecond = Double(Int(sequence) - before) / elapsed
        return measurement
    }

    private func bareRoundTrips(_ context: Context, _ endpoint: String) throws -> [Int64] {
        let socket = try DealerSocket(context: context, options: DealerSocket.Options())
        let monitor = try socket.monitor()
        try socket.connect(to: endpoint)
        var poll = PollSet(reading: [socket.pollDescriptor, monitor.pollDescriptor])
        while try monitor.next() != .handshakeSucceeded { _ = poll.wait(nanoseconds: 10_000_000) }
        let frame = OrderWireEncoder(magic: 1).command(
            approve(OrderID(ledger: 1, epoch: 1, sequence: 1)).intent,
            validUntil: WallTime(nanoseconds: 0),
            at: WallTime(nanoseconds: 0)
        )
        var times: [Int64] = []
        for _ in 0..<count {
            let start = SystemClock.monotonicNanoseconds()
            _ = socket.send(frame.span)
            while try socket.receive({ _, _ in }) == false {
                _ = poll.wait(nanoseconds: 10_000_000)
            }
            times.append(SystemClock.monotonicNanoseconds() - start)
        }
        return times
    }

    private func bareCommits() throws -> [Int64] {
        let database = try Database(path: "\(directory)/bench-commits.db")
        try database.execute("CREATE TABLE IF NOT EXISTS rows (number INTEGER, text TEXT)")
        let insert = try database.prepare("INSERT INTO rows VALUES (?, ?)")
        let text = String(repeating: "x", count: 400)
        var times: [Int64] = []
        for number in 0..<count {
            let start = SystemClock.monotonicNanoseconds()
            try database.transaction { () throws(SQLiteError) in
                try insert.run([.integer(Int64(number)), .text(text)])
            }
            times.append(SystemClock.monotonicNanoseconds() - start)
        }
        return times
    }
}

/// Why orders could not be measured.
enum OrderEntryBenchError: Error, Equatable {
    /// The bench's own gateway gave no sign within 30 s.
    case gatewaySilent
    /// An order was not handed over, or its answer was not believed.
    case refused(String)
    /// The next answer did not come within 30 s.
    case unanswered(after: Int)
}

extension OrderEntryBenchError: CustomStringConvertible {
    var description: String {
        switch self {
        case .gatewaySilent: "the benchmark's gateway gave no sign within 30 s"
        case .refused(let reason): "an order of the benchmark was not carried out: \(reason)"
        case .unanswered(let count): "no answer came within 30 s after \(count) orders"
        }
    }
}

/// The order thread with a sink that counts answers.
private final class BenchDesk {
    private struct Progress {
        var answers = 0
        var isAlive = false
        /// What was learned of an order instead of an answer.
        var refused: String?
    }

    let service: OrderEntryService
    private let progress: Locked<Progress>
    private let wakeUp: WakeUp
    private let thread: Thread

    init(
        _ configuration: OrderEntryConfiguration,
        ledger: consuming OpenedLedger,
        context: Context
    ) throws {
        let progress = Locked(Progress())
        let wakeUp = try WakeUp()
        (self.progress, self.wakeUp) = (progress, wakeUp)
        service = try OrderEntryService(
            configuration,
            ledger: ledger,
            outlet: OrderEntryOutlet(
                check: NothingBlocked(),
                tell: { input in
                    switch input {
                    case .fact(_, .answered): progress.withLock { $0.answers += 1 }
                    case .fact(_, .blocked(let block)):
                        progress.withLock { $0.refused = block.rawValue }
                    case .fact(_, .unanswered(let cause)):
                        progress.withLock { $0.refused = cause.rawValue }
                    case .account: progress.withLock { $0.isAlive = true }
                    default: return
                    }
                    wakeUp.signal()
                },
                log: { _ in }
            )
        )
        thread = try service.start(context: context)
    }

    private struct NothingBlocked: LastHopCheck {
        func block(of intent: OrderIntent) -> OrderBlock? { nil }
    }

    func waitUntilAlive() -> Bool { wait { $0.isAlive } }

    func waitForAnswers(_ count: Int) throws(OrderEntryBenchError) {
        guard wait(until: { $0.answers >= count || $0.refused != nil }) else {
            throw .unanswered(after: count - 1)
        }
        if let fact = progress.withLock({ $0.refused }) { throw .refused(fact) }
    }

    private func wait(until condition: (Progress) -> Bool) -> Bool {
        wakeUp.wait(nanoseconds: 30_000_000_000) { condition(progress.withLock { $0 }) }
    }

    func stop() {
        service.stop()
        thread.join()
    }
}

import OrderEntry
import Platform
import Telemetry
import TestSupport
import ZeroMQ

@testable import TradingCore

/// A last look that a test chooses.
final class StubCheck: LastHopCheck {
    private let answer = Locked<OrderBlock?>(nil)

    func set(_ block: OrderBlock?) { answer.withLock { $0 = block } }

    func block(of intent: OrderIntent) -> OrderBlock? { answer.withLock { $0 } }
}

/// The order thread with what it tells, which tests wait for on a descriptor.
final class ServiceHarness: Sendable {
    let service: OrderEntryService
    let recovery: OrderRecovery
    let check = StubCheck()
    private let told: Locked<[OrderInput]>
    private let logged: Locked<[String]>
    private let wakeUp: WakeUp
    private let thread: Thread
    private let context: Context
    private let nextSequence = Locked<UInt64>(0)

    init(
        _ directory: String,
        endpoint: String,
        context: Context? = nil,
        adjust: (inout OrderEntryConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = OrderEntryConfiguration(endpoint: endpoint)
        configuration.dispatch.replyTimeout = .milliseconds(500)
        configuration.dispatch.queryTimeout = .milliseconds(500)
        configuration.dispatch.waitOrDie.initial = .milliseconds(20)
        configuration.dispatch.heartbeatInterval = .milliseconds(500)
        adjust(&configuration)
        let ledger = try OrderStore.open(
            path: directory + "/orders.db",
            at: WallTime(nanoseconds: SystemClock.wallNanoseconds())
        )
        recovery = ledger.recovery
        let (told, logged) = (Locked<[OrderInput]>([]), Locked<[String]>([]))
        let wakeUp = try WakeUp()
        (self.told, self.logged, self.wakeUp) = (told, logged, wakeUp)
        self.context = try context ?? Context()
        service = try OrderEntryService(
            configuration,
            ledger: ledger,
            outlet: OrderEntryOutlet(
                check: check,
                tell: { input in
                    told.withLock { $0.append(input) }
                    wakeUp.signal()
                },
                log: { record in
                    logged.withLock { $0.append(record.message) }
                    wakeUp.signal()
                }
            )
        )
        thread = try service.start(context: self.context)
    }

    /// Waits until what was told so far satisfies a condition; 20 s at most.
    @discardableResult
    func wait(until condition: ([OrderInput]) -> Bool) -> Bool {
        wakeUp.wait(nanoseconds: 20_000_000_000) { condition(inputs) }
    }

    /// Waits until a line was logged.
    func waitForLog(_ condition: (String) -> Bool) -> Bool {
        wait { _ in log.contains(where: condition) }
    }

    /// What the gateway told of everything.
    var accounts: [AccountSnapshot] {
        inputs.compactMap { if case .account(let account) = $0 { account } else { nil } }
    }

    var inputs: [OrderInput] { told.withLock { $0 } }
    var log: [String] { logged.withLock { $0 } }

    /// Waits until the gateway answers.
    @discardableResult
    func waitUntilAlive() -> Bool {
        wait { inputs in
            inputs.contains { if case .account = $0 { true } else { false } }
        }
    }

    /// Waits for a fact about an order.
    @discardableResult
    func wait(for word: String, of id: OrderID) -> Bool {
        wait { Self.facts($0, of: id).contains { $0.word == word } }
    }

    static func facts(_ inputs: [OrderInput], of id: OrderID) -> [OrderFact] {
        inputs.compactMap { if case .fact(id, let fact) = $0 { fact } else { nil } }
    }

    func words(of id: OrderID) -> [String] { Self.facts(inputs, of: id).map(\.word) }

    /// Submits the next order of this life.
    func submit(
        _ command: OrderCommand = .place,
        kind: OrderRequest.Kind = .market,
        lifetime: Duration = .seconds(10)
    ) -> OrderID {
        let sequence = nextSequence.withLock { sequence in
            sequence += 1
            return sequence
        }
        let id = OrderID(ledger: recovery.ledger, epoch: recovery.epoch, sequence: sequence)
        let intent = SampleOrders.intent(
            id,
            command,
            kind: kind,
            lifetime: lifetime,
            createdAt: WallTime(nanoseconds: SystemClock.wallNanoseconds())
        )
        service.submit(SampleOrders.approved(intent))
        return id
    }

    /// Stops the thread and waits for it.
    func stop() {
        service.stop()
        thread.join()
    }
}

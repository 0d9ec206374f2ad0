package import Platform
internal import Synchronization
package import Telemetry
package import TradingCore
package import ZeroMQ

/// Sends approved orders and follows them, on a thread of its own.
///
/// The thread never waits for one answer: it looks at all sockets, the inbox and the timers together.
package final class OrderEntryService: Sendable {
    private let configuration: OrderEntryConfiguration
    private let outlet: OrderEntryOutlet
    private let inbox: OrderInbox
    private let opened: Locked<OpenedLedger?>
    private let snapshotCell = Locked(OrderEntrySnapshot())

    /// Creates a service; nothing is opened before ``start(context:)``.
    ///
    /// The ledger belongs to the thread from then on.
    package init(
        _ configuration: OrderEntryConfiguration,
        ledger: consuming OpenedLedger,
        outlet: OrderEntryOutlet
    ) throws(SystemError) {
        self.configuration = configuration
        self.outlet = outlet
        inbox = OrderInbox(wakeUp: try WakeUp(), ordersMax: configuration.inboxMax)
        opened = Locked(ledger)
    }

    /// Starts the thread, which connects at once; call it once.
    package func start(context: Context) throws(SystemError) -> Thread {
        try Thread(name: "order.entry") { [self] in
            guard let ledger = opened.withLock({ $0.take() }) else { return }
            let recovery = ledger.recovery
            var runner = OrderEntryRunner(
                configuration,
                context: context,
                outlet: outlet,
                store: ledger.store,
                recovery: recovery
            )
            while !runner.hasFinished {
                runner.turn(inbox)
                share(runner)
            }
            runner.close()
            for id in inbox.close() { outlet.tell(.fact(id, .blocked(.stopping))) }
        }
    }

    /// Hands over an approved order; facts about it come through the outlet.
    ///
    /// With too many waiting, or after ``stop()``, the order is refused at once, through the outlet too.
    package func submit(_ order: consuming ApprovedOrder) {
        let id = order.intent.id
        guard let block = inbox.add(order) else { return }
        outlet.tell(.fact(id, .blocked(block)))
    }

    /// Hands over something else that is wanted.
    ///
    /// - Returns: `false` when too many wait; it is then forgotten.
    @discardableResult
    package func take(_ errand: OrderErrand) -> Bool { inbox.add(errand) }

    /// Says that the kill switch is engaged, so that what waits is ended at once.
    ///
    /// The last look before each send finds that out too; this makes it sooner.
    package func engageKillSwitch() { inbox.engageKillSwitch() }

    /// Asks the thread to end within two seconds: what is not answered by then is durably unknown.
    package func stop() { inbox.stop() }

    /// How the thread fared at most a fifth of a second ago.
    package var snapshot: OrderEntrySnapshot { snapshotCell.withLock { $0 } }

    private func share(_ runner: borrowing OrderEntryRunner) {
        var fresh = runner.dispatcher.snapshot
        fresh.commitDurations = runner.commitDurations
        let complete = fresh
        snapshotCell.withLock { $0 = complete }
    }
}

/// Where the order thread puts what it learns, and whom it asks before a send.
package struct OrderEntryOutlet: Sendable {
    /// Takes the last look.
    package let check: any LastHopCheck
    /// Takes what the loop must know; must not wait.
    package let tell: @Sendable (OrderInput) -> Void
    /// Takes what people should know; must not wait.
    package let log: @Sendable (LogRecord) -> Void

    package init(
        check: any LastHopCheck,
        tell: @escaping @Sendable (OrderInput) -> Void,
        log: @escaping @Sendable (LogRecord) -> Void
    ) {
        self.check = check
        self.tell = tell
        self.log = log
    }
}

extension OrderDispatcher {
    /// How it fares now.
    package var snapshot: OrderEntrySnapshot {
        var snapshot = OrderEntrySnapshot()
        snapshot.counters = counters
        snapshot.link = liveness.link
        snapshot.bootID = bootID
        snapshot.openCount = commands.count
        snapshot.unknownCount = inquiries.count
        snapshot.leaseUntil = liveness.leaseUntil
        snapshot.hasLedgerFailed = ledgerFailure != nil
        return snapshot
    }
}

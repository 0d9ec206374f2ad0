import OrderEntry
import Telemetry
import TradingCore

/// The process dies here and now.
struct ProcessDied: Error {}

/// One life of the trading process: the real loop and the real dispatcher, with a shell that is simulated.
///
/// The shell does what the order thread does, in the same order; each place where a process can die is
/// passed on the way.
final class TradingProcess {
    unowned let world: TradingWorld
    private(set) var loop: TradingLoop
    private(set) var dispatcher: OrderDispatcher
    private let buffer: EventBuffer
    private var batch: EventBatch
    private var loopActions = LoopActions()
    private var pendingEntries: [LedgerEntry]?
    private var killSwitch: KillSwitchState
    /// What the last step of the loop knew of the kill switch.
    private var wasHalted = true
    private(set) var tickCount: UInt64 = 0
    private var hasInput = true
    /// The last frame of each command, for the mistakes that send it again.
    private(set) var frames: [OrderID: [UInt8]] = [:]

    static let symbol = SymbolID(rawValue: 0)
    static let feed = FeedID(rawValue: 0)

    init(_ world: TradingWorld, recovery: OrderRecovery, script: TradeScript) {
        self.world = world
        let isForgetful = world.bug == .countersInMemory
        var risk = RiskEngine(world.limits)
        let time = TradingLoop.StepTime(monotonic: world.now, wall: world.wall)
        if !isForgetful {
            if recovery.risk.fields.isEmpty {
                risk.restoreRate(recovery.recentCommands, at: time)
            } else {
                do throws(RiskRecordError) {
                    try risk.restore(
                        recovery.risk,
                        recentCommands: recovery.recentCommands,
                        at: time
                    )
                } catch {
                    preconditionFailure("\(error)")
                }
            }
        }
        let known = world.bug == .unknownNotReserved ? [] : recovery.records
        let orders = OrderControl(
            OrderControl.Settings(),
            ledger: OrderLedger(
                ledger: recovery.ledger,
                epoch: recovery.epoch,
                recovered: known
            ),
            risk: risk,
            symbolCount: 1
        )
        loop = TradingLoop(
            TradingLoop.Configuration(symbolCount: 1, feedCount: 1),
            strategies: [ScriptedStrategy(script: script)],
            orders: orders
        )
        buffer = EventBuffer(
            .init(capacity: 64, streamCount: StreamID.perSymbol, feedCount: 1)
        )
        batch = buffer.makeSpareBatch()
        killSwitch = KillSwitchState(latched: world.latch)
        var settings = OrderDispatchSettings()
        settings.ordersInFlightMax = 4
        dispatcher = OrderDispatcher(
            settings: settings,
            recovery: recovery,
            seed: world.drawSeed(),
            at: world.now,
            wall: world.wall
        )
    }

    /// The first things that the real process does.
    func start() throws(ProcessDied) {
        _ = buffer.setFeedState(
            .feedState(feed: Self.feed, state: .connected, isStarved: false, at: world.now)
        )
        try decide(.started)
        try decide(.publisherConnected(true))
        try commitAll()
    }

    // MARK: What happens to it

    var nextDeadline: MonotonicTime { hasInput ? world.now : dispatcher.nextDeadline }

    func take(_ event: OrderDispatchEvent) throws(ProcessDied) {
        if case .received(_, let bytes) = event {
            try reach(.afterReply, isMain: world.isMain(WireHead(reply: bytes).requestID))
        }
        try decide(event)
        try commitAll()
    }

    func runTimer() throws(ProcessDied) {
        guard dispatcher.nextDeadline <= world.now else { return }
        try decide(.timer)
        try commitAll()
    }

    func quote(bid: Int64, ask: Int64) {
        if tickCount == 0 {
            // After the first account, as where the market is slower than the gateway.
            _ = buffer.append(.symbolAdded(Self.symbol, feed: Self.feed, name: "EURUSD"))
        }
        tickCount += 1
        var event = MarketEvent(
            kind: .quote,
            feed: Self.feed,
            symbol: Self.symbol,
            sequence: tickCount,
            receiveTime: world.now,
            flags: .last
        )
        (event.word0, event.word2) = (bid, ask)
        event.scales = (5, 0, 5, 0)
        let tallies = [StreamTally](repeating: StreamTally(), count: StreamID.perSymbol)
        _ = buffer.append([event].span, touched: [UInt16]().span, tallies: tallies.span)
        hasInput = true
    }

    /// An operator lifts the latch and says what risk is to make of the loss.
    func reset(_ risk: RiskReset) {
        killSwitch = KillSwitchState()
        _ = buffer.append(.resetRisk(risk))
        hasInput = true
    }

    func stepLoop() throws(ProcessDied) {
        guard hasInput else { return }
        hasInput = false
        try lookAtKillFile(.probe)
        wasHalted = killSwitch.isEngaged
        _ = buffer.take(&batch)
        loop.step(
            .init(monotonic: world.now, wall: world.wall),
            isHalted: wasHalted,
            batch: batch,
            isTimerDue: true,
            into: &loopActions
        )
        batch.clear()
        var approved: [OrderIntent] = []
        loopActions.drain { notice in
            if case .orderApproved(let intent) = notice { approved.append(intent) }
        }
        for intent in approved { world.didApprove(intent) }
        try handOver()
    }

    private func handOver() throws(ProcessDied) {
        var trips: [LoopActions.Trip] = []
        loopActions.drainTrips { trips.append($0) }
        for trip in trips {
            world.note("trip \(trip.cause): \(trip.reason)")
            world.trips.append(trip)
            try engage(trip.cause, trip.reason)
        }
        while let order = loopActions.takeOrder() {
            var actions: [OrderDispatchAction] = []
            dispatcher.submit(order, at: world.now, wall: world.wall, into: &actions)
            for action in actions { try perform(action) }
        }
        var errands: [OrderErrand] = []
        loopActions.drainErrands { errands.append($0) }
        for errand in errands { try decide(.errand(errand)) }
        try decide(.timer)
        try commitAll()
    }

    // MARK: Kill switch

    private func lookAtKillFile(_ notice: KillSwitchNotice) throws(ProcessDied) {
        let wasEngaged = killSwitch.isEngaged
        if world.bug == .resetByRemoval { killSwitch = KillSwitchState() }
        let new = killSwitch.observe(
            KillSwitchObservation(
                global: world.isKillFileThere ? .present(.file) : .absent,
                noticedBy: notice
            ),
            at: world.wall
        )
        world.latch += new
        if !wasEngaged, killSwitch.isEngaged { try decide(.killed) }
    }

    private func engage(_ cause: KillSwitchCause, _ reason: String) throws(ProcessDied) {
        let trip = KillSwitchTrip(
            cause: cause,
            reason: reason,
            operatorName: "live-loop",
            time: world.wall,
            noticedBy: .loop
        )
        world.latch += killSwitch.engage(trip)
        world.isKillWanted = true
        try decide(.killed)
    }

    private func lastLook(_ intent: OrderIntent) throws(ProcessDied) -> OrderBlock? {
        world.willCheck(intent)
        if world.bug == .killCheckedOncePerLoop {
            return wasHalted && !intent.passesKillSwitch ? .killSwitch : nil
        }
        try lookAtKillFile(.send)
        return killSwitch.isEngaged && !intent.passesKillSwitch ? .killSwitch : nil
    }

    // MARK: The order thread

    private func decide(_ event: OrderDispatchEvent) throws(ProcessDied) {
        var actions: [OrderDispatchAction] = []
        dispatcher.step(event, at: world.now, wall: world.wall, into: &actions)
        for action in actions { try perform(action) }
    }

    private func perform(_ action: OrderDispatchAction) throws(ProcessDied) {
        switch action {
        case .persist(let entries): pendingEntries = entries
        case .check(let intent):
            let block = try lastLook(intent)
            try reach(.afterCheck, isMain: world.mainID == intent.id)
            try decide(.checked(intent.id, block))
        case .send(let slot, let bytes):
            let outcome = world.handOver(bytes, slot: slot)
            let id = WireHead(command: bytes).requestID
            if let order = OrderID(id) { frames[order] = bytes }
            try reach(.afterSend, isMain: world.isMain(id))
            try decide(.sent(slot: slot, outcome))
        case .replaceSocket(let slot): world.replaceSocket(slot)
        case .tell(let input):
            hasInput = true
            world.note("tells \(words(input))")
            _ = buffer.append(.order(disguised(input)))
            sendAgain(after: input)
        case .log(let record): world.note(record.message)
        case .finished: break
        }
    }

    private func commitAll() throws(ProcessDied) {
        while let entries = pendingEntries {
            pendingEntries = nil
            let hasIntent = entries.contains { if case .intent = $0 { true } else { false } }
            let isMain = entries.contains { entry in
                switch entry {
                case .intent(let intent): intent.id == world.mainID
                case .fact(let record, _): record.intent.id == world.mainID
                case .deal, .dealsKnown, .risk: false
                }
            }
            if hasIntent { try reach(.beforePersist, isMain: isMain) }
            let isSynced = entries.contains(where: \.mustSurvivePowerLoss)
            world.store(entries, isSynced: isSynced && world.bug != .sendBeforeSync)
            try reach(hasIntent ? .afterPersist : .afterFacts, isMain: isMain)
            try decide(.persisted)
        }
    }

    private func reach(_ step: OrderStep, isMain: Bool) throws(ProcessDied) {
        guard isMain, world.mustDie(at: step) else { return }
        throw ProcessDied()
    }
}

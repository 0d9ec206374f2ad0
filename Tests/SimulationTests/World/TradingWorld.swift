import Gateway
import OrderEntry
import TradingCore

/// Everything there is, in simulated time: the process, its disk, the network, the gateway, the venue.
final class TradingWorld {
    private(set) var now = MonotonicTime(nanoseconds: 1_000_000_000_000)
    var gateway: SimulatedGateway
    private(set) var disk = SimulatedStore()
    private(set) var process: TradingProcess?
    var invariants = OrderInvariants()
    let bug: PlantedBug?
    let limits: RiskLimits
    let script = TradeScript()
    var network = SimulatedNetwork()

    // MARK: Kill switch
    /// Whether the file is there.
    var isKillFileThere = false { didSet { if isKillFileThere { isKillWanted = true } } }
    /// What is stored of the latch.
    var latch: [KillSwitchTrip] = []
    /// Whether nothing may add exposure, until an operator resets it: by the world's own account.
    var isKillWanted = false
    /// Why the loop wanted the kill switch.
    var trips: [LoopActions.Trip] = []
    /// Puts the kill file there when the main order passes this step.
    var killPoint: OrderStep?
    /// Puts the kill file there right before the last look at the main order.
    var killsBeforeCheck = false

    // MARK: What goes wrong
    /// Where the process dies, once the main order is on its way.
    var crashPoint = CrashPoint.never
    /// Whether a death takes what was not synced.
    var isPowerLoss = false
    var behaviour = GatewayBehaviour.faithful
    /// What the network does to the main order.
    var networkFault = NetworkFault.none
    /// Called with each command that is handed over; gives the fault that it meets.
    var chooseFault: ((OrderID) -> NetworkFault)?
    /// The order that the schedule is about.
    private(set) var mainID: OrderID?
    private(set) var lives = 0
    private(set) var approvals = 0

    // MARK: Time
    var bid: Int64 = 108_500
    var quoteInterval = Duration.milliseconds(300)
    /// Moves the price with each quote.
    var drift: (() -> Int64)?
    private var nextQuote: MonotonicTime
    private var restartAt = MonotonicTime.never
    var gatewayStartAt = MonotonicTime.never
    var gatewayEndAt = MonotonicTime.never
    private var spins = 0
    private var seed: UInt64
    /// What was said, where a test wants to see it.
    var trace: [String]?

    init(
        seed: UInt64,
        without missing: GatewayContract = [],
        bug: PlantedBug? = nil,
        orderRateMax: Int = 6,
        account: AccountSnapshot.MarginMode = .hedging
    ) {
        self.seed = seed
        self.bug = bug
        var limits = RiskLimits()
        limits.orderVolumeMax = SymbolValues(others: ExactDecimal(mantissa: 1, scale: 0))
        limits.positionSizeMax = ExactDecimal(mantissa: 35_000, scale: 0)
        limits.dailyLossMax = ExactDecimal(mantissa: 20, scale: 0)
        limits.orderRateMax = orderRateMax
        limits.cancelHeadroom = 6
        self.limits = limits
        nextQuote = now
        gateway = SimulatedGateway(
            without: missing,
            account: account,
            at: DeskMoment(wall: WallTime(nanoseconds: Self.wallStart), monotonic: now)
        )
        startProcess()
    }

    /// Wednesday 2026-01-14 12:00 UTC.
    private static let wallStart: Int64 = 1_768_392_000 * 1_000_000_000

    var wall: WallTime {
        WallTime(nanoseconds: Self.wallStart + now.nanoseconds - 1_000_000_000_000)
    }
    var moment: DeskMoment { DeskMoment(wall: wall, monotonic: now) }

    func drawSeed() -> UInt64 {
        seed &+= 1
        return seed
    }

    func note(_ text: @autoclosure () -> String) {
        guard trace != nil else { return }
        let milliseconds = (now.nanoseconds - 1_000_000_000_000) / 1_000_000
        trace?.append("\(milliseconds) \(text())")
    }

    // MARK: Time

    /// Lets time pass until something holds, or the time is over.
    @discardableResult
    func run(_ limit: Duration, until isReached: () -> Bool = { false }) -> Bool {
        let end = now + limit
        while now < end {
            if isReached() { return true }
            var next = min(nextQuote, restartAt, gatewayStartAt, gatewayEndAt)
            next = min(next, network.nextDue, gateway.nextDue)
            if let process { next = min(next, process.nextDeadline) }
            spins = next <= now ? spins + 1 : 0
            precondition(spins < 1000, "nothing moves at \(now)")
            now = max(now, min(next, end))
            turn()
        }
        return isReached()
    }

    private func turn() {
        if now >= gatewayEndAt { endGateway() }
        if now >= gatewayStartAt { startGateway() }
        while let parcel = network.next(at: now) { deliver(parcel) }
        take(gateway.advance(to: moment))
        if now >= restartAt { startProcess() }
        alive { process throws(ProcessDied) in try process.runTimer() }
        if now >= nextQuote {
            nextQuote = now + quoteInterval
            if let drift { bid += drift() }
            take(gateway.quote(bid: bid, ask: bid + 10, at: moment))
            process?.quote(bid: bid, ask: bid + 10)
        }
        alive { process throws(ProcessDied) in try process.stepLoop() }
    }

    // MARK: The process

    private func startProcess() {
        restartAt = .never
        lives += 1
        disk.countStart(isForgotten: bug == .idReused)
        if crashPoint == .recovery, mainID != nil {
            crashPoint = .never
            return endProcess()
        }
        invariants.didRestart(disk)
        let recovery = disk.recover(at: wall)
        invariants.didRestart(disk)
        script.restart()
        process = TradingProcess(self, recovery: recovery, script: script)
        note("process starts, life \(lives)")
        alive { process throws(ProcessDied) in try process.start() }
    }

    func alive(_ body: (TradingProcess) throws(ProcessDied) -> Void) {
        guard let process else { return }
        do throws(ProcessDied) { try body(process) } catch { endProcess() }
    }

    /// The process ends as by `kill -9`, or with the power.
    func endProcess() {
        note("process ends")
        process = nil
        network.closeAll()
        if isPowerLoss { disk.losePower() }
        restartAt = now + .milliseconds(300)
    }

    /// Whether the process dies at this step of the main order.
    func mustDie(at step: OrderStep) -> Bool {
        if killPoint == step { isKillFileThere = true }
        let dies = crashPoint == .step(step) || crashPoint == .recovery && step == .afterSend
        // The second death, while recovering, is still to come then.
        if dies, crashPoint != .recovery { crashPoint = .never }
        return dies
    }

    func store(_ entries: [LedgerEntry], isSynced: Bool) {
        disk.commit(entries, isSynced: isSynced)
        invariants.didStore(entries)
    }

    func didApprove(_ intent: OrderIntent) {
        approvals += 1
        note("approved \(intent.command.name) \(intent.id)")
        invariants.didApprove(intent, realised: disk.realised, limits: limits)
        guard script.current?.isMain == true, mainID == nil, intent.origin != .killSwitch else {
            return
        }
        mainID = intent.id
        arm(intent)
    }

    private func arm(_ intent: OrderIntent) {
        let action =
            switch intent.command {
            case .place: "ORDER_SEND"
            case .modify: "ORDER_MODIFY"
            case .cancel: "ORDER_CANCEL"
            case .close: "ORDER_CLOSE"
            }
        if let fault = behaviour.fault {
            gateway.inject(fault.kind, code: fault.code, action: action)
        }
        switch behaviour {
        case .seesKillFile: gateway.setKillFile(true)
        case .restarts, .forgets: gatewayEndAt = now + .microseconds(1500)
        default: break
        }
    }

    func isMain(_ id: String) -> Bool { mainID?.description == id }

    func willCheck(_ intent: OrderIntent) {
        if killsBeforeCheck, intent.id == mainID { isKillFileThere = true }
    }

    // MARK: End

    /// Nothing goes wrong any more.
    func heal() {
        networkFault = .none
        chooseFault = nil
        crashPoint = .never
        network.isDeaf = false
        gateway.setKillFile(false)
    }

    /// An operator resets the kill switch as it should be done.
    func resetKillSwitch() {
        isKillFileThere = false
        isKillWanted = false
        latch = []
        endProcess()
    }

    /// An operator resets it in the running process, with a higher limit of the day's loss.
    func resetRisk(lossMax: Int64) {
        guard let process, !isKillFileThere else { return }
        invariants.didRaiseLossLimit(to: lossMax * 100)
        isKillWanted = false
        latch = []
        process.reset(RiskReset(dailyLossMax: ExactDecimal(mantissa: lossMax, scale: 0)))
    }

    func violate(_ text: String) { invariants.violate(text) }

    /// Mends everything, takes all back by the kill switch, and checks that all is settled.
    func conclude(allowsManual: Bool = false) {
        heal()
        run(.seconds(1)) { self.process != nil && self.gateway.isUp }
        isKillFileThere = true
        script.entries = []
        let isSettled = run(.seconds(60)) {
            guard let process = self.process, self.gateway.isUp, process.isIdle else {
                return false
            }
            guard process.isReconciled else { return false }
            return process.openOrders.isEmpty && self.network.isQuiet
        }
        // What a manual order still lacks may come by the next account.
        if !isSettled { run(.seconds(31)) }
        guard let process else { return invariants.violate("the process does not come up") }
        invariants.checkExposure(gateway, disk)
        invariants.checkEnd(process, gateway, disk, allowsManual: allowsManual)
    }
}

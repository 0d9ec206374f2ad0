import Gateway
import OrderEntry
import TradingCore

/// What must hold whatever happens; it sees what no single process can see.
struct OrderInvariants {
    private(set) var violations: [String] = []
    /// How often each id was handed to the network as a command.
    private(set) var handovers: [OrderID: Int] = [:]
    private var intents: [OrderID: OrderIntent] = [:]
    private var states: [OrderID: OrderState] = [:]
    private var handoverTimes: [(time: MonotonicTime, addsExposure: Bool)] = []

    /// Hundredths of a lot that the position limit allows.
    private static let lotsLimit: Int64 = 30
    /// What the venue filled beyond what was ordered, by order: nobody's fault here.
    private var excesses: [OrderID: Int64] = [:]
    private var lotsMax: Int64 { excesses.values.reduce(Self.lotsLimit, +) }

    mutating func violate(_ text: String) {
        if violations.count < 20 { violations.append(text) }
    }

    /// The highest limit of the day's loss that an operator has set, in cents.
    private var raisedLossMax: Int64 = 0

    // MARK: Steps

    mutating func didRaiseLossLimit(to cents: Int64) { raisedLossMax = max(raisedLossMax, cents) }

    mutating func didApprove(_ intent: OrderIntent, realised: Int64, limits: RiskLimits) {
        if intents.updateValue(intent, forKey: intent.id) != nil {
            violate("id \(intent.id) was given twice")
        }
        let configured =
            limits.dailyLossMax.mantissa * 100
            / Int64(ExactDecimal.powersOfTen[Int(limits.dailyLossMax.scale)])
        let lossMax = max(configured, raisedLossMax)
        if intent.command == .place, !intent.isReducing, -realised >= lossMax {
            violate("approved after a known loss of \(-realised) cents: \(intent.id)")
        }
    }

    mutating func didHandOver(
        _ id: OrderID,
        store: SimulatedStore,
        isKilled: Bool,
        limits: RiskLimits,
        at now: MonotonicTime
    ) {
        handovers[id, default: 0] += 1
        if handovers[id] != 1 { violate("order \(id) was handed over \(handovers[id] ?? 0) times") }
        if !store.isDurable(id) { violate("order \(id) was handed over before it was durable") }
        guard let intent = intents[id] else { return violate("order \(id) nobody approved") }
        if isKilled, !intent.passesKillSwitch {
            violate("order \(id) was handed over although the kill switch is engaged")
        }
        if let state = store.records[id]?.state, state != .intent {
            violate("order \(id) was handed over in state \(state.name)")
        }
        let adds = !intent.passesKillSwitch
        handoverTimes.append((now, adds))
        // Approved up to two seconds before, so that a window at the wire can be shorter by that.
        let recent = handoverTimes.filter { now - $0.time < .seconds(57) }
        handoverTimes = recent
        if adds, recent.count > limits.orderRateMax {
            violate("\(recent.count) commands within a minute")
        }
        if recent.count > limits.orderRateMax + limits.cancelHeadroom {
            violate("\(recent.count) commands within a minute, with cancellations")
        }
    }

    mutating func didStore(_ entries: [LedgerEntry]) {
        for case .fact(let record, let fact) in entries {
            let id = record.intent.id
            let before = states[id] ?? .intent
            if before.isTerminal, record.state != before {
                violate("\(id) went from \(before.name) to \(record.state.name) by \(fact)")
            }
            if before.isUnknown, record.state == .sent || record.state == .intent {
                violate("\(id) went from \(before.name) to \(record.state.name)")
            }
            states[id] = record.state
        }
    }

    /// After a start: what a loss of power took is not known any more.
    mutating func didRestart(_ store: SimulatedStore) {
        states = store.records.mapValues(\.state)
        let replayed = store.replay()
        for (id, record) in store.records
        where replayed[id]?.state != record.state || replayed[id]?.filled != record.filled {
            violate(
                "replay of \(id) gives \(replayed[id]?.state.name ?? "nothing"), "
                    + "was \(record.state.name)"
            )
        }
    }

    /// After each execution and each hand-over: the worst that the venue can come to hold.
    mutating func checkExposure(_ gateway: SimulatedGateway, _ store: SimulatedStore) {
        for (id, count) in gateway.executions where count > 1 {
            violate("\(id) was executed \(count) times")
        }
        noteExcesses(gateway)
        let held = gateway.heldLots
        if held > lotsMax { violate("the venue holds \(held) hundredths of a lot") }
        var open = (bought: Int64(0), sold: Int64(0))
        func add(_ lots: Int64, _ side: OrderRequest.Side) {
            if side == .buy { open.bought += lots } else { open.sold += lots }
        }
        for order in gateway.desk.venue.workingOrders {
            let rest =
                SimulatedGateway.hundredths(order.request.volume)
                - SimulatedGateway.hundredths(order.filled)
            add(rest, order.request.type.side)
        }
        for (id, _) in handovers {
            guard let intent = intents[id], intent.command == .place,
                gateway.executions[id.description] == nil,
                store.records[id]?.state.isTerminal != true
            else { continue }
            add(SimulatedGateway.hundredths(intent.quantity), intent.side)
        }
        // Where opposite orders reduce, all of one direction may be filled and none of the other, and the
        // position may be closed before.
        let net = gateway.netLots
        let worst =
            gateway.isNetting
            ? max(net + open.bought, open.sold - net, open.bought, open.sold)
            : held + open.bought + open.sold
        if worst > lotsMax {
            violate("\(worst) hundredths of a lot, if all that is unknown is filled")
        }
    }

    private mutating func noteExcesses(_ gateway: SimulatedGateway) {
        for id in handovers.keys where excesses[id] == nil {
            guard let intent = intents[id], intent.command == .place else { continue }
            let filled = SimulatedGateway.hundredths(gateway.filled(id))
            let excess = filled - SimulatedGateway.hundredths(intent.quantity)
            if excess > 0 { excesses[id] = excess }
        }
    }

    // MARK: End

    /// Everything is mended and time has passed: all is settled, and both sides say the same.
    mutating func checkEnd(
        _ process: TradingProcess,
        _ gateway: SimulatedGateway,
        _ store: SimulatedStore,
        allowsManual: Bool
    ) {
        didRestart(store)
        for (id, record) in store.records.sorted(by: { $0.key < $1.key }) {
            let name = "\(record.intent.command.name) \(id) \(record.state.name)"
            if record.state == .manual {
                if !allowsManual { violate("\(name) needs an operator") }
                continue
            }
            guard record.state.isTerminal else {
                violate("\(name) is not settled")
                continue
            }
            checkTruth(record, name, gateway)
        }
        for open in process.openOrders
        where open.state != .manual || store.records[open.intent.id]?.state != .manual {
            violate("the loop holds \(open.intent.id) \(open.state.name)")
        }
        if !store.records.values.contains(where: { $0.state == .manual }),
            process.heldLots != gateway.heldLots
        {
            violate("the loop holds \(process.heldLots) hundredths, the venue \(gateway.heldLots)")
        }
    }

    private mutating func checkTruth(
        _ record: OrderRecord,
        _ name: String,
        _ gateway: SimulatedGateway
    ) {
        let times = gateway.executions[record.intent.id.description] ?? 0
        switch record.state {
        case .filled:
            if case .cancel(let ticket, _) = record.intent.command {
                if gateway.desk.venue.workingOrders.contains(where: { $0.ticket == ticket }) {
                    violate("\(name), and the order still works")
                }
            } else if case .modify(let ticket, _) = record.intent.command, times == 0 {
                // What it wanted was there already, by a change before it: the account showed that.
                if !wasChanged(ticket, before: record.intent, gateway) {
                    violate("\(name), and nothing ever changed order \(ticket)")
                }
            } else if times != 1 {
                violate("\(name), and the venue executed it \(times) times")
            }
        case .notSent, .rejected, .fenced:
            if times != 0 { violate("\(name), and the venue executed it") }
        default: break
        }
        guard record.intent.command == .place else { return }
        let truth = SimulatedGateway.hundredths(gateway.filled(record.intent.id))
        if truth != SimulatedGateway.hundredths(record.filled) {
            violate("\(name): filled \(record.filled), at the venue \(truth) hundredths")
        }
    }

    /// Whether an earlier command executed the same change of an order.
    private func wasChanged(
        _ ticket: UInt64,
        before intent: OrderIntent,
        _ gateway: SimulatedGateway
    ) -> Bool {
        intents.values.contains { other in
            guard case .modify(ticket, _) = other.command, other.id < intent.id else {
                return false
            }
            return other.kind == intent.kind && gateway.executions[other.id.description] == 1
        }
    }
}

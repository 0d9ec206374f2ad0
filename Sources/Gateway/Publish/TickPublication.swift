package import TradingCore

/// Decides which messages a tick becomes, numbers them, and keeps account of them.
///
/// It plans; its owner sends the messages one by one and tells what became of each, so that the
/// account is of what was really handed over. A number is used up when a tick is planned: a message
/// that is dropped afterwards leaves a gap that subscribers see.
package struct TickPublication: Sendable {
    /// What became of a message.
    package enum Outcome: Sendable, Equatable {
        case sent
        case dropped
    }

    /// The account so far.
    package internal(set) var truth: GatewayTruth
    /// How far timestamps are off by the fault `clock`.
    package private(set) var clockOffset: Int64 = 0

    /// The last number of an `EXEC` event; `nil` where there are no orders.
    package private(set) var lastExecution: UInt64?

    private var sequences: [UInt64]
    private var pending: [OutgoingMessage] = []
    private var head = 0
    private var faults = PendingFaults()
    private var held: OutgoingMessage?

    /// The epochs that a publisher keeps account of; further restarts are refused.
    package static let epochsMax = 256
    /// The messages that wait while nothing can be published; further `EXEC` events are dropped.
    package static let pendingMax = 100_000

    package init(epoch: Int64, symbols: [String], hasOrders: Bool = false) {
        lastExecution = hasOrders ? 0 : nil
        truth = GatewayTruth(epoch: epoch, symbols: symbols)
        sequences = symbols.map { _ in 0 }
    }

    /// The epoch that is current.
    package var epoch: Int64 { truth.current.epoch }
    /// The last number of each symbol.
    package var lastSequences: [UInt64] { sequences }

    /// The message that is to be sent next, or `nil`.
    package var next: OutgoingMessage? { head < pending.count ? pending[head] : nil }

    /// Plans the messages of a tick.
    package mutating func plan(_ tick: GatewayTick, now: MonotonicTime) {
        truth.current.symbols[tick.symbol].ticks += 1
        guard faults.isEmpty, held == nil else { return planWithFaults(tick, now: now) }
        pending.append(OutgoingMessage(.tick(tick, .ordinary), sequence: number(tick.symbol)))
    }

    /// Plans one heartbeat for each 64 symbols.
    package mutating func planHeartbeat() {
        let step = FrameEncoder.heartbeatSymbolsMax
        for first in stride(from: 0, to: sequences.count, by: step) {
            pending.append(OutgoingMessage(.heartbeat(firstSymbol: first)))
        }
    }

    /// Plans an `EXEC` event.
    ///
    /// Its number is used up even when it is dropped, so that subscribers see the gap.
    package mutating func planExecution(_ members: String) {
        let number = (lastExecution ?? 0) + 1
        lastExecution = number
        truth.lastExecution = number
        guard pending.count - head < Self.pendingMax else {
            truth.executionsDropped += 1
            return
        }
        pending.append(OutgoingMessage(.execution(members), sequence: number))
    }

    /// Plans what is still held back, because no further tick will come.
    package mutating func planEnd() {
        truth.isAtEnd = true
        if let held { pending.append(held) }
        held = nil
    }

    /// Tells what became of ``next``.
    package mutating func resolve(_ outcome: Outcome) {
        let message = pending[head]
        account(message, outcome)
        if message.remaining > 1 {
            pending[head].remaining -= 1
            return
        }
        head += 1
        if head == pending.count {
            pending.removeAll(keepingCapacity: true)
            head = 0
        }
    }

    /// Takes a fault that concerns messages; the others are the schedule's and the socket's.
    ///
    /// - Throws: `GatewayError` when the symbol is not published here.
    package mutating func apply(
        _ fault: GatewayFault,
        now: MonotonicTime
    ) throws(GatewayError) {
        var symbol: Int?
        if let name = fault.symbol {
            symbol = truth.current.symbols.firstIndex { $0.symbol == name }
            guard symbol != nil else {
                throw GatewayError(
                    .invalidFault,
                    at: "fault \(fault.kind.rawValue)",
                    "symbol '\(name)' is not published here",
                    remedy: "use one of "
                        + truth.current.symbols.map(\.symbol).joined(separator: ", ")
                )
            }
        }
        guard fault.kind != .restart || truth.finished.count + 1 < Self.epochsMax else {
            throw GatewayError(
                .invalidFault,
                at: "fault restart",
                "\(truth.finished.count + 1) epochs already",
                remedy: "start the gateway again"
            )
        }
        truth.countFault(fault.kind)
        switch fault.kind {
        case .hang, .stall, .restart: break
        case .clock: clockOffset = fault.duration.wholeNanoseconds
        case .garbage: pending.append(OutgoingMessage(.garbage, remaining: fault.count))
        case .symbols: pending.append(OutgoingMessage(.unknownSymbols, remaining: fault.count))
        case .oversize: pending.append(OutgoingMessage(.oversize(bytes: Int(fault.count))))
        case .parts: pending.append(OutgoingMessage(.parts(Int(fault.count))))
        default: faults.add(fault, symbol: symbol, now: now)
        }
    }

    /// Ends the epoch and starts another one, in which every sequence starts with 1.
    ///
    /// What was planned and not sent is dropped with the old socket, and counted so.
    package mutating func restart(epoch: Int64) {
        precondition(epoch > self.epoch, "epoch \(epoch) does not follow \(self.epoch)")
        while next != nil { resolve(.dropped) }
        if let held { account(held, .dropped) }
        held = nil
        let names = truth.current.symbols.map(\.symbol)
        truth.finished.append(truth.current)
        truth.current = EpochTruth(epoch: epoch, symbols: names.map(SymbolTruth.init(symbol:)))
        truth.subscriptions = 0
        if lastExecution != nil { lastExecution = 0 }
        sequences = sequences.map { _ in 0 }
    }

    private mutating func number(_ symbol: Int) -> UInt64 {
        let sequence = sequences[symbol] &+ 1
        sequences[symbol] = sequence
        truth.current.symbols[symbol].lastSequence = sequence
        return sequence
    }

    private mutating func planWithFaults(_ original: GatewayTick, now: MonotonicTime) {
        let symbol = original.symbol
        let effects = faults.effects(on: symbol, canHoldBack: held == nil, now: now)
        if effects.isMuted {
            truth.current.symbols[symbol].muted += 1
            return
        }
        if effects.skipped > 0 {
            sequences[symbol] &+= effects.skipped
            truth.current.symbols[symbol].skipped += effects.skipped
        }
        if effects.rewound > 0 {
            let rewound = min(effects.rewound, sequences[symbol])
            sequences[symbol] -= rewound
            truth.current.symbols[symbol].rewound += rewound
        }
        if let jump = effects.jump { sequences[symbol] = jump &- 1 }
        var tick = original
        var role = OutgoingMessage.Role.ordinary
        if let damage = effects.damage {
            damage.apply(to: &tick)
            role = .damaged(isNotANumber: damage == .notANumber)
        }
        let message = OutgoingMessage(.tick(tick, role), sequence: number(symbol))
        if effects.isHeldBack {
            held = message
            return
        }
        pending.append(message)
        if effects.isDuplicated {
            pending.append(OutgoingMessage(.tick(tick, .copy), sequence: message.sequence))
        }
        if let late = held, case .tick(let lateTick, _) = late.content, lateTick.symbol == symbol {
            pending.append(OutgoingMessage(.tick(lateTick, .late), sequence: late.sequence))
            held = nil
        }
    }

    private mutating func account(_ message: OutgoingMessage, _ outcome: Outcome) {
        switch (message.content, outcome) {
        case (.tick(let tick, .copy), .sent): truth.current.symbols[tick.symbol].duplicates += 1
        case (.tick(_, .copy), .dropped): truth.faultMessagesDropped += 1
        case (.tick(let tick, let role), .sent):
            truth.current.symbols[tick.symbol].sent += 1
            if role == .late { truth.current.symbols[tick.symbol].reordered += 1 }
            if case .damaged = role { truth.current.symbols[tick.symbol].damaged += 1 }
        case (.tick(let tick, _), .dropped): truth.current.symbols[tick.symbol].dropped += 1
        case (.heartbeat, .sent): truth.heartbeatsSent += 1
        case (.heartbeat, .dropped): truth.heartbeatsDropped += 1
        case (.execution, .sent): truth.executionsSent += 1
        case (.execution, .dropped): truth.executionsDropped += 1
        case (.garbage, .sent): truth.garbageSent += 1
        case (.oversize, .sent): truth.oversizeSent += 1
        case (.parts, .sent): truth.partsSent += 1
        case (.unknownSymbols, .sent): truth.unknownSymbolsSent += 1
        default: truth.faultMessagesDropped += 1
        }
    }
}

import Telemetry
package import TradingCore

/// Decides what becomes of every order command that a gateway receives.
///
/// It keeps the contract of ``GatewayContract``. It reads no clock and no file: what must be durable comes
/// out as records, and a restart is a new value made of the records that were stored. Whoever drives it
/// repeats: ``receive(_:from:at:)`` for what came in, ``takeOutput()`` and store the records; then
/// ``advance(to:)``, which executes what is due, and ``takeOutput()`` again. Only then are replies sent.
package struct OrderDesk: Sendable {
    /// What it is like.
    package let configuration: OrderDeskConfiguration
    /// Names this start.
    package let bootID: String
    /// Where orders are executed.
    package var venue: any ExecutionVenue
    /// What became of everything so far.
    package internal(set) var truth = OrderTruth()
    /// Whether a kill file is there or cannot be shown to be absent; set it before ``advance(to:)``.
    package var isKillFileEngaged = false
    /// Why nothing can be stored any more; then no order is taken.
    package internal(set) var journalFailure: String?

    /// G1: every command that was decided.
    var memory: [String: Decision] = [:]
    /// G4: ids that are never executed.
    var tombstones: Set<String> = []
    /// Commands that wait for their execution, oldest first.
    var queue: [QueuedCommand] = []
    /// The ids of ``queue``.
    var queued: Set<String> = []
    /// Commands that were accepted before a restart, and of which nobody knows yet what became.
    var doubts: [String: PayloadHash] = [:]
    var doubtsEnd: MonotonicTime
    /// Whether the gateway's own kill switch is engaged.
    package internal(set) var isKillSwitchEngaged = false
    var leaseEnd: MonotonicTime
    var hasLease = false
    var isLeaseOver = false
    var rate: TokenRateLimit
    var faults = OrderFaults()
    var output = DeskOutput()
    /// How many `EXEC` events there were; a client that missed some asks for everything.
    var eventCount: UInt64 = 0

    /// A command that was decided.
    struct Decision: Sendable, Equatable {
        let hash: PayloadHash
        let reply: StoredReply
    }

    /// A command that was accepted and is not executed yet.
    struct QueuedCommand: Sendable {
        let requestID: String
        let request: VenueRequest
        let hash: PayloadHash
        let validUntil: WallTime?
        let due: MonotonicTime
        let fault: ExecutionFault?
        var askers: [Asker]
    }

    /// Who waits for an answer.
    struct Asker: Sendable, Equatable {
        let address: ReplyAddress
        let action: String
        let dialect: CommandDialect
    }

    /// Starts a desk.
    ///
    /// - Parameters:
    ///   - configuration: What it is like.
    ///   - venue: Where it executes; the changes among `records` are restored there.
    ///   - bootID: Names this start.
    ///   - records: What was stored before, in order.
    ///   - now: The time.
    package init(
        _ configuration: OrderDeskConfiguration,
        venue: any ExecutionVenue,
        bootID: String,
        records: [DeskRecord] = [],
        at now: DeskMoment
    ) {
        self.configuration = configuration
        self.venue = venue
        self.bootID = bootID
        leaseEnd = now.monotonic + configuration.leaseLength
        doubtsEnd = now.monotonic + configuration.settlementDelay
        let perSecond = max(1, configuration.ordersPerSecond)
        rate = TokenRateLimit(
            burst: perSecond,
            intervalNanoseconds: max(1, 1_000_000_000 / Int64(perSecond))
        )
        for record in records { restore(record) }
        // What the venue restored was told before the restart.
        _ = self.venue.takeChanges()
    }

    private mutating func restore(_ record: DeskRecord) {
        switch record {
        case .accepted(let requestID, let hash): doubts[requestID] = hash
        case .decided(let requestID, let hash, let reply):
            doubts[requestID] = nil
            memory[requestID] = Decision(hash: hash, reply: reply)
        case .fenced(let requestID):
            doubts[requestID] = nil
            tombstones.insert(requestID)
        case .killSwitch(let isEngaged, _, _): isKillSwitchEngaged = isEngaged
        case .forgotten:
            memory = [:]
            tombstones = []
            doubts = [:]
        case .venue(let change):
            venue.restore(change)
            if case .handled(let requestID, _, _) = change {
                let times = venue.executionCount(of: requestID)
                let known = truth.executions(of: requestID)
                if times > known { truth.countExecution(of: requestID, times: times - known) }
            }
        }
    }

    // MARK: Driving

    /// When something is to be done next, as far as that is known.
    package var nextDue: MonotonicTime {
        var due = min(faults.nextReplyDue, queue.map(\.due).min() ?? .never)
        if !doubts.isEmpty { due = min(due, doubtsEnd) }
        if configuration.contract.contains(.lease), !isLeaseOver { due = min(due, leaseEnd) }
        return due
    }

    /// Whether a command would be executed by ``advance(to:)``; then the kill file is to be looked at.
    package func hasDueCommand(at now: MonotonicTime) -> Bool {
        queue.contains { $0.due <= now }
    }

    /// Takes a quote of the symbol of that number.
    package mutating func quote(
        symbol: Int,
        bid: ExactDecimal,
        ask: ExactDecimal,
        at now: DeskMoment
    ) {
        venue.onQuote(symbol: symbol, bid: bid, ask: ask, at: now)
    }

    /// Hands over what is to be done since the last call.
    package mutating func takeOutput() -> DeskOutput {
        collectVenueChanges()
        defer { output = DeskOutput() }
        return output
    }

    /// Notes that nothing can be stored any more: what was not stored is not answered, and nothing new is
    /// taken.
    package mutating func fail(journal reason: String) {
        journalFailure = journalFailure ?? reason
    }

    /// Renews the lease; only the command `HEARTBEAT` does.
    package mutating func renewLease(at now: MonotonicTime) {
        leaseEnd = now + configuration.leaseLength
        hasLease = true
        isLeaseOver = false
    }

    /// Begins to count `EXEC` events anew, as each epoch of the publisher does.
    package mutating func beginEpoch() {
        collectVenueChanges()
        eventCount = 0
    }

    /// Counts an answer that could not be sent.
    package mutating func countDroppedReply() { truth.counts.repliesDropped += 1 }

    /// Whether a fault makes a command vanish that is answered elsewhere.
    package mutating func losesRequest(_ action: String) -> Bool { faults.losesRequest(action) }

    /// Sends an answer that was made elsewhere by the way of all others, so that faults meet it too.
    package mutating func deliver(
        _ text: String,
        to address: ReplyAddress,
        action: String,
        at now: MonotonicTime
    ) {
        let reply = DeskReply(address: address, text: text)
        output.replies += faults.effects(on: reply, action: action, now: now)
    }

    /// Turns what changed at the venue into records and events.
    mutating func collectVenueChanges() {
        for change in venue.takeChanges() {
            output.records.append(.venue(change))
            switch change {
            case .deal(let deal):
                tell(DeskText.object { DeskText.write(deal, to: &$0) }, "deal", "")
            case .order(let order):
                let report = DeskText.object { json in
                    json.value(order.state.rawValue, "state")
                    json.value(order.ticket, "ticket")
                    json.value(order.position, "position")
                    json.literal(order.filled.description, "filled")
                    json.literal(order.averagePrice.description, "average_price")
                    json.value(order.reason, "reason")
                }
                tell(report, "order", order.requestID)
            case .handled(let requestID, _, let executions):
                let known = truth.executions(of: requestID)
                for _ in known..<max(known, executions) {
                    truth.countExecution(of: requestID)
                    output.executions.append(requestID)
                }
            case .position, .positionClosed, .balance, .day: break
            }
        }
    }

    private mutating func tell(_ object: String, _ kind: String, _ requestID: String) {
        eventCount += 1
        let id = kind == "order" ? #""req_id":"\#(requestID)","# : ""
        output.events.append(#""kind":"\#(kind)",\#(id)"\#(kind)":\#(object)"#)
    }
}

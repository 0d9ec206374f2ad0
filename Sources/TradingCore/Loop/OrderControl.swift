/// What the loop holds for orders; absent where none can be sent.
///
/// The ledger, risk and the gateway's state are one value, so that nothing about orders is decided in
/// two places.
package struct OrderControl: Sendable {
    /// What is set from outside.
    package struct Settings: Sendable, Equatable {
        /// How long an order may be executed after it was sent.
        package var lifetime = Duration.seconds(2)
        /// Whether an engaged kill switch closes our positions, beyond taking back working orders.
        package var flattensWhenKilled = false
        /// The time between two tries to take something back or to close it.
        package var retryInterval = Duration.seconds(1)
        /// The time between two writes of the risk state.
        package var storeInterval = Duration.seconds(1)
        /// Whether nothing is sent before the account was shown to hold nobody's money.
        package var requiresDemoAccount = false
        package init() {}
    }

    /// A strategy's request that led to a command.
    struct Asked: Sendable {
        var id: OrderID
        var pending: PendingRequest
    }

    let settings: Settings
    /// How far each command got.
    package internal(set) var ledger: OrderLedger
    /// The limits, and the account as deals make it.
    package internal(set) var risk: RiskEngine
    /// How the gateway fares.
    package internal(set) var gateway = GatewayCondition(link: .connecting)
    /// Whether our book and the gateway's account agreed, once since start and ever since.
    package internal(set) var isReconciled = false
    /// What the gateway's account was last found to be, if that is asked for.
    package internal(set) var accountProof = AccountProof.pending
    /// In what the last account differed; the same twice in a row halts.
    package internal(set) var differences: [String] = []
    /// Requests whose commands are not settled yet.
    var asked: [Asked] = []
    var effects = KillEffects()
    /// The instrument of each symbol, by the symbol's number.
    var instruments: [InstrumentID?]
    /// The symbol of each instrument, by the instrument's number.
    var symbols: [SymbolID?] = Array(repeating: nil, count: InstrumentTable.countMax)
    private var openOrders: [OpenOrder] = []
    private var openRevision: UInt64?
    private var storedRecord = RiskRecord()
    private var nextStore = MonotonicTime.zero
    var isBookStale = true

    /// - Parameters:
    ///   - settings: What is set from outside.
    ///   - ledger: What the last start left unsettled.
    ///   - risk: The limits, with what was restored.
    ///   - symbolCount: Symbols that can be numbered, over all feeds.
    package init(
        _ settings: Settings,
        ledger: OrderLedger,
        risk: RiskEngine,
        symbolCount: Int
    ) {
        self.settings = settings
        self.ledger = ledger
        self.risk = risk
        instruments = Array(repeating: nil, count: symbolCount)
        openOrders.reserveCapacity(OrderLedger.openMax)
    }

    // The loop cannot be copied, and holds this as an optional. Swift 6.3 loses the old value when a stored
    // property is assigned through such an optional (swiftlang/swift#80261 crashes on the same statement),
    // so that what owns memory is set from within.

    /// Whether a symbol is known to be tradable at the venue.
    func hasInstrument(for symbol: SymbolID) -> Bool { instruments[symbol.index] != nil }

    /// Takes what the order thread says of the gateway.
    mutating func note(_ condition: GatewayCondition) { gateway = condition }

    /// Takes in what the last account differed from our book.
    mutating func note(differences found: [String]) { differences = found }

    /// Why trading must not add exposure as far as orders are concerned.
    var reduceOnlyReasons: ReduceOnlyReasons {
        var reasons = ReduceOnlyReasons()
        if gateway.link != .alive || gateway.isKilled { reasons.insert(.gatewayDown) }
        if !isReconciled { reasons.insert(.notReconciled) }
        if accountProof == .refused { reasons.insert(.accountNotDemo) }
        return reasons
    }

    /// Whether anything at all may be sent to the account.
    var mayUseAccount: Bool { !settings.requiresDemoAccount || accountProof == .accepted }

    /// The risk state, if it is time to store it and it has changed since.
    mutating func recordToStore(at now: MonotonicTime) -> RiskRecord? {
        guard now >= nextStore else { return nil }
        nextStore = now + settings.storeInterval
        let record = risk.record
        guard record != storedRecord else { return nil }
        storedRecord = record
        return record
    }

    /// Every command that may still be filled, as risk sees it.
    mutating func currentOpenOrders() -> [OpenOrder] {
        guard openRevision != ledger.revision else { return openOrders }
        openRevision = ledger.revision
        openOrders.removeAll(keepingCapacity: true)
        for record in ledger.open {
            // A symbol that has no number left cannot be traded either.
            guard let instrument = risk.identify(record.intent.symbol),
                let order = OpenOrder(record, instrument: instrument)
            else { continue }
            openOrders.append(order)
        }
        return openOrders
    }

    /// Forgets and returns the request of a command.
    mutating func takeRequest(of id: OrderID, isSettled: Bool) -> PendingRequest? {
        guard let index = asked.firstIndex(where: { $0.id == id }) else { return nil }
        defer { if isSettled { asked.remove(at: index) } }
        return asked[index].pending
    }

    /// Whether a command of ours that changes, takes back or closes a ticket is not settled.
    ///
    /// A cancellation or a change that waits for an operator is not waited for: taking back what was
    /// taken back or changed does no harm, and not taking back does.
    func isBusy(ticket: UInt64) -> Bool {
        ledger.open.contains { record in
            switch record.intent.command {
            case .place: false
            case .cancel(let other, _), .modify(let other, _):
                other == ticket && record.state != .manual
            case .close(let other): other == ticket
            }
        }
    }
}

/// Whether the account behind the gateway may be used.
package enum AccountProof: Sendable {
    /// It has not said yet what it is, or another process has taken the gateway's place.
    case pending
    case accepted
    /// It is real, or does not say what it is.
    case refused
}

/// What an engaged kill switch still has to see gone.
struct KillEffects: Sendable {
    /// Working orders that must be taken back, also if the kill switch is reset meanwhile.
    var doomed: [OrderID] = []
    /// When a ticket was last tried to be taken back or closed.
    private var tries: [(ticket: UInt64, time: MonotonicTime)] = []

    /// Whether another try for a ticket is due; notes it if so.
    mutating func isDue(_ ticket: UInt64, at now: MonotonicTime, interval: Duration) -> Bool {
        if let index = tries.firstIndex(where: { $0.ticket == ticket }) {
            guard now - tries[index].time >= interval else { return false }
            tries[index].time = now
            return true
        }
        // More tickets than commands can be open do not exist.
        if tries.count >= OrderLedger.openMax { tries.removeFirst() }
        tries.append((ticket, now))
        return true
    }
}

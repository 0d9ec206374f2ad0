/// The account's positions, ours and foreign ones.
///
/// Only deals and the account that the gateway gives at start change it: an answer that says "filled"
/// without its deals does not, so that nothing is counted twice.
package struct PositionBook: Sendable {
    /// The most positions; an account with more opens nothing here.
    package static let positionsMax = 1024

    /// What became of a deal.
    package enum DealOutcome: Sendable, Equatable {
        /// It changed a position; for one of ours, the realised profit with commission and swap.
        case counted(realised: Amount, isOurs: Bool)
        /// It was known.
        case duplicate
        /// It does not fit the book, which opens nothing until it is adopted anew.
        case refused
    }

    /// How opposite orders are treated.
    package private(set) var marginMode = AccountSnapshot.MarginMode.hedging
    /// Whether an account was adopted since start; before, nothing is known.
    package private(set) var isEstablished = false
    /// Whether a deal or a position did not fit; only adopting an account clears it.
    package private(set) var isDamaged = false
    /// What each instrument adds up to.
    private var exposures = [InstrumentExposure](
        repeating: InstrumentExposure(),
        count: InstrumentTable.countMax
    )
    /// The instruments in which we hold anything, lowest number first.
    private(set) var ourInstruments: [InstrumentID] = []
    private var entries: [BookPosition] = []
    private var deals: DealLedger
    /// The last deal that the adopted account held: those up to it changed its positions already.
    private var adoptedDeal: UInt64 = 0

    package init() { deals = DealLedger() }

    init(restoring deals: DealLedger) { self.deals = deals }

    var dealLedger: DealLedger { deals }

    /// All deals up to this number are known: the one to ask for those after it.
    package var dealFloor: UInt64 { deals.floor }

    /// What the positions of an instrument add up to.
    package subscript(id: InstrumentID) -> InstrumentExposure { exposures[id.index] }

    /// A position for people and for decisions.
    package struct Position: Sendable, Equatable {
        /// Its number at the venue.
        package var ticket: UInt64
        /// Its instrument.
        package var instrument: InstrumentID
        /// Whether it carries our `magic`.
        package var isOurs: Bool
        /// The size in lots, below zero for a short position.
        package var lots: Amount
        /// The sum of lots times opening price, with the sign of the size.
        package var cost: Amount
        /// Swap so far, in account currency, as of the last snapshot.
        package var swap: Amount
    }

    /// The open positions, in the order in which they became known.
    package var positions: [Position] {
        entries.compactMap { entry in
            entry.holding.lots.units == 0 ? nil : Self.position(entry)
        }
    }

    /// An open position by its number at the venue.
    package func position(ticket: UInt64) -> Position? {
        for entry in entries where entry.ticket == ticket && entry.holding.lots.units != 0 {
            return Self.position(entry)
        }
        return nil
    }

    private static func position(_ entry: BookPosition) -> Position {
        Position(
            ticket: entry.ticket,
            instrument: entry.instrument,
            isOurs: entry.isOurs,
            lots: entry.holding.lots,
            cost: entry.holding.cost,
            swap: entry.swap
        )
    }

    // MARK: Deals

    /// Counts a deal once.
    package mutating func apply(_ deal: Deal, instrument: InstrumentID) -> DealOutcome {
        guard !deals.contains(deal.number) else { return .duplicate }
        guard let realised = deal.realised, let size = Amount(exactly: deal.volume),
            size.units > 0
        else {
            isDamaged = true
            return .refused
        }
        _ = deals.insert(deal.number)
        // A deal from before the adopted account, told late, earned what it did and holds nothing more.
        guard deal.number > adoptedDeal else {
            return .counted(realised: realised, isOurs: deal.isOurs)
        }
        let ticket = deal.position == 0 ? deal.ticket : deal.position
        let index = entryIndex(ticket: ticket, instrument: instrument) ?? entries.count
        if index == entries.count {
            guard makeRoom() else {
                isDamaged = true
                return .refused
            }
            entries.append(
                BookPosition(ticket: ticket, instrument: instrument, isOurs: deal.isOurs)
            )
        }
        let effect = BookPosition.DealEffect(
            number: deal.number,
            lots: deal.side == .buy ? size : Amount(units: -size.units),
            price: deal.price
        )
        if entries[index].holding.lots.units == 0 { entries[index].isOurs = deal.isOurs }
        if !entries[index].take(effect) { isDamaged = true }
        if marginMode == .netting { entries[index].ticket = ticket }
        sumUp(instrument)
        return .counted(realised: realised, isOurs: deal.isOurs)
    }

    private func entryIndex(ticket: UInt64, instrument: InstrumentID) -> Int? {
        switch marginMode {
        case .hedging: entries.firstIndex { $0.ticket == ticket }
        case .netting: entries.firstIndex { $0.instrument == instrument }
        }
    }

    /// Closed positions are kept for late deals only as long as there is room.
    private mutating func makeRoom() -> Bool {
        guard entries.count >= Self.positionsMax else { return true }
        guard let closed = entries.firstIndex(where: { $0.holding.lots.units == 0 }) else {
            return false
        }
        entries.remove(at: closed)
        return true
    }

    private mutating func sumUp(_ id: InstrumentID) {
        var sum = InstrumentExposure()
        let old = exposures[id.index]
        sum.foreignBuys = old.foreignBuys
        sum.foreignSells = old.foreignSells
        sum.foreignPriceMax = old.foreignPriceMax
        for entry in entries where entry.instrument == id {
            if !sum.add(entry) { isDamaged = true }
        }
        exposures[id.index] = sum
        ourInstruments.removeAll { $0 == id }
        guard sum.isOurs else { return }
        let place = ourInstruments.firstIndex { $0.rawValue > id.rawValue } ?? ourInstruments.count
        ourInstruments.insert(id, at: place)
    }

    /// Takes note that something could not be counted: nothing opens until an account is adopted.
    mutating func markDamaged() { isDamaged = true }

    // MARK: Accounts

    /// Whether a deal is known that an account does not hold yet.
    ///
    /// - Parameter snapshot: An account whose deals were applied.
    /// - Returns: Whether the account is the older of both.
    package func isAhead(of snapshot: AccountSnapshot) -> Bool {
        deals.newest > max(deals.floor, snapshot.deals.map(\.number).max() ?? 0)
    }

    /// Gives up waiting for an account that holds all known deals.
    mutating func acceptAllDeals() { deals.raiseFloor(to: deals.newest) }

    /// Takes note that an account told all deals up to its newest one.
    mutating func acceptDeals(of snapshot: AccountSnapshot) {
        deals.raiseFloor(to: snapshot.deals.map(\.number).max() ?? 0)
    }

    /// Takes the gateway's account as it is, and forgets what was believed before.
    ///
    /// - Parameters:
    ///   - snapshot: The account; its deals were applied before, or belong to another time.
    ///   - table: Gives the instruments their numbers.
    package mutating func adopt(_ snapshot: AccountSnapshot, in table: inout InstrumentTable) {
        marginMode = snapshot.marginMode
        isEstablished = true
        isDamaged = false
        entries = []
        acceptDeals(of: snapshot)
        adoptedDeal = max(snapshot.lastDeal, snapshot.deals.last?.number ?? 0)
        for position in snapshot.positions {
            guard entries.count < Self.positionsMax, let id = table.identify(position.symbol),
                let entry = BookPosition(position, instrument: id)
            else {
                isDamaged = true
                continue
            }
            entries.append(entry)
        }
        sumUpAll(foreignOrders: snapshot.orders, in: &table)
    }

    /// Takes from an account what deals do not tell: swap, what foreigners do, and their working orders.
    package mutating func refresh(_ snapshot: AccountSnapshot, in table: inout InstrumentTable) {
        acceptDeals(of: snapshot)
        entries.removeAll { $0.holding.lots.units == 0 || !$0.isOurs }
        for position in snapshot.positions {
            guard position.isOurs else {
                adoptForeign(position, in: &table)
                continue
            }
            let id = table.id(of: position.symbol)
            guard let id, let index = entryIndex(ticket: position.ticket, instrument: id) else {
                continue
            }
            entries[index].swap = Amount(position.swap, rounding: .down)
        }
        sumUpAll(foreignOrders: snapshot.orders, in: &table)
    }

    private mutating func adoptForeign(
        _ position: AccountSnapshot.Position,
        in table: inout InstrumentTable
    ) {
        guard entries.count < Self.positionsMax, let id = table.identify(position.symbol),
            let entry = BookPosition(position, instrument: id)
        else {
            isDamaged = true
            return
        }
        entries.append(entry)
    }

    private mutating func sumUpAll(
        foreignOrders orders: [AccountSnapshot.WorkingOrder],
        in table: inout InstrumentTable
    ) {
        for index in exposures.indices { exposures[index] = InstrumentExposure() }
        for order in orders where !order.isOurs {
            guard let id = table.identify(order.symbol) else {
                isDamaged = true
                continue
            }
            let size = Amount(order.remaining, rounding: .up)
            let path = order.side == .buy ? \InstrumentExposure.foreignBuys : \.foreignSells
            guard let sum = exposures[id.index][keyPath: path].adding(size) else {
                isDamaged = true
                continue
            }
            exposures[id.index][keyPath: path] = sum
            let price = order.kind.price ?? .zero
            exposures[id.index].foreignPriceMax = max(exposures[id.index].foreignPriceMax, price)
        }
        ourInstruments = []
        for id in table.ids { sumUp(id) }
    }
}

extension BookPosition {
    /// A position as the gateway tells it; `nil` when its size cannot be.
    init?(_ position: AccountSnapshot.Position, instrument: InstrumentID) {
        guard let size = Amount(exactly: position.volume), size.units > 0 else { return nil }
        let lots = position.side == .buy ? size : Amount(units: -size.units)
        guard let cost = lots.multiplied(by: position.openPrice, rounding: .up) else { return nil }
        self.init(
            ticket: position.ticket,
            instrument: instrument,
            isOurs: position.isOurs,
            holding: Holding(lots: lots, cost: cost)
        )
        swap = Amount(position.swap, rounding: .down)
    }
}

extension Deal {
    /// What it earned, commission and swap included; `nil` when it does not fit.
    var realised: Amount? {
        Amount(profit, rounding: .down).adding(Amount(commission, rounding: .down))?
            .adding(Amount(swap, rounding: .down))
    }
}

extension OrderRequest.Kind {
    /// The price of a limit or stop order.
    package var price: ExactDecimal? {
        switch self {
        case .market: nil
        case .limit(let price), .stop(let price): price
        }
    }
}

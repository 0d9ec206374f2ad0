// Deals and accounts as they come in.

extension RiskEngine {
    /// Counts a deal once, however often it is told.
    @discardableResult
    package mutating func apply(_ deal: Deal) -> PositionBook.DealOutcome {
        guard let id = identify(deal.symbol) else {
            book.markDamaged()
            return .refused
        }
        let outcome = book.apply(deal, instrument: id)
        states[id.index].isValued = false
        if case .counted(let realised, let isOurs) = outcome, isOurs, countsDeals,
            !daily.count(realised)
        {
            book.markDamaged()
        }
        return outcome
    }

    /// Deals from before the very first start are history; later ones are the day's.
    private var countsDeals: Bool { book.isEstablished || isResumed }

    /// Holds the gateway's account against the book; the first one since start is taken as it is.
    package mutating func reconcile(_ snapshot: AccountSnapshot) -> Reconciliation {
        for deal in snapshot.deals { apply(deal) }
        guard snapshot.isComplete else {
            book.acceptDeals(of: snapshot)
            return .incomplete
        }
        if book.isAhead(of: snapshot), snapshotsBehind < Self.snapshotsBehindMax {
            snapshotsBehind += 1
            return .incomplete
        }
        snapshotsBehind = 0
        guard book.isEstablished else {
            guard snapshot.currency == limits.accountCurrency else {
                let configured = limits.accountCurrency
                return .differs([.currency(configured: configured, venue: snapshot.currency)])
            }
            adopt(snapshot)
            return .agrees
        }
        let differences = book.difference(
            from: snapshot,
            currency: limits.accountCurrency,
            in: instruments
        )
        guard differences.isEmpty else { return .differs(differences) }
        book.acceptAllDeals()
        book.refresh(snapshot, in: &instruments)
        addStates()
        forgetConversions()
        return .agrees
    }

    /// Takes the gateway's account as it is; after a difference only an operator may want that.
    package mutating func adopt(_ snapshot: AccountSnapshot) {
        book.acceptAllDeals()
        book.adopt(snapshot, in: &instruments)
        addStates()
        forgetConversions()
    }

    private static let snapshotsBehindMax = 3
}

/// What became of holding the gateway's account against the book.
package enum Reconciliation: Sendable, Equatable {
    /// They agree, or this was the first account since start.
    case agrees
    /// The account is older than a deal that is known, or has more deals to tell: ask again.
    case incomplete
    /// They differ: two in a row must halt trading until an operator has looked.
    case differs([BookDifference])
}

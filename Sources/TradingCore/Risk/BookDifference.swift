/// Something in which our book and the gateway's account differ; any of them halts trading.
package enum BookDifference: Sendable, Equatable {
    /// The account is in another currency than configured.
    case currency(configured: String, venue: String)
    /// The account treats opposite orders differently than before.
    case marginMode(before: AccountSnapshot.MarginMode, venue: AccountSnapshot.MarginMode)
    /// We have a position that the gateway does not have.
    case missingAtVenue(symbol: String, ticket: UInt64, lots: Amount)
    /// The gateway has a position of ours that we do not know.
    case unknownToUs(symbol: String, ticket: UInt64, lots: Amount)
    /// A position has another size at the gateway; a short one is below zero.
    case size(symbol: String, ticket: UInt64, ours: Amount, venue: Amount)
    /// A deal did not fit into the book.
    case damaged
}

extension BookDifference: CustomStringConvertible {
    /// The difference in words.
    package var description: String {
        switch self {
        case .currency(let configured, let venue):
            "the account is in \(venue), ACCOUNT_CURRENCY is \(configured)"
        case .marginMode(let before, let venue):
            "the account is \(venue.rawValue) now, it was \(before.rawValue)"
        case .missingAtVenue(let symbol, let ticket, let lots):
            "position \(ticket) of \(lots) lots \(symbol) is not at the gateway"
        case .unknownToUs(let symbol, let ticket, let lots):
            "the gateway has a position \(ticket) of \(lots) lots \(symbol) with our magic that "
                + "no known deal opened"
        case .size(let symbol, let ticket, let ours, let venue):
            "position \(ticket) in \(symbol) is \(ours) lots here and \(venue) lots at the gateway"
        case .damaged:
            "a deal or a position of the gateway did not fit into the book"
        }
    }
}

extension PositionBook {
    /// In what the book differs from an account whose deals were applied.
    ///
    /// Only positions of ours are compared: foreign ones are the gateway's word. A deal on its way while
    /// the account was taken looks like a difference, so that only one that two accounts in a row show
    /// should halt.
    ///
    /// - Parameters:
    ///   - snapshot: The gateway's account.
    ///   - currency: The configured currency of the account.
    ///   - table: The names of instruments.
    /// - Returns: The differences; none when both agree.
    package func difference(
        from snapshot: AccountSnapshot,
        currency: String,
        in table: InstrumentTable
    ) -> [BookDifference] {
        var differences: [BookDifference] = []
        if snapshot.currency != currency {
            differences.append(.currency(configured: currency, venue: snapshot.currency))
        }
        guard snapshot.marginMode == marginMode else {
            differences.append(.marginMode(before: marginMode, venue: snapshot.marginMode))
            return differences
        }
        if isDamaged { differences.append(.damaged) }
        let ours = positions.filter(\.isOurs)
        let theirs = snapshot.positions.filter(\.isOurs)
        func isSame(_ position: Position, _ other: AccountSnapshot.Position) -> Bool {
            switch marginMode {
            case .hedging: position.ticket == other.ticket
            case .netting: table.symbol(of: position.instrument) == other.symbol
            }
        }
        for position in ours {
            let symbol = table.symbol(of: position.instrument)
            guard let other = theirs.first(where: { isSame(position, $0) }) else {
                differences.append(
                    .missingAtVenue(symbol: symbol, ticket: position.ticket, lots: position.lots)
                )
                continue
            }
            guard other.lots != position.lots || other.symbol != symbol else { continue }
            differences.append(
                .size(
                    symbol: symbol,
                    ticket: position.ticket,
                    ours: position.lots,
                    venue: other.lots
                )
            )
        }
        for other in theirs where !ours.contains(where: { isSame($0, other) }) {
            differences.append(
                .unknownToUs(symbol: other.symbol, ticket: other.ticket, lots: other.lots)
            )
        }
        return differences
    }
}

extension AccountSnapshot.Position {
    /// The size in lots, below zero for a short position.
    var lots: Amount {
        let size = Amount(volume, rounding: .up)
        return side == .buy ? size : Amount(units: -size.units)
    }
}

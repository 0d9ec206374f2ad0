import TradingCore

/// Collects changes of a book into fewer messages, as the venue does for each connection in its own way.
struct DepthBatcher: Sendable {
    /// When a message is made.
    enum Policy: Sendable, Hashable {
        /// Of each so many changes one.
        case count(Int)
        /// At the end of each interval of so many nanoseconds.
        case interval(Int64)
    }

    let policy: Policy
    /// When a message is due, in nanoseconds after the market's beginning.
    private(set) var flushOffset = Int64.max
    private var pending: BookChange?
    private var updates = 0
    private var bids: [Price: Int] = [:]
    private var asks: [Price: Int] = [:]

    private struct Price: Hashable {
        let mantissa: Int64
        let scale: UInt8
    }

    init(_ policy: Policy) { self.policy = policy }

    /// Takes changes, and gives a message if they complete one.
    mutating func add(_ update: BookChange, at offset: Int64) -> BookChange? {
        if pending == nil {
            pending = update
            pending?.bids = []
            pending?.asks = []
            if case .interval(let length) = policy {
                flushOffset = (offset / length + 1) * length
            }
        }
        pending?.lastID = update.lastID
        pending?.eventTime = update.eventTime
        pending?.transactionTime = update.transactionTime
        for level in update.bids { Self.add(level, \.bids, &pending, &bids) }
        for level in update.asks { Self.add(level, \.asks, &pending, &asks) }
        updates += 1
        guard case .count(let most) = policy, updates >= most else { return nil }
        return flush()
    }

    /// Gives what was collected.
    mutating func flush() -> BookChange? {
        defer {
            pending = nil
            updates = 0
            flushOffset = .max
            bids.removeAll(keepingCapacity: true)
            asks.removeAll(keepingCapacity: true)
        }
        return pending
    }

    /// A later quantity at a price takes the place of an earlier one.
    private static func add(
        _ level: PriceLevel,
        _ side: WritableKeyPath<BookChange, [PriceLevel]>,
        _ pending: inout BookChange?,
        _ places: inout [Price: Int]
    ) {
        let price = Price(mantissa: level.price.mantissa, scale: level.price.scale)
        if let place = places[price] {
            pending?[keyPath: side][place] = level
        } else {
            places[price] = pending?[keyPath: side].count
            pending?[keyPath: side].append(level)
        }
    }
}

import TradingCore

/// How far the snapshot of a symbol's book is.
struct SnapshotProgress: Sendable {
    enum Step: Sendable, Equatable {
        /// None is wanted.
        case none
        /// One is wanted from then on.
        case wanted(MonotonicTime)
        /// One was asked for.
        case requested
    }

    var step = Step.none
    /// Requests in a row that brought nothing.
    var attempts = 0
}

/// The requests over REST that are under way, below the venue's limit of weight.
struct BinanceRequests: Sendable {
    /// What a request is for.
    enum Purpose: Sendable, Equatable {
        /// The book of the symbol at a place.
        case snapshot(place: Int)
        /// Missing trades.
        case trades(TradeContinuity.Request)
    }

    private struct Pending {
        var request: BinanceRequest
        var purpose: Purpose
        var deadline: MonotonicTime
    }

    /// The places of symbols whose snapshot is wanted, in the order in which they are asked for.
    var snapshots: [Int] = []
    private let limit: Duration
    private var pending: [Pending] = []
    private var nextNumber: UInt64 = 1
    private var allowance: RollingAllowance

    init(_ configuration: BinanceConfiguration) {
        limit = configuration.requestLimit
        allowance = RollingAllowance(limit: configuration.weightPerMinute, window: .seconds(60))
    }

    /// When a request of some weight can be sent at the earliest.
    func earliest(for weight: Int) -> MonotonicTime { allowance.earliest(for: weight) }

    /// Makes a request, if its weight can be spent now.
    mutating func make(
        _ query: BinanceRequest.Query,
        for purpose: Purpose,
        symbol: String,
        market: BinanceMarket,
        at now: MonotonicTime
    ) -> BinanceRequest? {
        let request = BinanceRequest(
            number: nextNumber,
            market: market,
            symbol: symbol,
            query: query
        )
        guard allowance.spend(request.weight, at: now) else { return nil }
        nextNumber += 1
        pending.append(Pending(request: request, purpose: purpose, deadline: now + limit))
        return request
    }

    /// Takes out the request with a number; `nil` when nobody waits for it.
    mutating func settle(_ number: UInt64) -> (request: BinanceRequest, purpose: Purpose)? {
        guard let place = pending.firstIndex(where: { $0.request.number == number }) else {
            return nil
        }
        let settled = pending.remove(at: place)
        return (settled.request, settled.purpose)
    }

    /// The number of a request that was not answered in time.
    func overdue(at now: MonotonicTime) -> UInt64? {
        pending.first { $0.deadline <= now }?.request.number
    }

    /// When the next request counts as lost.
    var nextDeadline: MonotonicTime { pending.lazy.map(\.deadline).min() ?? .never }

    /// Sends nothing until then, because the venue said so.
    mutating func pause(until time: MonotonicTime) { allowance.pause(until: time) }
}

/// Keeps which trades of a feed are missing, and decides when they are asked for again.
///
/// Which ids came, and which came twice, is ``SequenceTracker``'s to know, as for every numbered stream;
/// here are the holes that it found, until they are filled or given up. Bounded in holes and in ids.
package struct TradeContinuity: Sendable {
    /// The limits of asking again.
    package struct Policy: Sendable, Equatable {
        /// Holes that are kept; a further one makes the oldest unrecoverable.
        package var holesMax = 256
        /// A hole with more ids is not asked for.
        package var idsMax: UInt64 = 10_000
        /// Ids asked for at once, the most the venue gives.
        package var idsPerRequest: UInt64 = 1000
        /// Requests that bring nothing new before a hole is given up.
        package var attemptsMax = 5
        /// From a request that brought nothing to the next one; doubled each time.
        package var retryDelay = Duration.seconds(1)

        package init() {}
    }

    /// Ids that are missing.
    package struct Hole: Sendable, Equatable {
        /// The stream.
        package var stream: StreamID
        /// The first missing id.
        package var first: UInt64
        /// The last missing id.
        package var last: UInt64
        /// The number of the gap it belongs to.
        package var gap: UInt64
        var attempts = 0
        var isRequested = false
        var nextAttempt: MonotonicTime
    }

    /// Trades to be asked for.
    package struct Request: Sendable, Equatable {
        /// The stream.
        package var stream: StreamID
        /// The first id.
        package var first: UInt64
        /// The last id.
        package var last: UInt64
        /// The number of the gap.
        package var gap: UInt64
    }

    /// The limits.
    package let policy: Policy
    /// The holes, in the order in which they were found.
    package private(set) var holes: [Hole] = []

    package init(_ policy: Policy = Policy()) { self.policy = policy }

    /// Notes a hole.
    ///
    /// - Returns: Gaps that are given up for it, perhaps its own.
    package mutating func note(
        _ stream: StreamID,
        _ missing: ClosedRange<UInt64>,
        gap: UInt64,
        at now: MonotonicTime
    ) -> [UInt64] {
        guard missing.upperBound - missing.lowerBound < policy.idsMax else { return [gap] }
        holes.append(
            Hole(
                stream: stream,
                first: missing.lowerBound,
                last: missing.upperBound,
                gap: gap,
                nextAttempt: now
            )
        )
        guard holes.count > policy.holesMax else { return [] }
        let abandoned = holes[0].gap
        holes.removeAll { $0.gap == abandoned }
        return [abandoned]
    }

    /// Notes that a missing id came.
    ///
    /// - Returns: The gap it belonged to, and whether nothing of that is missing any more; `nil` when
    ///   it was not missing.
    package mutating func fill(_ stream: StreamID, _ id: UInt64) -> (gap: UInt64, isClosed: Bool)? {
        let place = holes.firstIndex { $0.stream == stream && $0.first <= id && id <= $0.last }
        guard let place else { return nil }
        let hole = holes[place]
        if hole.first == hole.last {
            holes.remove(at: place)
        } else if id == hole.first {
            holes[place].first += 1
        } else if id == hole.last {
            holes[place].last -= 1
        } else {
            holes[place].last = id - 1
            var rest = hole
            rest.first = id + 1
            holes.insert(rest, at: place + 1)
        }
        return (hole.gap, !holes.contains { $0.gap == hole.gap })
    }

    /// Whether an id is missing.
    package func isMissing(_ stream: StreamID, _ id: UInt64) -> Bool {
        holes.contains { $0.stream == stream && $0.first <= id && id <= $0.last }
    }

    /// When the next hole is due to be asked for.
    package var nextDeadline: MonotonicTime {
        holes.lazy.filter { !$0.isRequested }.map(\.nextAttempt).min() ?? .never
    }

    /// The next trades to ask for; the hole counts as asked for until ``didAnswer(_:newest:at:)`` or
    /// ``didFail(_:at:)``.
    package mutating func nextRequest(at now: MonotonicTime) -> Request? {
        let place = holes.firstIndex { !$0.isRequested && $0.nextAttempt <= now }
        guard let place else { return nil }
        holes[place].isRequested = true
        let hole = holes[place]
        let last = min(hole.last, hole.first + policy.idsPerRequest - 1)
        return Request(stream: hole.stream, first: hole.first, last: last, gap: hole.gap)
    }

    /// Notes that an answer was worked in.
    ///
    /// Ids before the newest one that the venue gave are not coming: it has not got them.
    ///
    /// - Parameters:
    ///   - request: What was asked for.
    ///   - newest: The highest id that the venue gave; `nil` when it gave none.
    ///   - now: The time.
    /// - Returns: Whether nothing of the gap is asked for any more.
    package mutating func didAnswer(
        _ request: Request,
        newest: UInt64?,
        at now: MonotonicTime
    ) -> Bool {
        settle(request, newest: newest, at: now)
    }

    /// Notes that a request had no usable answer.
    ///
    /// - Returns: Whether nothing of the gap is asked for any more.
    package mutating func didFail(_ request: Request, at now: MonotonicTime) -> Bool {
        settle(request, newest: nil, at: now)
    }

    private mutating func settle(
        _ request: Request,
        newest: UInt64?,
        at now: MonotonicTime
    ) -> Bool {
        let through = newest.map { min($0, request.last) } ?? 0
        let hasProgressed = through >= request.first
        for place in holes.indices
        where holes[place].gap == request.gap && holes[place].isRequested {
            holes[place].isRequested = false
            if hasProgressed {
                holes[place].attempts = 0
                holes[place].nextAttempt = now
                holes[place].first = max(holes[place].first, through + 1)
            } else {
                holes[place].attempts += 1
                let delay = policy.retryDelay * (1 << min(holes[place].attempts - 1, 16))
                holes[place].nextAttempt = now + delay
            }
        }
        let attemptsMax = policy.attemptsMax
        holes.removeAll {
            $0.gap == request.gap && ($0.first > $0.last || $0.attempts >= attemptsMax)
        }
        return !holes.contains { $0.gap == request.gap }
    }
}

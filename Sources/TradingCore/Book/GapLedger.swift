/// Keeps every gap of a feed: what is missing, since when, why, and how it ended.
///
/// Bounded: when it is full the oldest ended gap is forgotten, or the oldest of all when none has ended.
/// What is forgotten stays counted, by stream.
package struct GapLedger: Sendable {
    /// What the ids of a gap number.
    package enum Numbering: UInt8, Sendable {
        /// Trades, one by one, so that ``Gap/count`` is exact.
        case trades
        /// Updates of a book, of which a message has many, so that the messages missing are not known.
        case updates
    }

    /// Why something is missing.
    package enum Cause: UInt8, Sendable, CaseIterable {
        /// The numbering jumped on a connection that stands.
        case sequence
        /// It jumped where a connection was replaced, or came back.
        case reconnect
        /// The venue began its numbering anew.
        case restart
        /// This process lost what it had received.
        case shed

        /// The name used in reports.
        package var name: String {
            switch self {
            case .sequence: "sequence"
            case .reconnect: "reconnect"
            case .restart: "restart"
            case .shed: "shed"
            }
        }
    }

    /// How a gap ended.
    package enum Outcome: UInt8, Sendable, CaseIterable {
        /// It has not ended.
        case open
        /// Everything missing was fetched, or came late.
        case backfilled
        /// A snapshot made the book whole; what happened in between is not known.
        case resynced
        /// The venue has not got it, or not any more.
        case unrecoverable

        /// The name used in reports.
        package var name: String {
            switch self {
            case .open: "open"
            case .backfilled: "backfilled"
            case .resynced: "resynced"
            case .unrecoverable: "unrecoverable"
            }
        }
    }

    /// One gap.
    package struct Gap: Sendable, Equatable {
        /// Its number, from 1.
        package var number: UInt64
        /// The stream.
        package var stream: StreamID
        /// What its ids number.
        package var numbering: Numbering
        /// The first missing id; 0 where nothing is known of it.
        package var first: UInt64
        /// The last missing id; 0 where nothing is known of it.
        package var last: UInt64
        /// Why it is missing.
        package var cause: Cause
        /// When the last message before it came.
        package var began: MonotonicTime
        /// When it was noticed.
        package var noticed: MonotonicTime
        /// When it ended; `nil` while it is open.
        package var ended: MonotonicTime?
        /// How it ended.
        package var outcome = Outcome.open
        /// Ids that came after all.
        package var recovered: UInt64 = 0

        /// The ids of the gap.
        package var count: UInt64 { first == 0 ? 0 : last - first + 1 }
    }

    /// What happened to the gaps of one stream since start.
    ///
    /// At any time `began = open + backfilled + resynced + unrecoverable`, and in ids of trades
    /// `missing = recovered + lost + awaited`.
    package struct Totals: Sendable, Equatable {
        /// Gaps that began.
        package var began: UInt64 = 0
        /// Gaps by outcome.
        package var outcomes = InlineArray<4, UInt64>(repeating: 0)
        /// Ids that were missing.
        package var missing: UInt64 = 0
        /// Ids that came after all.
        package var recovered: UInt64 = 0
        /// Ids that will not come.
        package var lost: UInt64 = 0
        /// Ids that may still come.
        package var awaited: UInt64 = 0
        /// Gaps that are kept no longer.
        package var forgotten: UInt64 = 0

        package init() {}

        /// Gaps that ended in a way.
        package subscript(outcome: Outcome) -> UInt64 { outcomes[Int(outcome.rawValue)] }

        package static func == (lhs: Self, rhs: Self) -> Bool {
            lhs.began == rhs.began && lhs.missing == rhs.missing && lhs.recovered == rhs.recovered
                && lhs.lost == rhs.lost && lhs.awaited == rhs.awaited
                && lhs.forgotten == rhs.forgotten
                && Outcome.allCases.allSatisfy { lhs[$0] == rhs[$0] }
        }
    }

    /// Gaps kept unless told otherwise.
    package static let capacityDefault = 4096

    /// Gaps kept at most.
    package let capacity: Int
    /// The gaps, oldest first.
    package private(set) var gaps: [Gap] = []
    private var totals: [Totals]
    private var nextNumber: UInt64 = 1

    /// Creates an empty ledger.
    ///
    /// - Parameters:
    ///   - streamCount: The streams that can have gaps.
    ///   - capacity: The gaps that are kept.
    package init(streamCount: Int, capacity: Int = GapLedger.capacityDefault) {
        precondition(capacity > 0, "a ledger of \(capacity) gaps keeps nothing")
        self.capacity = capacity
        totals = Array(repeating: Totals(), count: streamCount)
    }

    /// What happened to the gaps of a stream.
    package func totals(of stream: StreamID) -> Totals { totals[stream.index] }

    /// The gap with a number; `nil` when it was forgotten, or never was.
    package func gap(_ number: UInt64) -> Gap? { place(of: number).map { gaps[$0] } }

    /// Gaps of all streams that are kept no longer.
    package var forgottenCount: UInt64 { totals.reduce(0) { $0 &+ $1.forgotten } }

    /// Notes a gap, which is open from now on.
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - numbering: What the ids number.
    ///   - missing: The ids; `nil` where nothing is known of them.
    ///   - cause: Why.
    ///   - began: When the last message before it came.
    ///   - noticed: When it was noticed.
    /// - Returns: Its number.
    package mutating func begin(
        _ stream: StreamID,
        _ numbering: Numbering,
        missing: ClosedRange<UInt64>?,
        cause: Cause,
        began: MonotonicTime,
        noticed: MonotonicTime
    ) -> UInt64 {
        let gap = Gap(
            number: nextNumber,
            stream: stream,
            numbering: numbering,
            first: missing?.lowerBound ?? 0,
            last: missing?.upperBound ?? 0,
            cause: cause,
            began: began,
            noticed: noticed
        )
        nextNumber += 1
        if gaps.count == capacity { forgetOne() }
        gaps.append(gap)
        totals[stream.index].began &+= 1
        totals[stream.index].outcomes[Int(Outcome.open.rawValue)] &+= 1
        totals[stream.index].missing &+= gap.count
        totals[stream.index].awaited &+= gap.count
        return gap.number
    }

    /// Notes that an id of an open gap came after all.
    package mutating func recover(_ number: UInt64) {
        guard let place = place(of: number), gaps[place].outcome == .open else { return }
        gaps[place].recovered &+= 1
        let stream = gaps[place].stream.index
        totals[stream].recovered &+= 1
        totals[stream].awaited &-= 1
    }

    /// Ends an open gap.
    package mutating func end(_ number: UInt64, _ outcome: Outcome, at time: MonotonicTime) {
        precondition(outcome != .open, "a gap cannot end open")
        guard let place = place(of: number), gaps[place].outcome == .open else { return }
        gaps[place].outcome = outcome
        gaps[place].ended = time
        let gap = gaps[place]
        close(gap, as: outcome)
    }

    private mutating func close(_ gap: Gap, as outcome: Outcome) {
        let stream = gap.stream.index
        let rest = gap.count - gap.recovered
        totals[stream].outcomes[Int(Outcome.open.rawValue)] &-= 1
        totals[stream].outcomes[Int(outcome.rawValue)] &+= 1
        totals[stream].awaited &-= rest
        totals[stream].lost &+= rest
    }

    /// Forgets the oldest gap that has ended; an open one counts as unrecoverable from then on.
    private mutating func forgetOne() {
        let place = gaps.firstIndex { $0.outcome != .open } ?? 0
        let gap = gaps.remove(at: place)
        if gap.outcome == .open { close(gap, as: .unrecoverable) }
        totals[gap.stream.index].forgotten &+= 1
    }

    private func place(of number: UInt64) -> Int? {
        var low = 0
        var high = gaps.count
        while low < high {
            let middle = (low + high) / 2
            if gaps[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < gaps.count && gaps[low].number == number ? low : nil
    }
}

/// What an MT5 session has seen since start; each member is a counter.
package struct MT5SessionCounters: Sendable, Equatable {
    /// Ticks that were understood, those of unlisted symbols included.
    package var ticks: UInt64 = 0
    /// Ticks whose symbol came with the topic.
    package var topicTicks: UInt64 = 0
    /// Ticks that say `"type":"TICK"`.
    package var typedTicks: UInt64 = 0
    /// Ticks that carry a sequence, so that loss can be proven.
    package var sequencedTicks: UInt64 = 0
    /// Ticks of which bid or ask is the last price.
    package var priceOnlyTicks: UInt64 = 0
    /// Ticks without a time.
    package var timelessTicks: UInt64 = 0
    /// Ticks whose bid is above the ask.
    package var crossedTicks: UInt64 = 0
    /// Ticks far from the one before.
    package var suspectTicks: UInt64 = 0
    /// Ticks of symbols that are not configured; they belong to no stream.
    package var unlistedTicks: UInt64 = 0
    /// Heartbeats of the publisher.
    package var heartbeats: UInt64 = 0
    /// Messages of other types; they belong to no stream.
    package var others: UInt64 = 0
    /// Keys that mean nothing to us.
    package var unknownKeys: UInt64 = 0

    private var faults = InlineArray<16, UInt64>(repeating: 0)
    private var refusals = InlineArray<3, UInt64>(repeating: 0)

    package init() {}

    /// Messages that were not understood, for one reason.
    package subscript(reason: DecodeFault.Reason) -> UInt64 {
        get { faults[Int(reason.rawValue)] }
        set { faults[Int(reason.rawValue)] = newValue }
    }

    /// Ticks that were not fit to be used, for one reason.
    package subscript(refusal: QuoteValidator.Refusal) -> UInt64 {
        get { refusals[Int(refusal.rawValue)] }
        set { refusals[Int(refusal.rawValue)] = newValue }
    }

    package static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.ticks == rhs.ticks && lhs.topicTicks == rhs.topicTicks
            && lhs.typedTicks == rhs.typedTicks && lhs.sequencedTicks == rhs.sequencedTicks
            && lhs.priceOnlyTicks == rhs.priceOnlyTicks && lhs.timelessTicks == rhs.timelessTicks
            && lhs.crossedTicks == rhs.crossedTicks && lhs.suspectTicks == rhs.suspectTicks
            && lhs.unlistedTicks == rhs.unlistedTicks && lhs.heartbeats == rhs.heartbeats
            && lhs.others == rhs.others && lhs.unknownKeys == rhs.unknownKeys
            && DecodeFault.Reason.allCases.allSatisfy { lhs[$0] == rhs[$0] }
            && QuoteValidator.Refusal.allCases.allSatisfy { lhs[$0] == rhs[$0] }
    }
}

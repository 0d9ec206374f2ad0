/// Where a message stands in what its source sent.
package struct SequencePosition: Sendable, Equatable, Comparable {
    /// The numbering the sequence belongs to.
    package var era: SequenceEra
    /// The sequence within the numbering.
    package var sequence: UInt64
    /// Whether the numbering replaces the current one although it looks older.
    package var isForced = false

    /// Orders positions as the source sent them.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.era == rhs.era ? lhs.sequence < rhs.sequence : lhs.era < rhs.era
    }
}

/// How far one connection has come in one stream.
///
/// The frames of a connection are ordered: what lies before its cursor it never sends again.
struct SequenceCursor: Sendable {
    enum State: UInt8, Sendable {
        /// Nothing is known of the connection.
        case unset
        /// It was opened when the stream stood here, and has sent nothing since.
        case inherited
        /// It has sent messages.
        case speaking
    }

    var state = State.unset
    /// The epoch that was known when the connection was opened, 0 when there was none.
    var inheritedEpoch: UInt64 = 0
    /// The highest position.
    var position = SequencePosition(era: SequenceEra(epoch: 0, resets: 0), sequence: 0)
    /// The position of the first message since the connection was opened.
    var first = SequencePosition(era: SequenceEra(epoch: 0, resets: 0), sequence: 0)

    /// Whether the connection has sent anything in this stream.
    var hasSpoken: Bool { state == .speaking }
}

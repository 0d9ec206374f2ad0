/// What happened to the messages of one stream, counted in messages since start.
///
/// The conservation law, true whenever no message is in hand:
/// `received = delivered + duplicate + late + shed + quarantined + in buffer`, and for a sequenced
/// stream `sent by the source = received − duplicate + missing`.
package struct StreamTally: Sendable, Equatable {
    /// Messages read from a socket, counted before anything judges them.
    package var received: UInt64 = 0
    /// Messages that were already received, on this connection or on another.
    package var duplicate: UInt64 = 0
    /// Messages that came after a later one was handed over; they are not delivered out of order.
    package var late: UInt64 = 0
    /// Messages that were understood but are not fit to be used.
    package var quarantined: UInt64 = 0
    /// Messages the source sent, by its sequence, and that never came.
    ///
    /// A break in the chain of a book counts as one, because update ids do not tell how many messages there were.
    package var missing: UInt64 = 0
    /// Messages that counted as missing and came after all.
    package var recovered: UInt64 = 0
    /// Messages handed to the buffer.
    package var appended: UInt64 = 0
    /// Messages overwritten in the buffer before the loop took them.
    package var shed: UInt64 = 0
    /// Seams and restarts of which nothing proves that they are whole.
    package var unprovableSeams: UInt64 = 0
    /// Whether the source numbers the stream, so that loss can be proven.
    package var isSequenced = false

    package init() {}
}

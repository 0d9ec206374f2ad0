/// One of the two connections that a feed may have at the same time.
///
/// A second one exists only while a connection is being replaced: make before break.
package enum ConnectionSlot: UInt8, Sendable, CaseIterable {
    case a = 0
    case b = 1

    /// The other one.
    package var other: ConnectionSlot { self == .a ? .b : .a }
}

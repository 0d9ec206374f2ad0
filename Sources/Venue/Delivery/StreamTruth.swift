import Zlib

/// What one connection was sent of one stream; a client is judged by it.
///
/// `made for it = sent + withheld + dropped + unsent`, apart from what is still held back or delayed.
struct StreamTruth: Sendable, Equatable {
    let name: StreamName
    /// Messages that were queued for sending, copies included.
    var sent = StreamCount()
    /// Second copies among them.
    var duplicated = 0
    /// Messages that were sent after their successor.
    var reordered = 0
    /// Messages that a fault left out, one by one.
    var dropped = 0
    /// Messages that were not sent while the stream or the connection was silent.
    var withheld = 0
    /// Messages that were ready when the connection ended or did not keep up.
    var unsent = 0
    /// Over all that was sent, in its order.
    var checksum = Checksum()
    /// Where the stream is in force; a subscription may be taken back.
    var isSubscribed = true

    init(name: StreamName) { self.name = name }
}

/// One message that a fault did something to.
struct FaultEffect: Sendable, Equatable {
    /// The most effects that are told one by one.
    static let countMax = 10_000

    var kind: VenueFault.Kind
    var connection: Int
    var stream: String
    var ids: ClosedRange<Int64>?
}

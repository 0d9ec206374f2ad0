/// The order book of one symbol, kept from the events of its feed.
///
/// It holds what the venue wrote, exactly. It is *valid* from a snapshot on, as long as no update is
/// missing; an invalid book shows no levels, so that nobody trades on half of one. Between the events
/// of one message the two sides may cross; look at it after the last one.
///
/// At most ``levelsMax`` levels of a side are kept. When there are more, the eighth that is farthest from the best
/// price is dropped and counted, and what the venue says of prices beyond is ignored until the next snapshot, so
/// that what is kept is complete.
public struct OrderBook: Sendable {
    /// Whether the levels are the venue's.
    public enum Validity: UInt8, Sendable {
        /// No snapshot has come yet.
        case awaitingSnapshot
        /// Every update since the snapshot was applied.
        case valid
        /// An update is missing, or could not be held; the next snapshot mends it.
        case invalid
    }

    /// The levels of a side that are kept unless told otherwise, the most a spot snapshot has.
    package static let levelsDefault = 5000

    /// Whether the levels are the venue's.
    public private(set) var validity = Validity.awaitingSnapshot
    /// The venue's number of the update that was applied last.
    public private(set) var updateID: UInt64 = 0
    /// When the update that was applied last reached this process.
    public private(set) var receiveTime = MonotonicTime.zero
    /// The venue's time of the update that was applied last, in nanoseconds as sent; 0 for none.
    public private(set) var venueNanoseconds: Int64 = 0
    /// Snapshots applied since start.
    package private(set) var snapshotCount: UInt64 = 0
    /// Times that the book became invalid since start.
    package private(set) var invalidationCount: UInt64 = 0
    /// Levels that came while there was no book to apply them to, since start.
    package private(set) var ignoredLevels: UInt64 = 0
    /// Levels that lay beyond those that are kept, since start.
    package private(set) var beyondBoundLevels: UInt64 = 0
    private var isBuilding = false
    var bidSide: BookSide
    var askSide: BookSide

    /// Creates a book that awaits its snapshot.
    ///
    /// - Parameter levelsMax: The levels of a side that are kept, at least 8.
    package init(levelsMax: Int = OrderBook.levelsDefault) {
        bidSide = BookSide(isAsk: false, capacity: levelsMax)
        askSide = BookSide(isAsk: true, capacity: levelsMax)
    }

    /// The levels of a side that are kept at most.
    public var levelsMax: Int { bidSide.capacity }

    /// Levels of both sides that were dropped for want of room since the last snapshot.
    public var droppedLevels: Int { bidSide.droppedCount + askSide.droppedCount }

    /// Whether the book is valid.
    public var isValid: Bool { validity == .valid }

    /// Applies one event of the symbol's book stream; events of other kinds change nothing.
    ///
    /// A snapshot is a message that begins with ``MarketEvent/Kind/bookClear``.
    @inline(__always)
    package mutating func apply(_ event: borrowing MarketEvent) {
        switch event.kind {
        case .bookLevel: applyLevel(event)
        case .bookClear: beginSnapshot(event)
        case .gap: if event.gapStreamKind == .book { invalidate() }
        case .quote, .trade, .feedState: break
        }
    }

    /// Declares that an update is missing; the levels are gone until the next snapshot.
    package mutating func invalidate() {
        isBuilding = false
        guard validity == .valid else { return }
        validity = .invalid
        invalidationCount &+= 1
        bidSide.clear()
        askSide.clear()
    }

    private mutating func applyLevel(_ event: borrowing MarketEvent) {
        guard validity == .valid || isBuilding else {
            ignoredLevels &+= 1
            return
        }
        let scales = event.scales
        let isAsk = event.flags.contains(.ask)
        let change =
            isAsk
            ? askSide.set(
                price: event.word0,
                scale: scales.0,
                quantity: event.word1,
                quantityScale: scales.1
            )
            : bidSide.set(
                price: event.word0,
                scale: scales.0,
                quantity: event.word1,
                quantityScale: scales.1
            )
        if change != .applied { note(change) }
        if event.flags.contains(.last) { finishMessage(event) }
    }

    private mutating func beginSnapshot(_ event: borrowing MarketEvent) {
        bidSide.clear()
        askSide.clear()
        isBuilding = true
        if event.flags.contains(.last) { finishMessage(event) }
    }

    @inline(never)
    private mutating func note(_ change: BookSide.Change) {
        switch change {
        case .applied: break
        case .beyondBound: beyondBoundLevels &+= 1
        case .unrepresentable:
            if isBuilding { validity = .valid }
            invalidate()
        }
    }

    private mutating func finishMessage(_ event: borrowing MarketEvent) {
        if isBuilding {
            isBuilding = false
            validity = .valid
            snapshotCount &+= 1
        }
        guard validity == .valid else { return }
        updateID = event.sequence
        receiveTime = event.receiveTime
        venueNanoseconds = event.venueNanoseconds
    }
}

/// What one message of a book stream covers: the updates after `previous` up to `last`.
///
/// Its levels are absolute, so that applying updates again that are known changes nothing: a message
/// continues any book that has reached `previous` or more.
package struct DepthUpdate: Sendable, Equatable {
    /// The last update before it.
    package var previous: UInt64
    /// The last update in it.
    package var last: UInt64

    package init(previous: UInt64, last: UInt64) {
        self.previous = previous
        self.last = last
    }

    /// A message of the spot market, whose updates are numbered without holes.
    ///
    /// The next message begins with `U == u + 1` (Binance, "How to manage a local order book correctly").
    package static func spot(first: UInt64, last: UInt64) -> DepthUpdate {
        DepthUpdate(previous: first &- min(first, 1), last: last)
    }

    /// A message of the USD-M futures market, which names the last update of the message before.
    ///
    /// The next message has `pu == u`. Update ids are those of the whole market, so that they have holes.
    package static func futures(previous: UInt64, last: UInt64) -> DepthUpdate {
        DepthUpdate(previous: previous, last: last)
    }

    /// Whether a book that stands at `position` can take it and gains by it.
    ///
    /// One rule serves both markets and a snapshot `L` as well: spot asks for `U ≤ L + 1 ≤ u`, futures
    /// for `pu == L` or `U ≤ L ≤ u`, which is `previous ≤ L < last`, or all of it known for `u == L`.
    func continues(_ position: UInt64) -> Bool { previous <= position && position < last }
}

/// Decides what each message of one symbol's book stream is, on one connection or two.
///
/// The venue cuts the same updates into different messages on each connection, so that messages are
/// merged by what they cover. While there is no snapshot, and while the other connection may still
/// bring what is missing, messages are held in a bounded buffer.
package struct DepthContinuity: Sendable {
    /// What a message is.
    package enum Verdict: Sendable, Equatable {
        /// It is to be applied now.
        case deliver
        /// Everything in it is known.
        case duplicate
        /// It is to be held; ``held`` takes it.
        case hold
        /// Updates are missing for good; it is to be held until a snapshot.
        case broken(missing: ClosedRange<UInt64>)
        /// The venue has begun its numbering anew; it is to be held until a snapshot.
        case restarted
    }

    /// What became of a snapshot.
    package enum Bridge: Sendable, Equatable {
        /// It joins with what is held, if anything is; it is to be applied.
        case bridged
        /// Updates between it and what is held, or was applied, are missing.
        case tooOld
        /// None was awaited.
        case unwanted
    }

    /// Messages in a row on one connection, before its own last one, that mean a new numbering.
    ///
    /// Fewer are repeated or disordered frames.
    package static let backwardRunMax = 16

    /// Whether every update since a snapshot was delivered.
    package private(set) var isWhole = false
    /// The last update delivered, or that of the snapshot.
    package private(set) var position: UInt64 = 0
    /// Whether a snapshot was ever bridged.
    package private(set) var hasStarted = false
    /// The messages that wait.
    package var held = HeldUpdates()
    private var cursors = InlineArray<2, UInt64>(repeating: 0)
    private var hasSpoken = InlineArray<2, Bool>(repeating: false)
    /// What the first message of each connection follows.
    private var firsts = InlineArray<2, UInt64>(repeating: 0)
    private var backwardRuns = InlineArray<2, Int>(repeating: 0)

    package init() {}

    /// Begins a connection, on which nothing has come yet.
    package mutating func connectionOpened(_ slot: ConnectionSlot) {
        cursors[Int(slot.rawValue)] = 0
        hasSpoken[Int(slot.rawValue)] = false
        backwardRuns[Int(slot.rawValue)] = 0
    }

    /// Judges a message.
    ///
    /// - Parameters:
    ///   - update: What it covers.
    ///   - slot: The connection that brought it.
    ///   - other: What is known of the other connection.
    /// - Returns: What is to be done with it.
    package mutating func judge(
        _ update: DepthUpdate,
        from slot: ConnectionSlot,
        other: OtherConnection
    ) -> Verdict {
        let backwardRun = moveCursor(slot, update)
        guard isWhole else { return .hold }
        if update.continues(position) {
            position = update.last
            return .deliver
        }
        if update.last <= position {
            guard backwardRun >= Self.backwardRunMax else { return .duplicate }
            isWhole = false
            position = 0
            return .restarted
        }
        if mayBring(update.previous, other) { return .hold }
        isWhole = false
        return .broken(missing: position + 1...update.previous)
    }

    /// Looks whether what is missing before the held messages may still come.
    ///
    /// - Parameter connections: Those that are open, the one that brought the held messages included.
    /// - Returns: The updates that are missing for good, if that is so; a snapshot is then awaited.
    package mutating func giveUp(
        waitingFor connections: OtherConnection...
    ) -> ClosedRange<UInt64>? {
        guard isWhole, let previous = held.earliestPrevious, previous > position,
            !connections.contains(where: { mayBring(previous, $0) })
        else { return nil }
        isWhole = false
        return position + 1...previous
    }

    /// Awaits a new snapshot, because whoever keeps the book has lost a part of it.
    package mutating func awaitSnapshot() { isWhole = false }

    /// Judges a snapshot; when it is bridged, what is held comes out of ``release()``.
    package mutating func bridge(_ snapshot: UInt64) -> Bridge {
        guard !isWhole else { return .unwanted }
        guard snapshot >= position, held.joins(snapshot) else { return .tooOld }
        isWhole = true
        hasStarted = true
        position = snapshot
        return .bridged
    }

    /// The next held message that is settled, if the book is whole.
    package mutating func release() -> HeldUpdates.Released? {
        guard isWhole, let released = held.release(from: position) else { return nil }
        if released.isNew { position = released.update.last }
        return released
    }

    /// What is known of the seam between a connection and the one that replaces it: the new one begins no
    /// later than where the old one stands, or there is a hole.
    package func seam(from old: ConnectionSlot, to new: ConnectionSlot) -> SeamReport.Proof {
        let (before, after) = (Int(old.rawValue), Int(new.rawValue))
        guard hasSpoken[after] else { return .silent }
        guard hasSpoken[before] else { return .unprovable }
        return firsts[after] <= cursors[before] ? .proven : .broken
    }

    /// The last update of a connection, and what its first message followed.
    package func reach(_ slot: ConnectionSlot) -> (first: UInt64, last: UInt64) {
        (firsts[Int(slot.rawValue)], cursors[Int(slot.rawValue)])
    }

    /// Moves a connection's cursor, and says for how many messages it has been going back.
    private mutating func moveCursor(_ slot: ConnectionSlot, _ update: DepthUpdate) -> Int {
        let last = update.last
        let index = Int(slot.rawValue)
        let isBackward =
            hasSpoken[index] && last < cursors[index]
            || backwardRuns[index] > 0 && last <= position
        backwardRuns[index] = isBackward ? backwardRuns[index] + 1 : 0
        cursors[index] = last
        if !hasSpoken[index] { firsts[index] = update.previous }
        hasSpoken[index] = true
        return backwardRuns[index]
    }

    private func mayBring(_ missing: UInt64, _ other: OtherConnection) -> Bool {
        guard case .open(let slot, let isOlder) = other else { return false }
        let index = Int(slot.rawValue)
        return hasSpoken[index] ? cursors[index] < missing : isOlder
    }
}

/// What is known of the connection beside the one that brought a message.
package enum OtherConnection: Sendable, Equatable {
    /// There is none, or its time is up.
    case none
    /// It is open; `isOlder` when it was opened before.
    case open(ConnectionSlot, isOlder: Bool)
}

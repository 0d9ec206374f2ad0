/// Decides what each message of a sequenced stream is: next, late, seen before, or after a gap.
///
/// A source numbers the messages of a stream from 1 in each of its epochs. Two steps: ``locate``
/// says where a message stands and moves the cursor of its connection; ``accept`` judges the
/// position. A message can be held between the two.
///
/// The law, at any time: the sequences sent from the first received to the highest known one, of all
/// numberings together, are `received − duplicate + missing`.
package struct SequenceTracker: Sendable {
    /// What a message is.
    package enum Verdict: Sendable, Equatable {
        /// The first of the stream; what the source sent before is not missing.
        case first
        /// The one after the last.
        case next
        /// Later than the next; the sequences in between are missing.
        case afterGap(first: UInt64, last: UInt64)
        /// The first of a numbering that begins at 1 or goes on; the tail of the one before is unknown.
        case afterRestart(first: UInt64, last: UInt64)
        /// The first of a numbering of which nothing before it is known.
        case afterReset
        /// Received before.
        case duplicate
        /// Overtaken by a later one that was handed over.
        case late
    }

    /// The longest jump forward that is taken for a gap; a longer one is a new numbering.
    package static let maximumJump: UInt64 = 1_000_000_000
    /// Earlier numberings of which the window is kept.
    package static let earlierWindowLimit = 4

    /// Sequences that were sent and not received.
    package internal(set) var missing: UInt64 = 0
    /// Sequences that counted as missing and came after all.
    package internal(set) var recovered: UInt64 = 0
    /// Changes of the numbering of which nothing proves that they are whole.
    package internal(set) var unprovableSeams: UInt64 = 0
    /// Whether a message was accepted or a heartbeat noted.
    package internal(set) var hasStarted = false
    var window = SequenceWindow(
        era: SequenceEra(epoch: 0, resets: 0),
        start: 1,
        last: 0,
        isReceived: false
    )
    var earlierWindows: [SequenceWindow] = []
    var cursors = InlineArray<2, SequenceCursor>(repeating: SequenceCursor())

    package init() {}

    /// The highest position accepted.
    package var position: SequencePosition {
        SequencePosition(era: window.era, sequence: window.last)
    }

    // MARK: Messages

    /// Accepts the message if it is simply the next one, which nearly all are.
    ///
    /// - Returns: `false` when it is not; nothing has changed then.
    @inline(__always)
    mutating func acceptNext(sequence: UInt64, epoch: UInt64, from slot: ConnectionSlot) -> Bool {
        let index = Int(slot.rawValue)
        guard
            cursors[index].state == .speaking,
            cursors[index].position.sequence < sequence,
            sequence &- window.last == 1,
            epoch == window.era.epoch,
            cursors[index].position.era == window.era
        else { return false }
        cursors[index].position.sequence = sequence
        window.appendNext(sequence)
        return true
    }

    /// Says where a message stands, and moves the cursor of the connection it came from.
    ///
    /// A jump back by more than the window on one connection, or forward by more than
    /// ``maximumJump``, is a reset of the source: frames of a connection are ordered. A connection
    /// that is merely behind the other one is no reset. An older epoch comes from a publisher that is
    /// going away, unless it is all that a connection brings which was opened when a newer one was
    /// known: then the publisher has restarted with its clock set back.
    package mutating func locate(
        sequence: UInt64,
        epoch: UInt64,
        from slot: ConnectionSlot,
        isAlone: Bool
    ) -> SequencePosition {
        var cursor = cursors[Int(slot.rawValue)]
        if isAlone, cursor.position.era.epoch == window.era.epoch, cursor.position.era < window.era
        {
            // A connection that has ended had reset alone: nothing else would bring this one back.
            cursor.position = position
        }
        var located = SequencePosition(era: era(of: epoch), sequence: sequence)
        let isStale = hasStarted && epoch < window.era.epoch
        let hadSpoken = cursor.hasSpoken
        located.isForced = isStale && isAlone && epoch < cursor.inheritedEpoch
        if located.isForced || cursor.state == .unset {
            if hasStarted, located.era == window.era, isTooFar(sequence, from: window.last) {
                located.era.resets &+= 1
            }
            cursor.position = located
        } else if epoch == cursor.position.era.epoch {
            located.era = cursor.position.era
            let known = cursor.position.sequence
            if isTooFar(sequence, from: known) || isTooFarBack(sequence, from: known) {
                located.era.resets &+= 1
                cursor.position = located
            } else {
                cursor.position.sequence = max(known, sequence)
            }
        } else if epoch > cursor.position.era.epoch {
            cursor.position = located
        }
        cursor.position.isForced = false
        cursor.state = .speaking
        if !hadSpoken { cursor.first = located }
        cursors[Int(slot.rawValue)] = cursor
        return located
    }

    /// Whether accepting the position would declare something missing or unprovable.
    package func revealsGap(_ position: SequencePosition) -> Bool {
        guard hasStarted else { return false }
        if position.era == window.era {
            return position.sequence > window.last && position.sequence - window.last > 1
        }
        return position.era > window.era || position.isForced
    }

    /// Judges a message.
    package mutating func accept(_ position: SequencePosition) -> Verdict {
        let sequence = position.sequence
        guard hasStarted else {
            start(at: position, isReceived: true)
            return .first
        }
        if position.era == window.era {
            guard sequence > window.last else { return settle(window.place(sequence)) }
            let first = window.last + 1
            missing &+= sequence - first
            window.advance(to: sequence, isReceived: true)
            return first == sequence ? .next : .afterGap(first: first, last: sequence - 1)
        }
        guard position.era > window.era || position.isForced else {
            return acceptEarlier(position)
        }
        return restart(at: position, isReceived: true)
    }

    // MARK: Heartbeats

    /// Says where a source's "last sent" stands, and moves the cursor; `nil` when it says nothing new.
    ///
    /// An implausible one is not believed: the next message decides.
    mutating func locateHeartbeat(
        lastSequence: UInt64,
        epoch: UInt64,
        from slot: ConnectionSlot
    ) -> SequencePosition? {
        let cursor = cursors[Int(slot.rawValue)]
        var located = SequencePosition(era: era(of: epoch), sequence: lastSequence)
        guard lastSequence < .max else { return nil }
        guard hasStarted else { return located }
        guard epoch >= window.era.epoch else { return nil }
        if cursor.state != .unset {
            guard epoch >= cursor.position.era.epoch else { return nil }
            if epoch == cursor.position.era.epoch {
                located.era = cursor.position.era
                guard
                    lastSequence >= cursor.position.sequence,
                    !isTooFar(lastSequence, from: cursor.position.sequence)
                else { return nil }
            }
        }
        if located.era == window.era, isTooFar(lastSequence, from: window.last) { return nil }
        cursors[Int(slot.rawValue)].position = located
        if cursor.state == .unset { cursors[Int(slot.rawValue)].state = .inherited }
        return located
    }

    /// Notes that the source sent everything up to the position.
    mutating func acceptHeartbeat(_ position: SequencePosition) -> Verdict {
        guard hasStarted else {
            start(at: position, isReceived: false)
            return .first
        }
        if position.era == window.era {
            guard position.sequence > window.last else { return .duplicate }
            let first = window.last + 1
            missing &+= position.sequence - window.last
            window.advance(to: position.sequence, isReceived: false)
            return .afterGap(first: first, last: position.sequence)
        }
        guard position.era > window.era else { return .duplicate }
        return restart(at: position, isReceived: false)
    }
}

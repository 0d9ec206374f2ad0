// MARK: Numberings

extension SequenceTracker {
    /// The newest known numbering of an epoch.
    func era(of epoch: UInt64) -> SequenceEra {
        if hasStarted, epoch == window.era.epoch { return window.era }
        return earlierWindows.last { $0.era.epoch == epoch }?.era
            ?? SequenceEra(epoch: epoch, resets: 0)
    }

    func isTooFar(_ sequence: UInt64, from known: UInt64) -> Bool {
        sequence > known && sequence - known > Self.maximumJump
    }

    func isTooFarBack(_ sequence: UInt64, from known: UInt64) -> Bool {
        sequence < known && known - sequence > SequenceWindow.length
    }

    mutating func start(at position: SequencePosition, isReceived: Bool) {
        hasStarted = true
        window = SequenceWindow(
            era: position.era,
            start: isReceived ? position.sequence : position.sequence &+ 1,
            last: position.sequence,
            isReceived: isReceived
        )
    }

    mutating func settle(_ placement: SequenceWindow.Placement) -> Verdict {
        switch placement {
        case .duplicate: return .duplicate
        case .fillsHole:
            missing &-= 1
            recovered &+= 1
        case .beforeStart(let skipped): missing &+= skipped
        }
        return .late
    }

    /// Judges a message of a numbering that is over; it is never handed over.
    mutating func acceptEarlier(_ position: SequencePosition) -> Verdict {
        let sequence = position.sequence
        guard let index = earlierWindows.lastIndex(where: { $0.era == position.era }) else {
            remember(
                SequenceWindow(
                    era: position.era,
                    start: sequence,
                    last: sequence,
                    isReceived: true
                )
            )
            return .late
        }
        let last = earlierWindows[index].last
        guard sequence > last else { return settle(earlierWindows[index].place(sequence)) }
        guard !isTooFar(sequence, from: last) else {
            earlierWindows[index] = SequenceWindow(
                era: position.era,
                start: sequence,
                last: sequence,
                isReceived: true
            )
            return .late
        }
        missing &+= sequence - last - 1
        earlierWindows[index].advance(to: sequence, isReceived: true)
        return .late
    }

    private mutating func remember(_ window: SequenceWindow) {
        if earlierWindows.count == Self.earlierWindowLimit { earlierWindows.removeFirst() }
        earlierWindows.append(window)
    }

    /// Goes over to another numbering.
    ///
    /// A new epoch begins at 1. Of a reset, and of a numbering that was left before, nothing is
    /// known but its first message.
    mutating func restart(at position: SequencePosition, isReceived: Bool) -> Verdict {
        let sequence = position.sequence
        let isNew = !earlierWindows.contains { $0.era == position.era }
        let beginsAtOne = isNew && !position.isForced && position.era.resets == 0
        unprovableSeams &+= 1
        earlierWindows.removeAll { $0.era == position.era }
        remember(window)
        guard beginsAtOne, sequence <= Self.maximumJump else {
            start(at: position, isReceived: isReceived)
            return .afterReset
        }
        window = SequenceWindow(
            era: position.era,
            start: isReceived ? min(sequence, 1) : 1,
            last: sequence,
            isReceived: isReceived
        )
        let last = isReceived ? max(sequence, 1) - 1 : sequence
        missing &+= last
        return .afterRestart(first: 1, last: last)
    }
}

extension SequenceTracker {
    // MARK: Connections

    /// Begins a connection: what it sends was sent after what is known now.
    mutating func openConnection(_ slot: ConnectionSlot) {
        var cursor = SequenceCursor()
        if hasStarted {
            cursor.state = .inherited
            cursor.position = position
            cursor.inheritedEpoch = window.era.epoch
        }
        cursors[Int(slot.rawValue)] = cursor
    }

    /// Whether a connection may still send something before `position`.
    ///
    /// A connection that has not spoken yet is waited for only when it is the older one.
    func maySend(before position: SequencePosition, _ slot: ConnectionSlot, isOlder: Bool) -> Bool {
        let cursor = cursors[Int(slot.rawValue)]
        guard isOlder || cursor.hasSpoken else { return false }
        return cursor.state == .unset || cursor.position < position
    }

    func cursor(_ slot: ConnectionSlot) -> SequenceCursor { cursors[Int(slot.rawValue)] }
}

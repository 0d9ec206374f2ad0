// MARK: Connections

extension FeedMerger {
    /// Whether both connections are open.
    package var isOverlapping: Bool { isOpen[0] && isOpen[1] }

    /// Notes what is known before a connection subscribes.
    ///
    /// What it sends was sent after that: a connection that begins far before it has seen the source begin
    /// its numbering anew. A busy process learns of the handshake late, when the connection has sent much
    /// and the other one has brought more; then it is too late to note this.
    package mutating func connectionOpening(_ slot: ConnectionSlot) {
        for raw in sequencedStreams { trackers[Int(raw)].openConnection(slot) }
        isOpening[Int(slot.rawValue)] = true
    }

    /// Begins a connection; to be told before its first message is offered.
    package mutating func connectionOpened(_ slot: ConnectionSlot) {
        if !isOpening[Int(slot.rawValue)] { connectionOpening(slot) }
        isOpening[Int(slot.rawValue)] = false
        isOpen[Int(slot.rawValue)] = true
        connectionNumbers[Int(slot.rawValue)] = nextConnectionNumber
        nextConnectionNumber += 1
    }

    /// Ends a connection, and releases what waited for it.
    package mutating func connectionClosed(_ slot: ConnectionSlot, at time: MonotonicTime) {
        guard isOpen[Int(slot.rawValue)] else { return }
        if isOverlapping { finishedSeam = isOlder(slot) ? makeSeamReport(old: slot) : nil }
        isOpen[Int(slot.rawValue)] = false
        if connectionNumbers[Int(slot.rawValue)] == unsequencedSource { unsequencedSource = 0 }
        for raw in sequencedStreams where staging.count > 0 { drain(Int(raw)) }
    }

    /// What is known of the seam of the present overlap, or else of the last one.
    ///
    /// `nil` when there was none, or when the newer connection was the one that ended.
    package func seamReport() -> SeamReport? {
        guard isOverlapping else { return finishedSeam }
        return makeSeamReport(old: isOlder(.a) ? .a : .b)
    }

    private func isOlder(_ slot: ConnectionSlot) -> Bool {
        connectionNumbers[Int(slot.rawValue)] < connectionNumbers[Int(slot.other.rawValue)]
    }

    private func makeSeamReport(old: ConnectionSlot) -> SeamReport {
        var report = SeamReport(old: old, new: old.other)
        for raw in sequencedStreams {
            report.add(
                StreamID(rawValue: raw),
                old: trackers[Int(raw)].cursor(old),
                new: trackers[Int(raw)].cursor(old.other)
            )
        }
        let hasSwitched = unsequencedSource == connectionNumbers[Int(old.other.rawValue)]
        for raw in unsequencedStreams {
            report.add(StreamID(rawValue: raw), proof: hasSwitched ? .unprovable : .silent)
        }
        return report
    }

    /// Takes a source's word for the last sequence it has sent, which reveals a lost tail.
    ///
    /// Frames of a connection are ordered, so that what is not here by now was lost on it. While the
    /// other connection may still bring it nothing is declared: the next heartbeat tells.
    package mutating func heartbeat(
        stream: StreamID,
        epoch: UInt64,
        lastSequence: UInt64,
        from slot: ConnectionSlot,
        at time: MonotonicTime
    ) {
        let index = stream.index
        let isAlone = !isOpen[Int(slot.other.rawValue)]
        guard isAlone || trackers[index].hasStarted else { return }
        noteSequenced(index)
        let located = trackers[index].locateHeartbeat(
            lastSequence: lastSequence,
            epoch: epoch,
            from: slot
        )
        guard let position = located else { return }
        drain(index)
        guard !isBlocked(position, stream: index, from: slot) else { return }
        let verdict = trackers[index].acceptHeartbeat(position)
        guard verdict != .duplicate else { return }
        touch(index)
        _ = note(verdict, position, stream: index, at: time)
    }
}

// MARK: Holding

extension FeedMerger {
    /// Releases what was held for longer than the limit.
    package mutating func advance(to now: MonotonicTime) {
        while staging.count > 0, staging[staging.oldest].heldSince + holdLimit <= now {
            releaseOldest()
        }
    }

    /// Releases everything that is held, before the process ends.
    package mutating func flush() {
        while staging.count > 0 { releaseOldest() }
    }

    func isBlocked(_ position: SequencePosition, stream: Int, from slot: ConnectionSlot) -> Bool {
        let other = slot.other
        return isOpen[Int(other.rawValue)]
            && trackers[stream].maySend(before: position, other, isOlder: isOlder(other))
    }

    /// Whether a message would declare something missing that the other connection may still bring.
    ///
    /// The first message of a stream too: an older connection may have more to say of it.
    private func mustWait(
        _ position: SequencePosition,
        stream: Int,
        from slot: ConnectionSlot
    ) -> Bool {
        let declares =
            trackers[stream].hasStarted
            ? trackers[stream].revealsGap(position)
            : position.sequence > 1 && hasHeardSequenced
        return declares && isBlocked(position, stream: stream, from: slot)
    }

    mutating func locate(
        _ sequence: UInt64,
        epoch: UInt64,
        stream: Int,
        from slot: ConnectionSlot
    ) -> SequencePosition {
        noteSequenced(stream)
        return trackers[stream].locate(
            sequence: sequence,
            epoch: epoch,
            from: slot,
            isAlone: !isOpen[Int(slot.other.rawValue)]
        )
    }

    /// Whether a message must wait for the other connection; makes room for it if so.
    mutating func mustHold(
        _ position: SequencePosition,
        stream: Int,
        from slot: ConnectionSlot
    ) -> Bool {
        drain(stream)
        while mustWait(position, stream: stream, from: slot) {
            guard staging.isFull else { return true }
            stagingOverflows &+= 1
            releaseOldest()
        }
        return false
    }

    mutating func hold(
        _ position: SequencePosition,
        stream: Int,
        from slot: ConnectionSlot,
        since time: MonotonicTime
    ) -> Int? {
        staging.hold(position, from: slot, stream: stream, since: time)
    }

    /// Releases what is held of a stream and waits for nothing any more.
    mutating func drain(_ stream: Int) {
        while true {
            let place = staging.head(of: stream)
            guard place != MessageStaging.none else { return }
            let held = staging[place]
            guard !mustWait(held.position, stream: stream, from: held.slot) else { return }
            release(place)
        }
    }

    /// Releases the message held for the longest time, and what comes before it in its stream.
    private mutating func releaseOldest() {
        let oldest = staging.oldest
        let stream = staging[oldest].stream
        while true {
            let place = staging.head(of: stream)
            release(place)
            if place == oldest { break }
        }
        drain(stream)
    }

    private mutating func release(_ place: Int) {
        let message = staging[place]
        staging.release(place)
        touch(message.stream)
        let isHandedOver = settle(
            message.position,
            stream: message.stream,
            isUsable: !message.events.isEmpty,
            at: message.events.first?.receiveTime ?? message.heldSince
        )
        if isHandedOver { output.append(contentsOf: message.events) }
    }

    /// Judges a message and counts it.
    ///
    /// - Returns: Whether its events are to be handed over.
    mutating func settle(
        _ position: SequencePosition,
        stream: Int,
        isUsable: Bool,
        at time: MonotonicTime
    ) -> Bool {
        let verdict = trackers[stream].accept(position)
        let isInOrder = note(verdict, position, stream: stream, at: time)
        switch verdict {
        case .duplicate: tallies[stream].duplicate &+= 1
        case _ where !isUsable: tallies[stream].quarantined &+= 1
        case .late: tallies[stream].late &+= 1
        default: tallies[stream].appended &+= 1
        }
        return isInOrder && isUsable
    }

    /// Tells what a verdict says is missing, and publishes the tracker's counts.
    private mutating func note(
        _ verdict: SequenceTracker.Verdict,
        _ position: SequencePosition,
        stream: Int,
        at time: MonotonicTime
    ) -> Bool {
        tallies[stream].missing = trackers[stream].missing
        tallies[stream].recovered = trackers[stream].recovered
        let here = position.sequence
        switch verdict {
        case .duplicate, .late: return false
        case .next: return true
        case .first:
            tallies[stream].isSequenced = true
            hasHeardSequenced = true
        case .afterGap(let first, let last):
            let count = last - first + 1
            appendGap(stream: stream, missing: (first, last, count), cause: .sequence, at: time)
        case .afterRestart(let first, let last):
            tallies[stream].unprovableSeams = trackers[stream].unprovableSeams
            let missing = last == 0 ? (here, here, 0) : (first, last, last)
            appendGap(stream: stream, missing: missing, cause: .restart, at: time)
        case .afterReset:
            tallies[stream].unprovableSeams = trackers[stream].unprovableSeams
            appendGap(stream: stream, missing: (here, here, 0), cause: .restart, at: time)
        }
        return true
    }
}

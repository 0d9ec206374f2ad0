// What becomes of connection attempts and of the connections that end.

extension FeedSupervisor {
    /// Whether the retries are used up.
    var isExhausted: Bool {
        settings.policy.maxRetries >= 0
            && tally.consecutiveFailures >= max(1, settings.policy.maxRetries)
    }

    /// Opens the empty slot when a connection is wanted and its time has come.
    mutating func openIfDue(at now: MonotonicTime, into actions: inout FeedActions) {
        guard wantsConnection else { return }
        // A long delay drawn while the session was closed must not reach into the open session. The time
        // between two replacements of a connection that is well is no such delay.
        if want != .forced || !hasSpeaking { gate = min(gate, now + delayCap) }
        guard now >= gate else { return }
        let slot: ConnectionSlot = self[.a].phase == .free ? .a : .b
        precondition(self[slot].phase == .free, "an attempt needs an empty slot, both were taken")
        var connection = SupervisedConnection()
        connection.phase = .opening
        connection.openedAt = now
        connection.endpoint = tally.attempts % settings.endpointCount
        connection.isFirstEver = tally.attempts == 0
        self[slot] = connection
        attempt = slot
        lastAttempt = now
        if troubleSince == nil { troubleSince = now }
        tally.attempts += 1
        tally.inFlight = 1
        if !connection.isFirstEver {
            var alert = FeedAlert(kind: .reconnectAttempt, severity: .info)
            alert.slot = slot
            alert.count = tally.consecutiveFailures
            actions.append(.alert(alert))
        }
        actions.append(.open(slot, endpoint: connection.endpoint))
    }

    /// Turns data that came since the last step into successes.
    ///
    /// The standing connection comes first, so that it is known to be alive when its replacement is
    /// judged.
    mutating func noteFirstData(
        at now: MonotonicTime,
        wall: WallTime,
        into actions: inout FeedActions
    ) {
        let standing = attempt?.other ?? .a
        for slot in [standing, standing.other] {
            guard self[slot].phase != .free, self[slot].phase != .speaking,
                let firstData = self[slot].firstData
            else { continue }
            self[slot].phase = .speaking
            tally.lastConnected = wall
            isExhaustionTold = false
            if attempt == slot {
                succeed(slot, firstData: firstData, at: now, into: &actions)
            } else if want == .starvation {
                want = nil
            }
            tally.consecutiveFailures = 0
        }
    }

    private mutating func succeed(
        _ slot: ConnectionSlot,
        firstData: MonotonicTime,
        at now: MonotonicTime,
        into actions: inout FeedActions
    ) {
        settleAttempt(succeeded: true)
        let latency = firstData - (troubleSince ?? self[slot].openedAt)
        troubleSince = nil
        if !self[slot].isFirstEver {
            tally.lastReconnectLatency = latency
            var alert = FeedAlert(kind: .reconnectSuccess, severity: .info)
            alert.slot = slot
            alert.count = tally.consecutiveFailures
            alert.duration = latency
            actions.append(.alert(alert))
        }
        switch self[slot.other].phase {
        case .speaking:
            let deadline = now + settings.seamLimit
            retirement = Retirement(slot: slot.other, deadline: deadline, reason: want)
        case .silent:
            // It never sent anything, so there is no seam.
            close(slot.other, into: &actions)
        case .free, .opening, .handshaken: break
        }
        want = nil
    }

    /// Counts the end of the attempt under way.
    mutating func settleAttempt(succeeded: Bool) {
        guard let slot = attempt else { return }
        tally.inFlight = 0
        if succeeded { tally.successes += 1 } else { tally.failures += 1 }
        if self[slot].isFirstEver { tally.firstOutcome = succeeded }
        attempt = nil
    }

    /// Takes notice that a connection ended, in whatever phase it was.
    mutating func end(
        _ slot: ConnectionSlot,
        _ failure: ConnectionFailure,
        code: Int32 = 0,
        at now: MonotonicTime,
        into actions: inout FeedActions
    ) {
        let ended = self[slot]
        guard ended.phase != .free else { return }
        if attempt == slot {
            fail(slot, failure, code: code, at: now, into: &actions)
            return
        }
        tally.count(failure)
        close(slot, into: &actions)
        if retirement?.slot == slot {
            retirement = nil
        } else if let retired = retirement {
            // The new connection is gone before the seam was settled: the old one stays.
            retirement = nil
            want = retired.reason
            troubleSince = now
            scheduleAfterData(at: now)
        } else if ended.phase == .speaking {
            lose(slot, failure, age: now - (ended.firstData ?? now), at: now, into: &actions)
        }
    }

    private mutating func lose(
        _ slot: ConnectionSlot,
        _ failure: ConnectionFailure,
        age: Duration,
        at now: MonotonicTime,
        into actions: inout FeedActions
    ) {
        tally.count(failure == .oversized ? ReconnectTrigger.oversized : .disconnect)
        tally.losses += 1
        tally.lossesSinceStable += 1
        if troubleSince == nil { troubleSince = now }
        let isFlapping = tally.lossesSinceStable >= settings.policy.alertThreshold
        var alert = FeedAlert(kind: .connectionLost, severity: isFlapping ? .critical : .warning)
        alert.slot = slot
        alert.failure = failure
        alert.count = tally.lossesSinceStable
        alert.duration = age
        actions.append(.alert(alert))
        if attempt == nil { scheduleAfterData(at: now) }
    }

    /// Ends the attempt under way without success, and its connection unless it is the best there is.
    mutating func fail(
        _ slot: ConnectionSlot,
        _ failure: ConnectionFailure,
        code: Int32 = 0,
        at now: MonotonicTime,
        into actions: inout FeedActions
    ) {
        settleAttempt(succeeded: false)
        tally.count(failure)
        tally.consecutiveFailures += 1
        unstableAt = now
        tellFailure(slot, failure, code: code, into: &actions)
        gate = now + backoff.nextDelay(cap: delayCap)
        let hasOther = self[slot.other].phase != .free
        let isOtherTooSilent = hasOther && isTooSilent(self[slot.other], at: now)
        if failure == .firstMessageTimeout, !hasOther || isOtherTooSilent {
            self[slot].phase = .silent
        } else {
            close(slot, opened: failure != .openFailed, into: &actions)
        }
        if isOtherTooSilent { end(slot.other, .abandoned, at: now, into: &actions) }
    }

    private mutating func tellFailure(
        _ slot: ConnectionSlot,
        _ failure: ConnectionFailure,
        code: Int32,
        into actions: inout FeedActions
    ) {
        let count = tally.consecutiveFailures
        var alert = FeedAlert(kind: .reconnectFailure, severity: .info)
        // Each level is told once; repeating it for each failure would teach people to look away.
        if count == settings.policy.alertThreshold { alert.severity = .warning }
        if count == settings.policy.maxConsecutiveFailures { alert.severity = .critical }
        alert.slot = slot
        alert.failure = failure
        alert.code = code
        alert.count = count
        actions.append(.alert(alert))
        guard isExhausted, !isExhaustionTold else { return }
        isExhaustionTold = true
        alert.kind = .maxRetriesExceeded
        alert.severity = .critical
        actions.append(.alert(alert))
    }

    /// Empties a slot.
    mutating func close(
        _ slot: ConnectionSlot,
        opened: Bool = true,
        into actions: inout FeedActions
    ) {
        self[slot] = SupervisedConnection()
        if opened { actions.append(.close(slot)) }
    }

    /// Closes the replaced connection.
    mutating func retire(into actions: inout FeedActions) {
        guard let retired = retirement else { return }
        retirement = nil
        close(retired.slot, into: &actions)
    }

    /// Sets the time of the attempt that replaces a connection which had sent data.
    mutating func scheduleAfterData(at now: MonotonicTime) {
        if gate <= now {
            gate = now + backoff.nextDelayAfterData(cap: delayCap)
        } else if backoff.isFresh {
            gate = min(gate, now + backoff.nextDelayAfterData(cap: delayCap))
        }
    }

    /// Takes a request for a new connection, or merges it with what is under way already.
    mutating func requestReconnect(_ request: ReconnectRequest, at now: MonotonicTime) {
        guard attempt == nil, retirement == nil else {
            tally.mergedRequests += 1
            return
        }
        var earliest = max(now, request == .proactive ? gate : now)
        if request == .forced {
            let delay = min(settings.policy.initialDelay, settings.forcedSpacing)
            if let lastAttempt { earliest = max(earliest, lastAttempt + delay) }
            if let lastForced { earliest = max(earliest, lastForced + settings.forcedSpacing) }
        }
        guard !wantsConnection || earliest < gate else {
            tally.mergedRequests += 1
            return
        }
        let trigger: ReconnectTrigger = request == .forced ? .forced : .proactive
        if request == .forced { lastForced = earliest }
        gate = earliest
        want = want ?? trigger
        if troubleSince == nil { troubleSince = now }
        tally.count(trigger)
    }
}

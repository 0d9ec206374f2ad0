// What time and silence do to a feed's connections.

extension FeedSupervisor {
    /// Lets the delays start from the beginning after a stable period.
    mutating func noteStability(at now: MonotonicTime) {
        guard healthySince != nil, now - unstableAt >= settings.policy.stablePeriod else { return }
        backoff.reset()
        tally.lossesSinceStable = 0
    }

    /// When an attempt is given up; never while no data is expected of a finished handshake.
    func attemptDeadline(of connection: SupervisedConnection) -> MonotonicTime {
        guard connection.phase == .handshaken else {
            return connection.openedAt + settings.policy.connectionTimeout
        }
        guard let openSince else { return .never }
        return max(connection.handshakenAt, openSince) + settings.firstMessageLimit
    }

    /// Whether a connection was silent in session for so long that it need not be kept.
    func isTooSilent(_ connection: SupervisedConnection, at now: MonotonicTime) -> Bool {
        guard let openSince else { return false }
        let silentSince = max(connection.lastData ?? connection.handshakenAt, openSince)
        return now - silentSince >= settings.silentLimit
    }

    /// Ends what took too long.
    mutating func checkDeadlines(at now: MonotonicTime, into actions: inout FeedActions) {
        if let slot = attempt, now >= attemptDeadline(of: self[slot]) {
            let wasHandshaken = self[slot].phase == .handshaken
            let failure: ConnectionFailure =
                wasHandshaken ? .firstMessageTimeout : .attemptTimeout
            fail(slot, failure, at: now, into: &actions)
        }
        if let retirement, now >= retirement.deadline { retire(into: &actions) }
    }

    /// Tells the starvation of the feed and asks for another connection beside the starved one.
    mutating func checkStarvation(at now: MonotonicTime, into actions: inout FeedActions) {
        switch starvation.check(at: now, openSince: openSince) {
        case .starved(let silent, let report):
            var alert = FeedAlert(kind: .dataStarved, severity: .critical)
            alert.count = report
            alert.duration = silent
            actions.append(.alert(alert))
            replaceStandingConnection(because: .starvation, at: now)
        case .recovered(let silent):
            var alert = FeedAlert(kind: .dataRecovered, severity: .info)
            alert.duration = silent
            actions.append(.alert(alert))
            if want == .starvation {
                want = nil
                if attempt == nil { troubleSince = nil }
            }
        case nil: break
        }
    }

    /// Tells the silence of single symbols while the feed as a whole is well.
    mutating func checkStreams(at now: MonotonicTime, into actions: inout FeedActions) {
        let healthy = starvation.isStarved ? nil : healthySince
        while actions.hasRoomForSymbols,
            let change = streams.nextChange(at: now, sessions: sessions, healthySince: healthy)
        {
            switch change {
            case .idle(let symbol, let silent):
                var alert = FeedAlert(kind: .streamIdle, severity: .warning)
                alert.symbol = symbol
                alert.duration = silent
                actions.append(.alert(alert))
                // One silent symbol is asked for again alone; the others' connection stays.
                actions.append(.resubscribe(symbol: symbol))
                if streams.isWholeFeedIdle(sessions: sessions) {
                    replaceStandingConnection(because: .streamIdle, at: now)
                }
            case .recovered(let symbol, let silent):
                var alert = FeedAlert(kind: .streamRecovered, severity: .info)
                alert.symbol = symbol
                alert.duration = silent
                actions.append(.alert(alert))
                if want == .streamIdle { want = nil }
            }
        }
    }

    /// Wants another connection beside one that stands but is in doubt.
    private mutating func replaceStandingConnection(
        because trigger: ReconnectTrigger,
        at now: MonotonicTime
    ) {
        guard hasSpeaking, want == nil, attempt == nil, retirement == nil else { return }
        want = trigger
        tally.count(trigger)
        if troubleSince == nil { troubleSince = now }
        scheduleAfterData(at: now)
    }
}

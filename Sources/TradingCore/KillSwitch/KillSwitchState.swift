/// Decides whether new exposure is stopped: engaged means latched, present, or not provably absent.
///
/// Everything that engages it is latched, so that the removal of a file does not resume: only
/// ``reset(_:seeing:)`` does, with an operator and a reason. Until the first look it counts as
/// engaged, because nothing has proved the file absent.
package struct KillSwitchState: Sendable, Equatable {
    /// The most symbols that can be stopped alone; one more stops everything.
    package static let maximumStoppedSymbols = 256

    /// Why it is engaged, in the order of notice; at most one trip of each scope and cause.
    package private(set) var trips: [KillSwitchTrip] = []
    /// Changes whenever the answer for any symbol may have changed.
    package private(set) var revision: UInt64 = 0

    /// Trips since the start of this process, in the order of ``KillSwitchCause``'s cases.
    package private(set) var tripCounts = [UInt64](
        repeating: 0,
        count: KillSwitchCause.allCases.count
    )
    /// Looks that could not say whether a kill file is there.
    package private(set) var doubtfulLookCount: UInt64 = 0
    /// When a look last could say it.
    package private(set) var lastProof: WallTime?

    private var hasLooked = false
    private var isLatchedForAll = false
    private var stoppedSymbolCount = 0

    /// Creates a state from the trips that an earlier run has latched.
    package init(latched: [KillSwitchTrip] = []) {
        for trip in latched { engage(trip) }
        // They were counted by the run that they happened in.
        for index in tripCounts.indices { tripCounts[index] = 0 }
    }

    /// Whether the whole process is stopped.
    package var isEngaged: Bool { isLatchedForAll || !hasLooked }

    /// Whether new exposure in a symbol is stopped, by its own switch or by that of the process.
    package func isEngaged(symbolName: String) -> Bool {
        guard !isEngaged else { return true }
        guard stoppedSymbolCount > 0 else { return false }
        let scope = KillSwitchScope.symbol(symbolName)
        return trips.contains { $0.scope.matches(scope) }
    }

    /// Why the whole process is stopped: the first cause that is still latched.
    package var reason: String? {
        guard isEngaged else { return nil }
        return trips.first { $0.scope == .all }?.reason
            ?? "the kill file has not been looked for yet"
    }

    /// The symbols that are stopped alone, in the order of notice, as their trips spell them.
    package var stoppedSymbols: [String] {
        var names: [String] = []
        for trip in trips {
            guard case .symbol(let name) = trip.scope else { continue }
            if !names.contains(where: { KillSwitchScope.isSame($0, name) }) { names.append(name) }
        }
        return names
    }

    /// Latches what a look has found.
    ///
    /// - Returns: The trips that are new, for the shell to store, journal and tell.
    package mutating func observe(
        _ observation: KillSwitchObservation,
        at time: WallTime
    ) -> [KillSwitchTrip] {
        if !hasLooked {
            hasLooked = true
            revision += 1
        }
        if case .unprovable = observation.global {
            doubtfulLookCount &+= 1
        } else {
            lastProof = time
        }
        if case .absent = observation.global, observation.symbols.isEmpty { return [] }
        var new: [KillSwitchTrip] = []
        if let trip = Self.trip(forGlobal: observation, at: time) { new += engage(trip) }
        for file in observation.symbols {
            let scope = KillSwitchScope.symbol(file.symbolName)
            guard !isLatched(scope, .file) else { continue }
            new += engage(
                Self.trip(scope, file.kind, file.note, observation.noticedBy, at: time)
            )
        }
        return new
    }

    /// Latches a trip that did not come from a look.
    ///
    /// - Returns: The trips that are new; empty when the same scope has the same cause already.
    @discardableResult
    package mutating func engage(_ trip: KillSwitchTrip) -> [KillSwitchTrip] {
        guard !isLatched(trip.scope, trip.cause) else { return [] }
        switch trip.scope {
        case .all:
            isLatchedForAll = true
        case .symbol:
            guard stoppedSymbolCount < Self.maximumStoppedSymbols else {
                return engage(Self.tripForTooManySymbols(trip))
            }
            stoppedSymbolCount += 1
        }
        trips.append(trip)
        if let cause = KillSwitchCause.allCases.firstIndex(of: trip.cause) {
            tripCounts[cause] &+= 1
        }
        revision += 1
        return [trip]
    }

    /// Lifts the latch, if an operator says why and nothing engages it any more.
    ///
    /// It removes no file: who sends the request removes the file first, and a look that follows
    /// the removal must prove it gone.
    /// - Parameters:
    ///   - request: Who asks, and for what.
    ///   - observation: A look taken for this request.
    /// - Returns: What became of it; the shell journals it, and stores the trips that are left.
    package mutating func reset(
        _ request: KillSwitchResetRequest,
        seeing observation: KillSwitchObservation
    ) -> KillSwitchResetOutcome {
        if let refusal = Self.refusal(of: request, seeing: observation) { return .refused(refusal) }
        let lifted = trips.filter { $0.scope.matches(request.scope) }
        guard !lifted.isEmpty else { return .notEngaged }
        trips.removeAll { $0.scope.matches(request.scope) }
        isLatchedForAll = trips.contains { $0.scope == .all }
        stoppedSymbolCount = trips.count { $0.scope != .all }
        revision += 1
        return .lifted(lifted)
    }

    private static func refusal(
        of request: KillSwitchResetRequest,
        seeing observation: KillSwitchObservation
    ) -> KillSwitchResetRefusal? {
        if request.operatorName.allSatisfy(\.isWhitespace) { return .operatorMissing }
        if request.reason.allSatisfy(\.isWhitespace) { return .reasonMissing }
        switch observation.global {
        case .absent: break
        case .present(let kind): return .fileStillPresent(.all, kind)
        case .unprovable(let doubt): return .absenceUnprovable(doubt)
        }
        guard case .symbol(let name) = request.scope else { return nil }
        let file = observation.symbols.first { KillSwitchScope.isSame($0.symbolName, name) }
        return file.map { .fileStillPresent(.symbol($0.symbolName), $0.kind) }
    }

    private func isLatched(_ scope: KillSwitchScope, _ cause: KillSwitchCause) -> Bool {
        trips.contains { $0.cause == cause && $0.scope.matches(scope) }
    }

    private static func trip(
        forGlobal observation: KillSwitchObservation,
        at time: WallTime
    ) -> KillSwitchTrip? {
        switch observation.global {
        case .absent: nil
        case .present(let kind):
            trip(.all, kind, observation.note, observation.noticedBy, at: time)
        case .unprovable(let doubt):
            KillSwitchTrip(
                cause: .unprovable,
                reason: doubt,
                operatorName: "live-loop",
                time: time,
                noticedBy: observation.noticedBy
            )
        }
    }

    private static func trip(
        _ scope: KillSwitchScope,
        _ kind: KillSwitchFileKind,
        _ note: KillSwitchNote,
        _ notice: KillSwitchNotice,
        at time: WallTime
    ) -> KillSwitchTrip {
        KillSwitchTrip(
            scope: scope,
            cause: .file,
            reason: note.reason.isEmpty ? "a kill file is there (\(kind.rawValue))" : note.reason,
            operatorName: note.operatorName,
            time: time,
            noticedBy: notice,
            reactionMicroseconds: note.reactionMicroseconds
        )
    }

    private static func tripForTooManySymbols(_ trip: KillSwitchTrip) -> KillSwitchTrip {
        KillSwitchTrip(
            cause: trip.cause,
            reason: "more than \(maximumStoppedSymbols) symbols were to be stopped alone",
            operatorName: trip.operatorName,
            time: trip.time,
            noticedBy: trip.noticedBy
        )
    }
}

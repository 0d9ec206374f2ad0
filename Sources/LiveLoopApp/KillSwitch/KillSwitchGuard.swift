internal import Platform
internal import Synchronization
internal import Telemetry
internal import TradingCore

/// The one kill switch of a running process: every thread that may engage it meets here.
///
/// The decision is taken at once and in memory; what must outlive the process is stored by
/// ``storePending()`` on a thread that may wait for a disk.
final class KillSwitchGuard: Sendable {
    private struct Store: ~Copyable {
        let latch: KillSwitchLatch
        var journal: KillSwitchJournal?
        var failure: String?
    }

    /// What one step of the loop needs to know.
    struct Reading: Sendable {
        var isEngaged: Bool
        /// Changes whenever the answer for any symbol may have changed.
        var revision: UInt64
    }

    /// What it counts beside the state, since start.
    struct Figures: Sendable {
        /// From the change of each kill file to its notice.
        var reactions = BucketHistogram(bounds: BucketBounds.reaction)
        /// Writes of the latch or of the journal that failed.
        var storeFailures: UInt64 = 0
    }

    /// Where the kill file is looked for.
    let file: KillSwitchFile
    private let state: Locked<KillSwitchState>
    private let unstored = Locked<[KillSwitchTrip]>([])
    private let figures = Locked(Figures())
    private let store: Locked<Store>
    private let wakeUp: WakeUp

    /// Takes over what earlier runs have latched; cannot fail, because what cannot be read engages.
    ///
    /// - Parameters:
    ///   - paths: Where the files are.
    ///   - allowingAnyFileSystem: Accepts file systems on which a look may hang.
    ///   - wakeUp: Woken when there is something to store.
    ///   - time: The wall clock at start.
    init(
        _ paths: KillSwitchPaths,
        allowingAnyFileSystem: Bool,
        wakeUp: WakeUp,
        time: WallTime
    ) {
        file = KillSwitchFile(paths, allowingAnyFileSystem: allowingAnyFileSystem)
        self.wakeUp = wakeUp
        let latch = KillSwitchLatch(paths)
        state = Locked(KillSwitchState(latched: latch.read(at: time)))
        var opened = Store(latch: latch, journal: nil, failure: nil)
        do throws(SystemError) {
            opened.journal = try KillSwitchJournal(paths)
        } catch {
            opened.failure = error.description
        }
        store = Locked(opened)
    }

    // MARK: Engaging

    /// Says whether new exposure is stopped, by what is known already.
    var reading: Reading {
        state.withLock { Reading(isEngaged: $0.isEngaged, revision: $0.revision) }
    }

    /// Latches what a look has found, and says whether new exposure is stopped.
    func note(_ observation: KillSwitchObservation, at time: WallTime) -> Reading {
        let (reading, trips) = state.withLock { state in
            let trips = state.observe(observation, at: time)
            return (Reading(isEngaged: state.isEngaged, revision: state.revision), trips)
        }
        if !trips.isEmpty { keep(trips) }
        return reading
    }

    /// Latches a trip that did not come from a look.
    ///
    /// - Returns: Whether it was not latched before.
    @discardableResult
    func engage(_ trip: KillSwitchTrip) -> Bool {
        let trips = state.withLock { $0.engage(trip) }
        keep(trips)
        return !trips.isEmpty
    }

    /// Engages because the loop did not take what it must know.
    func engageForLostFact() {
        engage(
            KillSwitchTrip(
                cause: .invariant,
                reason: "the loop takes nothing more from the order thread",
                operatorName: "live-loop",
                time: WallTime(nanoseconds: SystemClock.wallNanoseconds()),
                noticedBy: .loop
            )
        )
    }

    private func keep(_ trips: [KillSwitchTrip]) {
        guard !trips.isEmpty else { return }
        // At most one trip of each scope and cause can be new, so that this list is bounded.
        unstored.withLock { $0 += trips }
        figures.withLock { figures in
            for trip in trips {
                guard let microseconds = trip.reactionMicroseconds else { continue }
                figures.reactions.record(microseconds &* 1000)
            }
        }
        wakeUp.signal()
    }

    // MARK: Releasing

    /// Lifts the latch if a fresh look proves that nothing engages it, and stores that.
    func reset(_ request: KillSwitchResetRequest) -> KillSwitchResetOutcome {
        var watch = KillSwitchWatch(file, wallNanoseconds: SystemClock.wallNanoseconds())
        let observation = watch.observe(wallNanoseconds: SystemClock.wallNanoseconds())
        let time = WallTime(nanoseconds: SystemClock.wallNanoseconds())
        let outcome = state.withLock { $0.reset(request, seeing: observation) }
        let isStored = store.withLock { store -> Bool in
            do throws(SystemError) {
                try store.journal?.requested(request, outcome: outcome, at: time)
                if case .lifted = outcome { try store.latch.write(state.withLock { $0.trips }) }
                return true
            } catch {
                fail(&store, error)
                return false
            }
        }
        guard isStored else { return engageAgain(outcome, at: time) }
        return outcome
    }

    /// A release that is not on disk would be undone by a restart, so that it is none.
    private func engageAgain(
        _ outcome: KillSwitchResetOutcome,
        at time: WallTime
    ) -> KillSwitchResetOutcome {
        guard case .lifted = outcome else { return outcome }
        let doubt = "the release could not be stored"
        engage(
            KillSwitchTrip(
                cause: .latch,
                reason: doubt,
                operatorName: "live-loop",
                time: time,
                noticedBy: .control
            )
        )
        return .refused(.absenceUnprovable(doubt))
    }

    // MARK: Storing

    /// Writes what is latched and not yet stored; may wait for the disk.
    ///
    /// - Returns: The trips that are new since the last call, for the log.
    func storePending() -> [KillSwitchTrip] {
        let trips = unstored.withLock { unstored in
            let taken = unstored
            unstored.removeAll()
            return taken
        }
        guard !trips.isEmpty else { return [] }
        store.withLock { store in
            do throws(SystemError) {
                try store.latch.write(state.withLock { $0.trips })
                for trip in trips { try store.journal?.engaged(trip) }
            } catch {
                // It stays engaged in memory; the operator is told that a restart might forget it.
                fail(&store, error)
            }
        }
        return trips
    }

    private func fail(_ store: inout Store, _ error: SystemError) {
        store.failure = error.description
        figures.withLock { $0.storeFailures &+= 1 }
    }

    /// Why the latch or the journal could not be written, if it could not; told once.
    func takeStoreFailure() -> String? {
        store.withLock { store in
            let failure = store.failure
            store.failure = nil
            return failure
        }
    }

    // MARK: Looking

    /// The state as it is now.
    var current: KillSwitchState { state.withLock { $0 } }

    /// What it has counted so far.
    var currentFigures: Figures { figures.withLock { $0 } }
}

import Platform
import Synchronization
import TradingCore

/// Stores records on a thread of its own, so that ticks do not wait for the disk.
final class JournalWriter: RecordStore {
    private enum Work: Sendable {
        case none
        case batch([DeskRecord])
        case done(StoreProgress)
    }

    private let work = Locked(Work.none)
    private let journal: Locked<OrderJournal>
    private let request: WakeUp
    private let completed: WakeUp
    private let stopRequested = Atomic(false)
    private let thread = Locked<Thread?>(nil)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - journal: Where records go.
    ///   - completed: Signalled whenever a batch is done.
    /// - Throws: `SystemError` when no thread or descriptor is left.
    init(_ journal: consuming sending OrderJournal, completed: WakeUp) throws(SystemError) {
        self.journal = Locked(journal)
        self.completed = completed
        request = try WakeUp()
        let thread = try Thread(name: "gateway-journal") { [self] in run() }
        self.thread.withLock { $0 = thread }
    }

    func store(_ records: [DeskRecord]) {
        work.withLock { $0 = .batch(records) }
        request.signal()
    }

    var progress: StoreProgress {
        work.withLock { work in
            guard case .done(let progress) = work else { return .storing }
            return progress
        }
    }

    func stop() {
        stopRequested.store(true, ordering: .releasing)
        request.signal()
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }

    private func run() {
        var poll = PollSet(reading: [request.pollDescriptor])
        while true {
            let batch = work.withLock { work -> [DeskRecord]? in
                guard case .batch(let records) = work else { return nil }
                return records
            }
            if let batch {
                let progress = append(batch)
                work.withLock { $0 = .done(progress) }
                completed.signal()
                // The first failure is final: nobody knows any more what is on the disk.
                if progress != .durable { return }
            } else if stopRequested.load(ordering: .acquiring) {
                return
            } else {
                _ = poll.wait(nanoseconds: nil)
                request.consume()
            }
        }
    }

    private func append(_ records: [DeskRecord]) -> StoreProgress {
        journal.withLock { journal in
            do throws(SystemError) {
                try journal.append(records)
                return .durable
            } catch {
                return .failed(error.description)
            }
        }
    }
}

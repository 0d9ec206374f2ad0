import Platform
import TradingCore

/// Drives an order desk: stores its records, looks for the kill file, and says what may be sent.
///
/// Commands are taken in batches. A batch is stored as accepted, executed, and stored with its outcome;
/// only then is anything sent, and the next batch taken. Quotes go on meanwhile. It belongs to the gateway's
/// thread.
final class OrderService {
    /// Decides.
    var desk: OrderDesk
    /// What a person should know of the start.
    let startMessage: String

    private let store: (any RecordStore)?
    private let killFile: (directory: GuardedDirectory, path: String)?
    private var stage = Stage.taking
    private var outstanding = DeskOutput()

    private enum Stage {
        /// Commands may be received.
        case taking
        /// What was received is being stored.
        case accepting
        /// What became of it is being stored.
        case concluding
    }

    /// Drives a desk whose records go to a store, or nowhere.
    init(_ desk: OrderDesk, store: (any RecordStore)?) {
        self.desk = desk
        self.store = store
        startMessage = ""
        killFile = nil
    }

    /// Restores what was stored before.
    ///
    /// - Throws: `GatewayError` when the state directory or the kill file's directory is unusable.
    init(
        _ configuration: OrderDeskConfiguration,
        symbols: [String],
        bootID: String,
        completed: WakeUp,
        at now: DeskMoment
    ) throws(GatewayError) {
        let venue = PaperVenue(configuration.venue, symbols: symbols)
        var records: [DeskRecord] = []
        if let directory = configuration.stateDirectory {
            var journal = try OrderJournal(in: directory)
            records = journal.takeRestored()
            startMessage =
                "orders are stored in \(directory): \(records.count) records restored"
                + (journal.cutByteCount > 0
                    ? ", \(journal.cutByteCount) bytes of an unfinished write cut off" : "")
            do throws(SystemError) {
                store = try JournalWriter(journal, completed: completed)
            } catch {
                throw GatewayError(
                    .stateUnusable,
                    at: directory,
                    error.description,
                    remedy: "raise the limit of threads or descriptors"
                )
            }
        } else {
            store = nil
            startMessage = "orders are kept in memory only and forgotten at the end (no --state)"
        }
        killFile = try configuration.killFile.map { path throws(GatewayError) in
            (try Self.directory(of: path), path)
        }
        desk = OrderDesk(configuration, venue: venue, bootID: bootID, records: records, at: now)
    }

    private static func directory(of path: String) throws(GatewayError) -> GuardedDirectory {
        do throws(GuardedDirectoryError) {
            return try GuardedDirectory(arming: Directory.parent(of: path))
        } catch {
            throw GatewayError(
                .invalidConfiguration,
                at: "--kill-file \(path)",
                error.description,
                remedy: "name a file in a local directory that exists"
            )
        }
    }

    /// Whether commands may be received now.
    var takesCommands: Bool { if case .taking = stage { true } else { false } }

    /// When something is to be done without a command, a quote or the end of a store.
    var nextDue: MonotonicTime { takesCommands ? desk.nextDue : .never }

    /// Goes on as far as is possible without waiting.
    ///
    /// - Returns: What may be sent now, in order; after one that is a crash nothing more happens.
    func step(_ now: DeskMoment) -> [DeskOutput] {
        var ready: [DeskOutput] = []
        while true {
            switch stage {
            case .taking:
                begin()
                stage = .accepting
            case .accepting:
                guard let output = conclude() else { return ready }
                if !output.isEmpty { ready.append(output) }
                lookForKillFile()
                desk.advance(to: now)
                begin()
                stage = .concluding
            case .concluding:
                guard let output = conclude() else { return ready }
                if !output.isEmpty { ready.append(output) }
                if output.isCrash { return ready }
                stage = .taking
                return ready
            }
        }
    }

    /// Ends the thread that stores.
    ///
    /// - Returns: What was carried out and stored last, and not told yet.
    func stop() -> DeskOutput {
        store?.stop()
        guard case .concluding = stage, let output = conclude() else { return DeskOutput() }
        stage = .taking
        return output
    }

    private func begin() {
        outstanding = desk.takeOutput()
        if !outstanding.records.isEmpty, desk.journalFailure == nil {
            store?.store(outstanding.records)
        }
    }

    /// What was begun, once it is durable; `nil` while it is not.
    ///
    /// It looks once: with a second look, what became durable between both would be lost.
    private func conclude() -> DeskOutput? {
        var output = outstanding
        if let store, !output.records.isEmpty {
            let progress = desk.journalFailure == nil ? store.progress : nil
            if progress == .storing { return nil }
            if case .failed(let reason) = progress { desk.fail(journal: reason) }
            // What could not be stored is not told either: nobody must rely on it.
            if progress != .durable { output = DeskOutput() }
        }
        outstanding = DeskOutput()
        return output
    }

    /// Looks for the kill file; what cannot be shown to be absent counts as there.
    func lookForKillFile() {
        guard let killFile else { return }
        if case .absent = killFile.directory.presence(of: killFile.path) {
            desk.isKillFileEngaged = false
        } else {
            desk.isKillFileEngaged = true
        }
    }
}

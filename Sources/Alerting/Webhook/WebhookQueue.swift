package import TradingCore

/// Decides which message is posted when, and what is written so that none is lost with the process.
///
/// Messages go in the order in which they came, one at a time: a message is on disk before it is sent for
/// the first time, and leaves the disk after the server has taken it. So each arrives at least once, and one
/// that comes twice, because the process ended in between, has the same id. A value: it is handed the time
/// and what happened, and returns what is to be done, in this order.
package struct WebhookQueue: Sendable {
    /// How much waits, and how long.
    package struct Settings: Sendable, Equatable {
        /// The most messages that wait.
        package var capacity = 1000
        /// The wait after the first failure.
        package var firstDelay = Duration.seconds(1)
        /// The longest wait between two attempts.
        package var longestDelay = Duration.seconds(60)
        /// How long one message is tried while the server answers with errors; an unreachable server has
        /// all the time there is.
        package var patience = Duration.seconds(86_400)
        /// Removed messages after which the file is written anew.
        package var untidyMax = 256

        package init() {}
    }

    /// What happens.
    package enum Event: Sendable, Equatable {
        /// The process begins; what the file held is in the queue.
        case started
        /// A message is to be posted.
        case offered(WebhookMessage)
        /// What came back for the message that was sent.
        case answered(WebhookAnswer)
        /// The file was written anew.
        case rewritten
        /// It could not be written.
        case storeFailed
        /// A deadline has come.
        case timer
    }

    /// What is to be done, in this order.
    package enum Action: Sendable, Equatable {
        /// Add this to the file, durably; it failing is told by ``Event/storeFailed``.
        case store(WebhookRecord)
        /// Replace the file's content, durably; the answer is ``Event/rewritten`` or ``Event/storeFailed``.
        case rewrite([WebhookRecord])
        /// Post this; the answer is ``Event/answered(_:)``.
        case send(WebhookMessage)
        /// Keep this for a person: the server will never take it.
        case setAside(WebhookMessage, WebhookAnswer)
    }

    private struct Entry: Sendable {
        var number: UInt64
        var message: WebhookMessage
        /// When it came to this process.
        var since: MonotonicTime
    }

    private let settings: Settings
    private var entries: [Entry]
    private var nextNumber: UInt64
    private var isInFlight = false
    private var backoff: ReconnectBackoff
    /// No attempt before this.
    private var gate = MonotonicTime.zero
    /// When the server began to answer the oldest message with errors.
    private var errorsSince: MonotonicTime?
    /// Removed messages that the file still holds.
    private var untidyCount: Int
    /// Whether the file does not hold what waits.
    private var mustRewrite: Bool
    /// Attempts that failed since the last success.
    package private(set) var failuresInARow = 0
    /// What became of messages.
    package private(set) var counters = WebhookCounters()

    /// Creates a queue with what its file held.
    package init(_ settings: Settings, recovering content: WebhookQueueContent, seed: UInt64) {
        precondition(settings.capacity > 1, "capacity must be above 1, was \(settings.capacity)")
        self.settings = settings
        entries = content.waiting.map {
            Entry(number: $0.number, message: $0.message, since: .zero)
        }
        nextNumber = content.nextNumber
        untidyCount = 0
        mustRewrite = !content.isTidy
        var policy = NetworkPolicy()
        policy.initialDelay = settings.firstDelay
        policy.maxDelay = settings.longestDelay
        policy.backoffMultiplier = 2
        policy.jitterFactor = 0.2
        backoff = ReconnectBackoff(policy: policy, seed: seed)
        counters.corruptLines = content.corruptLineCount
    }

    /// Messages that wait, the one under way included.
    package var count: Int { entries.count }

    /// Since when the oldest message waits; a restart of the process begins it anew.
    package var waitingSince: MonotonicTime? { entries.first?.since }

    /// The messages that wait, oldest first.
    package var waiting: [WebhookMessage] { entries.map(\.message) }

    /// When it must be told of the time.
    package var nextDeadline: MonotonicTime { entries.isEmpty || isInFlight ? .never : gate }

    /// Takes what happened, and says what is to be done.
    package mutating func step(_ event: Event, at now: MonotonicTime) -> [Action] {
        var actions: [Action] = []
        switch event {
        case .started:
            for index in entries.indices { entries[index].since = now }
            while entries.count > settings.capacity {
                drop(self.victim())
                mustRewrite = true
            }
            if mustRewrite { actions.append(rewriting()) }
        case .offered(let message): offer(message, at: now, &actions)
        case .answered(let answer): finish(answer, at: now, &actions)
        case .rewritten:
            mustRewrite = false
            untidyCount = 0
        case .storeFailed:
            mustRewrite = true
            counters.storeFailures &+= 1
            // The next change tries again: retrying by itself would keep a full disk busy.
            return []
        case .timer: break
        }
        sendIfDue(at: now, &actions)
        return actions
    }

    // MARK: Room

    private mutating func offer(
        _ message: WebhookMessage,
        at now: MonotonicTime,
        _ actions: inout [Action]
    ) {
        let entry = Entry(number: nextNumber, message: message, since: now)
        nextNumber &+= 1
        entries.append(entry)
        guard entries.count > settings.capacity else {
            store(.added(number: entry.number, message), &actions)
            return
        }
        let victim = self.victim()
        let number = entries[victim].number
        drop(victim)
        guard number != entry.number else { return }
        store(.added(number: entry.number, message), &actions)
        store(.removed(number: number), &actions)
    }

    /// The oldest of the least severe; never the one under way, which may have arrived already.
    private func victim() -> Int {
        var victim = isInFlight ? 1 : 0
        for index in entries.indices.dropFirst(victim)
        where entries[index].message.severity < entries[victim].message.severity {
            victim = index
        }
        return victim
    }

    private mutating func drop(_ index: Int) {
        entries.remove(at: index)
        counters.dropped &+= 1
    }

    // MARK: Sending

    private mutating func sendIfDue(at now: MonotonicTime, _ actions: inout [Action]) {
        guard !isInFlight, now >= gate, let oldest = entries.first else { return }
        isInFlight = true
        actions.append(.send(oldest.message))
    }

    private mutating func finish(
        _ answer: WebhookAnswer,
        at now: MonotonicTime,
        _ actions: inout [Action]
    ) {
        guard isInFlight, let oldest = entries.first else { return }
        isInFlight = false
        if answer == .cancelled { return }
        if answer.isSuccess {
            counters.delivered &+= 1
            failuresInARow = 0
            backoff.reset()
            remove(oldest, &actions)
        } else if answer.isFinalRefusal || isPatienceOver(answer, at: now) {
            counters.refused &+= 1
            actions.append(.setAside(oldest.message, answer))
            remove(oldest, &actions)
        } else {
            counters.errors &+= 1
            failuresInARow += 1
            gate = now + backoff.nextDelay(cap: settings.longestDelay)
        }
    }

    private mutating func isPatienceOver(_ answer: WebhookAnswer, at now: MonotonicTime) -> Bool {
        guard case .status = answer else { return false }
        let since = errorsSince ?? now
        errorsSince = since
        return now - since >= settings.patience
    }

    private mutating func remove(_ entry: Entry, _ actions: inout [Action]) {
        errorsSince = nil
        entries.removeFirst()
        store(.removed(number: entry.number), &actions)
    }

    // MARK: The file

    /// Adds a record, or writes the file anew where that is due; each needs the change made before.
    private mutating func store(_ record: WebhookRecord, _ actions: inout [Action]) {
        if case .removed = record { untidyCount += 1 }
        let isTidyingDue =
            untidyCount >= settings.untidyMax || (entries.isEmpty && untidyCount > 16)
        if mustRewrite || isTidyingDue {
            if case .rewrite? = actions.last { actions.removeLast() }
            actions.append(rewriting())
        } else {
            actions.append(.store(record))
        }
    }

    private func rewriting() -> Action {
        .rewrite(entries.map { .added(number: $0.number, $0.message) })
    }
}

import Alerting
import TestSupport
import TradingCore

/// A process, a disk and a server in simulated time; the process can end between any two steps.
struct WebhookWorld {
    /// What the server does with a request.
    enum Manner {
        case takes
        /// Nobody answers.
        case isDown
        case answers(Int)
    }

    var now = MonotonicTime.zero
    var manner = Manner.takes
    var isDiskFull = false
    /// What the server took, in order, again and again where it came again.
    private(set) var taken: [String] = []
    /// What the server was asked, with the time.
    private(set) var attempts: [(id: String, time: MonotonicTime)] = []
    private(set) var setAside: [String] = []
    /// The file as it is on disk.
    private(set) var disk: [UInt8] = []
    /// Messages that were on disk at any time.
    private(set) var stored: Set<String> = []
    /// Steps until the process ends without notice; `nil` lets it live.
    var stepsToLive: Int?
    private(set) var crashCount = 0
    private(set) var queue: WebhookQueue
    private let settings: WebhookQueue.Settings

    init(_ settings: WebhookQueue.Settings = WebhookQueue.Settings()) {
        self.settings = settings
        queue = WebhookQueue(settings, recovering: WebhookQueueContent(), seed: 1)
        _ = feed(.started)
    }

    /// Offers a message; `false` when the process ended on the way.
    @discardableResult
    mutating func offer(_ id: String, _ severity: AlertSeverity = .warning) -> Bool {
        feed(.offered(WebhookMessage(id: id, severity: severity, body: "{\"id\":\"\(id)\"}")))
    }

    /// Lets time pass, with every deadline on the way.
    mutating func run(for duration: Duration) {
        let end = now + duration
        while queue.nextDeadline <= end {
            now = max(now, queue.nextDeadline)
            feed(.timer)
        }
        now = end
    }

    /// Ends the process and starts another one with what is on disk, perhaps with a torn line behind it.
    mutating func restart(tearing torn: [UInt8] = []) {
        crashCount += 1
        stepsToLive = nil
        disk += torn
        queue = WebhookQueue(settings, recovering: WebhookQueueFile.read(disk), seed: 2)
        feed(.started)
    }

    @discardableResult
    private mutating func feed(_ event: WebhookQueue.Event) -> Bool {
        var events = [event]
        while !events.isEmpty {
            for action in queue.step(events.removeFirst(), at: now) {
                if let left = stepsToLive {
                    guard left > 0 else {
                        restart()
                        return false
                    }
                    stepsToLive = left - 1
                }
                if let answer = perform(action) { events.append(answer) }
            }
        }
        return true
    }

    private mutating func perform(_ action: WebhookQueue.Action) -> WebhookQueue.Event? {
        switch action {
        case .store(let record):
            guard !isDiskFull else { return .storeFailed }
            disk += WebhookQueueFile.line(record)
            note(record)
        case .rewrite(let records):
            guard !isDiskFull else { return .storeFailed }
            disk = records.flatMap(WebhookQueueFile.line)
            for record in records { note(record) }
            return .rewritten
        case .send(let message):
            attempts.append((message.id, now))
            switch manner {
            case .takes:
                taken.append(message.id)
                return .answered(.status(204))
            case .isDown: return .answered(.failed)
            case .answers(let status): return .answered(.status(status))
            }
        case .setAside(let message, _): setAside.append(message.id)
        }
        return nil
    }

    private mutating func note(_ record: WebhookRecord) {
        if case .added(_, let message) = record { stored.insert(message.id) }
    }
}

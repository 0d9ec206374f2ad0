internal import HTTPClient
internal import Platform
internal import Telemetry
internal import TradingCore

/// What the webhook thread owns: it carries out what the queue decides.
struct WebhookRunner: ~Copyable {
    private let sender: WebhookSender
    private var queue: WebhookQueue
    private var store: WebhookStore
    private var client: HTTPClient
    private var isStoreFailureTold = false
    private var lastFailure = ""

    init(_ sender: WebhookSender, _ client: consuming HTTPClient) {
        self.sender = sender
        self.client = client
        store = WebhookStore(directory: sender.configuration.directory)
        let (content, failure) = store.read()
        queue = WebhookQueue(
            sender.configuration.queue,
            recovering: content,
            seed: sender.configuration.seed
        )
        if let failure { say(.error, "the queue of alerts cannot be read: \(failure)") }
        if content.corruptLineCount > 0 {
            say(
                .warning,
                "lines of the queue of alerts could not be read",
                [LogField("lines", .integer(Int64(clamping: content.corruptLineCount)))]
            )
        }
        if !content.waiting.isEmpty {
            say(
                .info,
                "alerts wait since the last run",
                [LogField("waiting", .integer(Int64(content.waiting.count)))]
            )
        }
    }

    /// Works until the process stops.
    mutating func run() {
        var poll = PollSet(reading: [sender.wakeDescriptor])
        feed(.started)
        while true {
            sender.consumeWakeUp()
            for message in sender.takeOffered() { feed(.offered(message)) }
            if now() >= queue.nextDeadline { feed(.timer) }
            publish()
            let end = sender.deadline
            if end != .never, now() >= end || (!client.isBusy && queue.nextDeadline > now()) {
                break
            }
            wait(until: min(end, queue.nextDeadline), &poll)
        }
        if client.isBusy {
            client.cancel()
            feed(.answered(.cancelled))
        }
        publish()
    }

    private mutating func wait(until deadline: MonotonicTime, _ poll: inout PollSet) {
        let left = min(max(0, (deadline - now()).wholeNanoseconds), 60_000_000_000)
        guard client.isBusy else {
            _ = poll.wait(nanoseconds: left)
            return
        }
        if let result = client.wait(nanoseconds: left, waking: sender.wakeDescriptor) {
            feed(.answered(answer(result)))
        }
    }

    // MARK: Carrying out

    /// Tells the queue what happened and does what it says, until it says nothing more.
    private mutating func feed(_ event: WebhookQueue.Event) {
        var events = [event]
        while !events.isEmpty {
            for action in queue.step(events.removeFirst(), at: now()) {
                if let answer = perform(action) { events.append(answer) }
            }
        }
    }

    private mutating func perform(_ action: WebhookQueue.Action) -> WebhookQueue.Event? {
        switch action {
        case .store(let record):
            do throws(SystemError) {
                try store.append(record)
                return nil
            } catch {
                return storeFailed(error)
            }
        case .rewrite(let records):
            do throws(SystemError) {
                try store.rewrite(records)
                isStoreFailureTold = false
                return .rewritten
            } catch {
                return storeFailed(error)
            }
        case .send(let message): return send(message)
        case .setAside(let message, let answer):
            setAside(message, answer)
            return nil
        }
    }

    private mutating func send(_ message: WebhookMessage) -> WebhookQueue.Event? {
        var request = HTTPRequest(
            .post(Array(message.body.utf8), type: "application/json"),
            sender.address
        )
        request.headers = ["Idempotency-Key: \(message.id)"]
        request.authorityFile = sender.configuration.authorityFile
        do throws(HTTPFailure) {
            try client.begin(request)
            return nil
        } catch {
            return .answered(answer(.failure(error)))
        }
    }

    private mutating func setAside(_ message: WebhookMessage, _ answer: WebhookAnswer) {
        say(
            .error,
            "the webhook refuses an alert; it is in alerts.refused",
            [LogField("id", .text(message.id)), LogField("answer", .text("\(answer)"))]
        )
        do throws(SystemError) {
            try store.setAside(message)
        } catch {
            say(.error, "the refused alert could not be kept: \(error)")
        }
    }

    // MARK: Telling

    /// What the queue is told; a failure is written once, and once when it is over.
    private mutating func answer(
        _ result: Result<HTTPResponse, HTTPFailure>
    ) -> WebhookAnswer {
        switch result {
        case .success(let response):
            tell(response.isSuccess ? "" : "it answers with status \(response.status)")
            return .status(response.status)
        case .failure(let failure):
            tell("\(failure)")
            return .failed
        }
    }

    private mutating func tell(_ failure: String) {
        guard failure != lastFailure else { return }
        lastFailure = failure
        let waiting = LogField("waiting", .integer(Int64(queue.count)))
        if failure.isEmpty {
            say(.info, "the webhook takes alerts again", [waiting])
        } else {
            say(.warning, "the webhook does not take alerts: \(failure)", [waiting])
        }
    }

    private mutating func storeFailed(_ error: SystemError) -> WebhookQueue.Event {
        if !isStoreFailureTold {
            isStoreFailureTold = true
            say(.error, "the queue of alerts cannot be written, a restart may lose some: \(error)")
        }
        return .storeFailed
    }

    private func say(_ level: LogLevel, _ text: String, _ fields: [LogField] = []) {
        sender.log(
            LogRecord(
                wallNanoseconds: SystemClock.wallNanoseconds(),
                level: level,
                component: "alerts",
                message: text,
                fields: fields
            )
        )
    }

    private func publish() {
        sender.publish(
            WebhookSender.Status(
                counters: queue.counters,
                waiting: queue.count,
                waitingSince: queue.waitingSince,
                failuresInARow: queue.failuresInARow
            )
        )
    }

    private func now() -> MonotonicTime {
        MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
    }
}

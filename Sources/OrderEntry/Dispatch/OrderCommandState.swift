internal import TradingCore

/// A command that the order thread follows.
struct CommandInProgress: Sendable {
    /// How far it got on this thread.
    enum Stage: Sendable, Equatable {
        /// Its intent is being made durable.
        case persisting
        /// It may be sent when a slot is free.
        case ready
        /// It stands before the last look, with a slot reserved.
        case checking(slot: Int)
        /// It was handed over, and the slot waits for the answer.
        case waiting(slot: Int)
        /// No slot has to do with it: it works at the venue, or its outcome is unknown.
        case away
    }

    var record: OrderRecord
    var stage: Stage
    /// When it was taken on.
    let submittedAt: MonotonicTime
    /// Tries to send what certainly has not left.
    var retry: WaitOrDie?
    /// Before this it is not tried again.
    var notBefore = MonotonicTime.zero
    /// Which start of the gateway it was handed to; empty where that is not known.
    var bootID = ""
    /// Every deal up to this one had been fetched when it was handed over.
    var dealMark: UInt64 = 0
    /// The deals that name it, for evidence where the gateway has no better.
    var deals: [Deal] = []
    /// How its unknown outcome is being settled.
    var inquiry: Inquiry?
    /// The account that was being fetched when it was learned to be working, which may be older than that.
    var workingSinceRound: UInt64 = 0
    /// Whether a later account did not show it among the working orders.
    var isGone = false

    /// Deals that are kept for one order at most.
    static let dealsMax = 256

    init(_ record: OrderRecord, _ stage: Stage, at now: MonotonicTime) {
        self.record = record
        self.stage = stage
        submittedAt = now
    }

    /// Cancels go first, then what reduces, then changes, then new exposure.
    var priority: Int {
        switch record.intent.command {
        case .cancel: 0
        case .close: 1
        case .modify: 2
        case .place: record.intent.isReducing ? 1 : 3
        }
    }

    /// Whether it may still be tried when there is no connection.
    ///
    /// The price on which new exposure was decided is gone by then; taking back and closing are still
    /// wanted.
    var isRetriedUnsent: Bool { priority < 2 }

    /// Adds a deal, if it was not known.
    mutating func add(_ deal: Deal) {
        guard deals.count < Self.dealsMax, !deals.contains(where: { $0.number == deal.number })
        else { return }
        deals.append(deal)
    }
}

/// A command that waits to be sent, with what decides whether it still may.
struct ReadyCommand: Sendable {
    let id: OrderID
    let priority: Int
    let passesKillSwitch: Bool
    /// When it is too late to hand it over.
    ///
    /// What reduces is wanted until the budget of its retries is used up.
    let expiry: MonotonicTime
    /// When the quote that it rests on is too old; what reduces rests on none.
    let staleAfter: MonotonicTime
    /// Before this it is not tried again.
    let notBefore: MonotonicTime

    init(_ command: CommandInProgress, quoteAgeMax: Duration) {
        let intent = command.record.intent
        id = intent.id
        priority = command.priority
        passesKillSwitch = intent.passesKillSwitch
        expiry = command.isRetriedUnsent ? .never : command.submittedAt + intent.lifetime
        staleAfter = command.isRetriedUnsent ? .never : intent.quoteTime + quoteAgeMax
        notBefore = command.notBefore
    }

    /// When time alone changes what becomes of it.
    func deadline(after now: MonotonicTime) -> MonotonicTime {
        min(expiry, notBefore > now ? notBefore : .never)
    }
}

/// How the outcome of a command is found out; only questions are asked, never the command again.
struct Inquiry: Sendable {
    /// What is asked next.
    enum Phase: Sendable, Equatable {
        /// What became of it.
        case status
        /// That it never be executed.
        case fence
        /// Whether the account shows it; the gateway fenced it, but it is not the one that got it.
        case evidence(afterRound: UInt64)
        /// Nothing can be asked; the account and the publisher may still tell.
        case nothing
    }

    var phase = Phase.status
    /// When the outcome became unknown.
    let since: MonotonicTime
    /// When the next question is due.
    var nextAt: MonotonicTime
    /// Whether a question is on its way.
    var isAsking = false
    /// Whether it is an operator's already.
    var isManual = false
    /// The waits between questions.
    var pace: WaitOrDie

    init(about id: OrderID, policy: WaitOrDie.Policy, at now: MonotonicTime) {
        since = now
        nextAt = now
        pace = WaitOrDie("inquiry \(id)", policy: policy, at: now)
    }
}

/// A question and its tries.
struct QueryInProgress: Sendable {
    let query: OrderQuery
    var retry: WaitOrDie
    var notBefore: MonotonicTime

    init(_ query: OrderQuery, policy: WaitOrDie.Policy, at now: MonotonicTime) {
        self.query = query
        retry = WaitOrDie(query.action, policy: policy, at: now)
        notBefore = now
    }

    /// The lower, the sooner.
    var priority: Int {
        switch query {
        case .kill: 0
        case .heartbeat: 1
        case .status, .fence: 2
        case .synchronize: 3
        case .describe: 4
        }
    }
}

/// A socket as the decider sees it.
struct OrderSlot: Sendable {
    /// What the socket carries.
    enum Job: Sendable {
        case command(OrderID)
        case query(QueryInProgress)
    }

    /// Whether it is connected.
    var isConnected = false
    /// Whether a command stands before its last look and will use it.
    var isReserved = false
    /// What it waits for.
    var job: Job?
    /// The id of what it waits for.
    var requestID = ""
    /// The id of what it got an answer to last.
    var answeredID = ""
    /// When that was handed over.
    var sentAt = MonotonicTime.zero
    /// When it is given up.
    var deadline = MonotonicTime.never
    /// Whether something came that cannot be read.
    var sawMalformed = false
    /// When a new socket is due.
    var reopenAt = MonotonicTime.never
    /// The tries to connect.
    var retry: WaitOrDie?

    /// Whether a frame can be handed over now.
    var isFree: Bool { isConnected && job == nil && !isReserved }
}

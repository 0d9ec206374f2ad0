import TradingCore

/// What goes wrong with the execution of one command.
enum ExecutionFault: Sendable, Equatable {
    case refuse(code: Int32)
    case delay(Duration)
    case venue(VenueAnomaly)
    case crashBefore
    case crashDuring
    case crashAfter
}

/// The faults that wait for order commands and their answers.
struct OrderFaults: Sendable {
    private struct Entry {
        let fault: GatewayFault
        var remaining: UInt64
    }

    private var entries: [Entry] = []
    private var delayed: [(due: MonotonicTime, reply: DeskReply)] = []
    /// An answer that is sent after its successor.
    private var held: DeskReply?

    /// The most faults and delayed answers that wait; more are refused.
    static let waitingMax = 10_000

    mutating func add(_ fault: GatewayFault) -> Bool {
        guard entries.count < Self.waitingMax else { return false }
        entries.append(Entry(fault: fault, remaining: fault.count))
        return true
    }

    /// When the next delayed answer is to be sent.
    var nextReplyDue: MonotonicTime { delayed.map(\.due).min() ?? .never }

    // MARK: Requests

    mutating func losesRequest(_ action: String) -> Bool {
        take(action) { $0 == .loseRequest } != nil
    }

    mutating func takeExecutionFault(_ action: String) -> ExecutionFault? {
        guard let fault = take(action, { $0.executionStage }) else { return nil }
        return switch fault.kind {
        case .retcode: .refuse(code: fault.code)
        case .delayExecution: .delay(fault.duration)
        case .executeTwice: .venue(.twice)
        case .twoFills: .venue(.twoFills)
        case .overfill: .venue(.overfill)
        case .partialFill: .venue(.partial)
        case .crashBefore: .crashBefore
        case .crashDuring: .crashDuring
        case .crashAfter: .crashAfter
        default: nil
        }
    }

    private mutating func take(
        _ action: String,
        _ isMeant: (GatewayFault.Kind) -> Bool
    ) -> GatewayFault? {
        let index = entries.firstIndex { entry in
            guard isMeant(entry.fault.kind) else { return false }
            guard let named = entry.fault.symbol else {
                return DeskCommand.orderActions.contains(action)
            }
            return named == action
        }
        guard let index else { return nil }
        let fault = entries[index].fault
        entries[index].remaining -= 1
        if entries[index].remaining == 0 { entries.remove(at: index) }
        return fault
    }

    // MARK: Answers

    /// What is sent in place of an answer now.
    mutating func effects(
        on reply: DeskReply,
        action: String,
        now: MonotonicTime
    ) -> [DeskReply] {
        guard let fault = take(action, { $0.replyStage }) else { return released(behind: [reply]) }
        switch fault.kind {
        case .loseReply: return []
        case .delayReply:
            guard delayed.count < Self.waitingMax else { return [reply] }
            delayed.append((now + fault.duration, reply))
            return []
        case .reorderReplies:
            let earlier = held
            held = reply
            return earlier.map { [$0] } ?? []
        case .duplicateReply: return released(behind: [reply, reply])
        case .foreignReply:
            let text =
                #"{"req_id":"foreign-1","boot_id":"","error":false,"ticket":1,"msg":"done","#
                + #""retcode":10009,"data":null}"#
            return released(behind: [DeskReply(address: reply.address, text: text), reply])
        case .malformedReply:
            let half = String(reply.text.prefix(reply.text.count / 2))
            return released(behind: [DeskReply(address: reply.address, text: half)])
        case .oversizeReply:
            let padding = String(repeating: " ", count: Self.oversize)
            return released(behind: [DeskReply(address: reply.address, text: reply.text + padding)])
        default: return [reply]
        }
    }

    /// Longer than any answer may be.
    private static let oversize = 2_000_000

    private mutating func released(behind replies: [DeskReply]) -> [DeskReply] {
        guard let late = held else { return replies }
        held = nil
        return replies + [late]
    }

    mutating func dueReplies(_ now: MonotonicTime) -> [DeskReply] {
        guard !delayed.isEmpty else { return [] }
        let due = delayed.filter { $0.due <= now }
        if !due.isEmpty { delayed.removeAll { $0.due <= now } }
        return due.map(\.reply)
    }
}

extension GatewayFault.Kind {
    /// Whether it meets a command when it is executed.
    var executionStage: Bool {
        switch self {
        case .retcode, .delayExecution, .executeTwice, .twoFills, .overfill, .partialFill,
            .crashBefore, .crashDuring, .crashAfter:
            true
        default: false
        }
    }

    /// Whether it meets an answer.
    var replyStage: Bool {
        switch self {
        case .loseReply, .delayReply, .reorderReplies, .duplicateReply, .foreignReply,
            .malformedReply, .oversizeReply:
            true
        default: false
        }
    }

    /// Whether it is about orders, not about ticks.
    package var isAboutOrders: Bool {
        executionStage || replyStage || self == .loseRequest || self == .forget
    }
}

extension OrderDesk {
    /// Makes a fault wait for the commands that it is about, or happen at once.
    ///
    /// - Throws: `GatewayError` when it is about ticks, or too many wait.
    package mutating func apply(_ fault: GatewayFault) throws(GatewayError) {
        if fault.kind == .forget {
            output.records.append(.forgotten)
            return
        }
        guard fault.kind.isAboutOrders, faults.add(fault) else {
            throw GatewayError(
                .invalidFault,
                at: "fault \(fault.kind.rawValue)",
                fault.kind.isAboutOrders ? "too many faults wait" : "it is about ticks",
                remedy: "let them happen first"
            )
        }
    }
}

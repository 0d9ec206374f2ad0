import Gateway
import OrderEntry

/// Where the trading process dies.
enum CrashPoint: Hashable, CaseIterable {
    case never
    case step(OrderStep)
    /// The gateway has answered, and the answer is on its way.
    case replyUnderway
    /// Right after a hand-over, and again while the next process reads its ledger.
    case recovery

    static let allCases: [CrashPoint] =
        [.never] + OrderStep.allCases.map(CrashPoint.step) + [.replyUnderway, .recovery]
}

/// What the gateway does, from the order on that a schedule is about.
enum GatewayBehaviour: CaseIterable {
    case faithful
    case withoutDedup
    case withoutExpiry
    case withoutBootID
    case withoutStatus
    case withoutFence
    case withoutLease
    case withoutRateLimit
    case forgets
    case crashesBefore
    case crashesDuring
    case crashesAfter
    case restarts
    case timesOut
    case fillsPartly
    case overfills
    case rejects
    case seesKillFile

    /// What it does not promise.
    var missing: GatewayContract {
        switch self {
        case .withoutDedup: .dedup
        case .withoutExpiry: .expiry
        case .withoutBootID: .bootID
        case .withoutStatus: .status
        case .withoutFence: .fence
        case .withoutLease: .lease
        case .withoutRateLimit: .rateLimit
        default: []
        }
    }

    /// Whether an order can be left that only an operator can settle.
    var allowsManual: Bool { self == .overfills || !missing.isEmpty }

    /// Whether the process may find that the gateway is not to be believed.
    var allowsTrips: Bool { self == .forgets || allowsManual }

    /// What is injected into the desk; `nil` for what the world does to it.
    var fault: (kind: GatewayFault.Kind, code: Int32?)? {
        switch self {
        case .crashesBefore: (.crashBefore, nil)
        case .crashesDuring: (.crashDuring, nil)
        case .crashesAfter: (.crashAfter, nil)
        case .timesOut: (.retcode, ReturnCode.timeout)
        case .fillsPartly: (.partialFill, nil)
        case .overfills: (.overfill, nil)
        case .rejects: (.retcode, ReturnCode.reject)
        default: nil
        }
    }
}

/// What the network does to one command.
enum NetworkFault: CaseIterable {
    case none
    case loseRequest
    case loseReply
    case delayRequest
    case delayReply
    case duplicateReply
    case foreignReply
    case malformedReply
    /// The connection ends, and the command with it.
    case cutBefore
    /// The command arrives, and the connection ends before the answer comes.
    case cutAfter
    /// The command arrives late, after its connection has ended.
    case cutWhileUnderway
    /// No connection takes it.
    case refuse
    /// It failed halfway, and arrived.
    case uncertainArrived
    /// It failed halfway, and was lost.
    case uncertainLost
}

/// The mistakes that the simulation must see; each is made by the shell, never by the product.
enum PlantedBug: String, CaseIterable {
    case retryOnTimeout = "retry on timeout"
    case retryOnConnectionError = "retry on connection error"
    case sendBeforeSync = "send before sync"
    case idReused = "id reused after restart"
    case killCheckedOncePerLoop = "kill checked once per loop"
    case notFoundTrusted = "not found trusted"
    case countersInMemory = "counters in memory only"
    case unknownNotReserved = "unknown not reserved"
    case lateReplyMatched = "late reply matched to another request"
    case resetByRemoval = "reset of the latch by rm"
}

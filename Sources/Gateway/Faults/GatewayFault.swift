/// A fault that the gateway produces on command, so that a subscriber's defences can be tested.
package struct GatewayFault: Sendable, Equatable {
    /// The kinds of fault; the raw value is the word used in commands.
    package enum Kind: String, Sendable, CaseIterable {
        /// Nothing is published for a while, then publishing goes on where it stopped.
        case hang
        /// Nothing is published for a while, then what was due comes in one burst.
        case stall
        /// Sequence numbers are left out, as if that many ticks were lost on the way.
        case skip
        /// The next ticks are sent twice.
        case duplicate
        /// The next pairs of ticks of a symbol are sent in the wrong order.
        case reorder
        /// The sequence goes back and runs over the same numbers again.
        case back
        /// The next sequence number is the given one.
        case jump
        /// Frames that cannot be decoded.
        case garbage
        /// One frame of so many bytes.
        case oversize
        /// One message of so many parts.
        case parts
        /// Ticks of so many symbols that nobody has asked for.
        case symbols
        /// The ticks of one symbol are not published.
        case mute
        /// The next quotes have a bid above their ask.
        case crossed
        /// The next quotes have a negative bid.
        case negative
        /// The next quotes have `NaN` for a bid.
        case nan
        /// Timestamps are off by so many seconds from now on; 0 ends it.
        case clock
        /// The publisher ends and comes back as a new epoch.
        case restart
        /// Commands are neither executed nor answered.
        case loseRequest = "lose-request"
        /// Commands are executed, and the answers are not sent.
        case loseReply = "lose-reply"
        /// Answers are sent so much later.
        case delayReply = "delay-reply"
        /// An answer is sent after the next one.
        case reorderReplies = "reorder-replies"
        /// Answers are sent twice.
        case duplicateReply = "duplicate-reply"
        /// An answer to a question that nobody asked is sent before the answer.
        case foreignReply = "foreign-reply"
        /// Answers are cut in half.
        case malformedReply = "malformed-reply"
        /// Answers are two million bytes too long.
        case oversizeReply = "oversize-reply"
        /// Commands are refused with a return code.
        case retcode
        /// Commands wait so long before they are executed.
        case delayExecution = "delay-execution"
        /// Commands are executed twice.
        case executeTwice = "execute-twice"
        /// Market orders are filled twice.
        case twoFills = "two-fills"
        /// Market orders are filled with twice their volume.
        case overfill
        /// Market orders and closes are filled by half.
        case partialFill = "partial-fill"
        /// The process dies after a command was accepted, before it is executed.
        case crashBefore = "crash-before"
        /// The process dies after a command was executed, before that is stored.
        case crashDuring = "crash-during"
        /// The process dies after the outcome was stored, before the answer is sent.
        case crashAfter = "crash-after"
        /// After the next start no command is remembered.
        case forget
    }

    /// What happens.
    package let kind: Kind
    /// How long it lasts, or how far the clock is off.
    package let duration: Duration
    /// How many, how many bytes, or which number.
    package let count: UInt64
    /// The symbol it is about; `nil` is the symbol of the next tick, and for `mute` every symbol.
    ///
    /// Of a fault about orders it is the action; `nil` is any of those that are executed once at most.
    package let symbol: String?
    /// The return code of ``Kind/retcode``.
    package let code: Int32

    /// Checks the arguments of a fault.
    ///
    /// - Throws: `GatewayError` that says what the kind accepts.
    package init(
        _ kind: Kind,
        duration: Duration? = nil,
        count: UInt64? = nil,
        symbol: String? = nil,
        code: Int32? = nil
    ) throws(GatewayError) {
        let durations = kind.durations
        let counts = kind.counts
        self.kind = kind
        self.symbol = symbol
        self.duration = duration ?? kind.durationDefault ?? .zero
        self.count = count ?? 1
        self.code = code ?? 0
        let isDurationGood = durations?.contains(self.duration) ?? (duration == nil)
        let isDurationGiven = durations == nil || duration != nil || kind.durationDefault != nil
        let isCountGood = counts?.contains(self.count) ?? (count == nil)
        let isCodeGood = kind == .retcode ? (10_001...10_999).contains(self.code) : code == nil
        guard isDurationGood, isDurationGiven, isCountGood, isCodeGood else {
            throw GatewayError(
                .invalidFault,
                at: "fault \(kind.rawValue)",
                "seconds \(duration.map { "\($0)" } ?? "absent"), count "
                    + (count.map(String.init) ?? "absent")
                    + (code.map { ", code \($0)" } ?? ""),
                remedy: "it takes \(kind.usage)"
            )
        }
    }
}

extension GatewayFault.Kind {
    /// The durations that the kind takes; `nil` when it takes none.
    var durations: ClosedRange<Duration>? {
        switch self {
        case .hang, .stall, .mute, .restart, .delayReply, .delayExecution:
            .zero ... .seconds(86_400)
        case .clock: .seconds(-400 * 86_400) ... .seconds(400 * 86_400)
        default: nil
        }
    }

    /// The duration when none is given; `nil` when one must be.
    var durationDefault: Duration? { self == .restart ? .zero : nil }

    /// The counts that the kind takes; `nil` when it takes none.
    var counts: ClosedRange<UInt64>? {
        switch self {
        case .skip, .back, .duplicate, .reorder, .garbage, .symbols, .crossed, .negative, .nan,
            .loseRequest, .loseReply, .delayReply, .reorderReplies, .duplicateReply, .foreignReply,
            .malformedReply, .oversizeReply, .retcode, .delayExecution, .executeTwice, .twoFills,
            .overfill, .partialFill, .crashBefore, .crashDuring, .crashAfter:
            1...1_000_000
        case .jump: 1...UInt64.max
        case .oversize: 1...16_777_216
        case .parts: 1...10_000
        case .hang, .stall, .mute, .clock, .restart, .forget: nil
        }
    }

    /// What the kind takes, for messages.
    var usage: String {
        var words: [String] = []
        if let durations {
            let range = "\(durations.lowerBound) to \(durations.upperBound)"
            words.append((durationDefault == nil ? "" : "optionally ") + "a duration of \(range)")
        }
        if let counts { words.append("a count of \(counts.lowerBound) to \(counts.upperBound)") }
        if self == .retcode { words.append("a code of 10001 to 10999") }
        return words.isEmpty ? "no arguments" : words.joined(separator: " and ")
    }
}

/// A fault that is produced at a given time after publishing began.
package struct ScheduledFault: Sendable, Equatable {
    /// What happens.
    package let fault: GatewayFault
    /// The time after the first tick became due.
    package let time: Duration

    package init(_ fault: GatewayFault, at time: Duration) {
        self.fault = fault
        self.time = time
    }

    /// Reads `KIND@TIME[:ARGUMENT…]`, such as `hang@10s:5s`, `skip@5s:3:EURUSD` or `restart@1m`.
    ///
    /// A number with `ms`, `s`, `m` or `h` is a duration, one without is a count, and anything else
    /// is a symbol or, for a fault about orders, an action. The first number of `retcode` is the code.
    /// - Throws: `GatewayError` that names the kinds or the form.
    package init(_ text: String) throws(GatewayError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let head = (parts.first ?? "").split(separator: "@", omittingEmptySubsequences: false)
        guard head.count == 2, let time = Self.duration(head[1]), time >= .zero else {
            throw GatewayError(
                .invalidFault,
                at: "--fault \(text)",
                "no kind and time",
                remedy: "write it as hang@10s:5s"
            )
        }
        guard let kind = GatewayFault.Kind(rawValue: String(head[0])) else {
            throw Self.unknown(String(head[0]), at: "--fault \(text)")
        }
        var duration: Duration?
        var count: UInt64?
        var symbol: String?
        var code: Int32?
        for part in parts.dropFirst() {
            if kind == .retcode, code == nil, let number = Int32(part) {
                code = number
            } else if let number = UInt64(part) {
                count = number
            } else if let length = Self.duration(part) {
                duration = length
            } else {
                symbol = String(part)
            }
        }
        self.time = time
        fault = try GatewayFault(
            kind,
            duration: duration,
            count: count,
            symbol: symbol,
            code: code
        )
    }

    static func unknown(_ kind: String, at place: String) -> GatewayError {
        GatewayError(
            .invalidFault,
            at: place,
            "no fault is called '\(kind)'",
            remedy: "use one of "
                + GatewayFault.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        )
    }

    private static func duration(_ text: Substring) -> Duration? {
        let number = text.prefix { $0.isNumber || $0 == "." || $0 == "-" }
        guard let value = Double(number), value.magnitude < 1e9 else { return nil }
        switch text[number.endIndex...] {
        case "ms": return .milliseconds(value)
        case "s": return .seconds(value)
        case "m": return .seconds(value * 60)
        case "h": return .seconds(value * 3600)
        default: return nil
        }
    }
}

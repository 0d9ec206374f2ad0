/// What a kill switch stops.
package enum KillSwitchScope: Sendable, Hashable {
    /// The whole process.
    case all
    /// One symbol, by name.
    case symbol(String)

    /// Whether both stop the same thing.
    ///
    /// Symbol names are compared without the case of ASCII letters: who types a name in a hurry
    /// must stop too much rather than nothing.
    package func matches(_ other: KillSwitchScope) -> Bool {
        switch (self, other) {
        case (.all, .all): true
        case (.symbol(let one), .symbol(let two)): Self.isSame(one, two)
        default: false
        }
    }

    static func isSame(_ one: String, _ two: String) -> Bool {
        one.utf8.lazy.map(folded).elementsEqual(two.utf8.lazy.map(folded))
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}

extension KillSwitchScope: CustomStringConvertible {
    package var description: String {
        switch self {
        case .all: "everything"
        case .symbol(let name): name
        }
    }
}

/// Why the kill switch was engaged; one word, for counters and records.
package enum KillSwitchCause: String, Sendable, CaseIterable {
    /// A kill file is there.
    case file
    /// Nobody can say whether a kill file is there.
    case unprovable
    /// The look for a kill file has had no answer.
    case noAnswer = "no_answer"
    /// Somebody asked by command, page or HTTP.
    case request
    /// A signal came.
    case signal
    /// A risk limit was broken.
    case risk
    /// The order gateway was silent for too long.
    case gateway
    /// The record of orders cannot be trusted.
    case ledger
    /// The loop did not complete a step in time.
    case stall
    /// The process found itself in a state that must not be.
    case invariant
    /// The stored latch cannot be read or written.
    case latch
}

/// What made the process notice that the kill switch is engaged.
package enum KillSwitchNotice: String, Sendable, CaseIterable {
    /// The file system told of a change.
    case inotify
    /// The look that each step of the loop takes.
    case probe
    /// The look right before an order is sent.
    case send
    /// The local control socket.
    case control
    /// The HTTP interface.
    case http
    /// A signal.
    case signal
    /// A decider of this process.
    case loop
    /// The thread that watches the loop.
    case watchdog
    /// What was found at start.
    case start
}

/// One reason for which the kill switch is engaged, until an operator lifts it.
package struct KillSwitchTrip: Sendable, Equatable {
    /// What it stops.
    package var scope: KillSwitchScope
    /// Why, in one word.
    package var cause: KillSwitchCause
    /// Why, in words.
    package var reason: String
    /// Who did it; a component's name where no person did.
    package var operatorName: String
    /// When it was noticed.
    package var time: WallTime
    /// What made the process notice.
    package var noticedBy: KillSwitchNotice
    /// The time from the kill file's change to the notice, where there is a file.
    package var reactionMicroseconds: Int64?

    /// The most characters that are kept of a reason or an operator's name.
    package static let maximumTextLength = 512

    /// Creates a trip; longer texts are cut.
    package init(
        scope: KillSwitchScope = .all,
        cause: KillSwitchCause,
        reason: String,
        operatorName: String,
        time: WallTime,
        noticedBy: KillSwitchNotice,
        reactionMicroseconds: Int64? = nil
    ) {
        self.scope = scope
        self.cause = cause
        self.reason = String(reason.prefix(Self.maximumTextLength))
        self.operatorName = String(operatorName.prefix(Self.maximumTextLength))
        self.time = time
        self.noticedBy = noticedBy
        self.reactionMicroseconds = reactionMicroseconds
    }
}

import TradingCore

/// A fault that the simulator produces on command, so that a client's defences can be tested.
package struct VenueFault: Sendable, Equatable {
    /// The kinds of fault; the raw value is the word used in commands.
    package enum Kind: String, Sendable, CaseIterable {
        /// The connection ends without a word.
        case cut
        /// The connection ends with a reset.
        case reset
        /// The connection is closed in order.
        case close
        /// `serverShutdown` is sent, and the connection is closed so much later.
        case shutdown
        /// The connection ends so long after it began, as each does after 24 hours.
        case life
        /// The connection stays open, and nothing is read, sent or answered on it.
        case halfOpen = "half-open"
        /// No data is sent; pings are answered.
        case silence
        /// Streams say nothing, for a while or until they are subscribed to anew.
        case stall
        /// Streams say nothing to anybody, also on connections that come later.
        case mute
        /// The next messages are left out.
        case drop
        /// The next messages are sent twice.
        case duplicate
        /// The next messages are sent after their successor.
        case reorder
        /// Data comes so much later from now on; 0 ends it.
        case delay
        /// On connections that are made from now on, so many changes of a book make one message.
        case merge
        /// New connections are refused.
        case refuse
        /// The next requests are answered with an error.
        case restError = "rest-error"
        /// The next requests are answered so much later.
        case restSlow = "rest-slow"
    }

    /// What happens.
    package let kind: Kind
    /// How long, or how much later; `nil` is without end.
    package let duration: Duration?
    /// How many.
    package let count: Int
    /// The number of the connection it is about; `nil` is all that are open.
    package let connection: Int?
    /// The stream or the symbol it is about; `nil` is all.
    package let target: String?
    /// The HTTP status of ``Kind/restError``.
    package let status: Int

    /// Reads `KIND[:ARGUMENT…]`, such as `drop:3:ethusdt@trade:#2`, `stall:5s:ETHUSDT` or `rest-error:2:503`.
    ///
    /// A number with `ms`, `s`, `m` or `h` is a duration, one without is a count (the second one is a status),
    /// one after `#` is the number of a connection, and anything else is a stream or a symbol.
    /// - Throws: ``VenueError`` that names the kinds or what the kind takes.
    package init(_ text: String) throws(VenueError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let kind = Kind(rawValue: parts[0]) else {
            throw VenueError(
                .invalidFault,
                at: "fault '\(text)'",
                "no fault is called '\(parts[0])'",
                remedy: "use one of " + Kind.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        var duration: Duration?
        var numbers: [Int] = []
        var connection: Int?
        var target: String?
        for part in parts.dropFirst() {
            if let number = Int(part) {
                numbers.append(number)
            } else if let length = Self.duration(part[...]) {
                duration = length
            } else if part.hasPrefix("#") {
                // What is no number is the number of no connection, which the check below tells.
                connection = Int(part.dropFirst()) ?? -1
            } else {
                target = part
            }
        }
        self.kind = kind
        self.duration = duration
        self.connection = connection
        self.target = target
        count = numbers.first ?? 1
        status = numbers.count > 1 ? numbers[1] : 500
        if let problem = problem(numbers) {
            throw VenueError(
                .invalidFault,
                at: "fault '\(text)'",
                problem,
                remedy: "write it as \(kind.usage)"
            )
        }
    }

    private func problem(_ numbers: [Int]) -> String? {
        let needs = kind.needs
        if let connection, connection < 1 { return "a connection has a number, as in #2" }
        if connection != nil, !needs.contains(.connection) { return "it is about no connection" }
        if target != nil, !needs.contains(.target) { return "it is about no stream" }
        if let target, !StreamName.isValid(target) { return "'\(target)' is no stream" }
        if let duration {
            guard needs.contains(.duration) || needs.contains(.optionalDuration) else {
                return "it takes no duration"
            }
            guard duration >= .zero, duration <= .seconds(86_400) else {
                return "a duration is at most 24h"
            }
        } else if needs.contains(.duration) {
            return "a duration is missing"
        }
        let most = kind == .restError ? 2 : needs.contains(.count) ? 1 : 0
        guard numbers.count <= most else { return "there are too many numbers" }
        guard (1...1_000_000).contains(count) else { return "a count is 1 to 1000000" }
        guard (400...599).contains(status) else { return "a status is 400 to 599" }
        return nil
    }

    static func duration(_ text: Substring) -> Duration? {
        let number = text.prefix { $0.isNumber || $0 == "." }
        guard let value = Double(number), value < 1e9 else { return nil }
        switch text[number.endIndex...] {
        case "ms": return .milliseconds(value)
        case "s": return .seconds(value)
        case "m": return .seconds(value * 60)
        case "h": return .seconds(value * 3600)
        default: return nil
        }
    }

    /// Whether a stream is meant.
    func concerns(_ name: StreamName) -> Bool {
        guard let target else { return true }
        return target == name.text || target.uppercased() == name.symbol
    }
}

extension VenueFault.Kind {
    /// What an argument may be.
    struct Arguments: OptionSet {
        let rawValue: Int
        static let duration = Self(rawValue: 1)
        static let optionalDuration = Self(rawValue: 2)
        static let count = Self(rawValue: 4)
        static let target = Self(rawValue: 8)
        static let connection = Self(rawValue: 16)
    }

    var needs: Arguments {
        switch self {
        case .cut, .reset, .close: .connection
        case .shutdown, .life, .delay: [.duration, .connection]
        case .halfOpen, .silence: [.optionalDuration, .connection]
        case .stall: [.optionalDuration, .target, .connection]
        case .mute: [.duration, .target]
        case .drop, .duplicate, .reorder: [.count, .target, .connection]
        case .merge: .count
        case .refuse: .duration
        case .restError: .count
        case .restSlow: [.count, .duration]
        }
    }

    /// How the kind is written, for messages.
    var usage: String {
        var text = rawValue
        if needs.contains(.count) { text += "[:COUNT]" }
        if self == .restError { text += "[:STATUS]" }
        if needs.contains(.duration) { text += ":DURATION" }
        if needs.contains(.optionalDuration) { text += "[:DURATION]" }
        if needs.contains(.target) { text += "[:STREAM|SYMBOL]" }
        if needs.contains(.connection) { text += "[:#CONNECTION]" }
        return text
    }
}

/// A fault that is produced at a given time after publishing began.
package struct ScheduledVenueFault: Sendable, Equatable {
    /// What happens.
    package let fault: VenueFault
    /// The time after the first message became due.
    package let time: Duration

    /// Reads `KIND@TIME[:ARGUMENT…]`, such as `drop@10s:3:ethusdt@trade`.
    ///
    /// - Throws: ``VenueError`` that names the kinds or the form.
    package init(_ text: String) throws(VenueError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let head = parts[0].split(separator: "@", omittingEmptySubsequences: false)
        guard head.count == 2, let time = VenueFault.duration(head[1]) else {
            throw VenueError(
                .invalidFault,
                at: "--fault \(text)",
                "no kind and time",
                remedy: "write it as drop@10s:3:ethusdt@trade"
            )
        }
        self.time = time
        fault = try VenueFault(
            String(head[0]) + (parts.count > 1 ? ":" + String(parts[1]) : "")
        )
    }
}

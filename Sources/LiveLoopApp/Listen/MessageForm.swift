package import MarketFeed

/// What form of message a publisher sends: what is in it, and what it lacks.
package struct MessageForm: Sendable, Equatable {
    /// Whether a topic comes before the JSON.
    package var hasTopic: Bool
    /// Whether the symbol is only in the topic.
    package var isSymbolFromTopic: Bool
    /// Whether the JSON says that it is a tick.
    package var isTyped: Bool
    /// Whether messages are numbered.
    package var isSequenced: Bool
    /// Whether bid or ask was filled from `price`.
    package var isPriceOnly: Bool
    /// The unit of the time, or `nil` where there is none.
    package var timeUnit: TimestampUnit?
    /// Whether the time is MT5's own field for milliseconds.
    package var isTimeMilliseconds: Bool

    /// The form of a tick that was decoded.
    package init(_ frame: MT5Frame, hasTopic: Bool) {
        self.hasTopic = hasTopic
        isSymbolFromTopic = frame.isSymbolFromTopic
        isTyped = frame.has(.type)
        isSequenced = frame.has(.sequence)
        isPriceOnly = frame.isFilledFromPrice
        isTimeMilliseconds = frame.has(.timeMilliseconds)
        timeUnit = isTimeMilliseconds ? .milliseconds : Self.unit(of: frame)
    }

    /// The unit that gives the time which the decoder came to.
    private static func unit(of frame: MT5Frame) -> TimestampUnit? {
        guard frame.has(.timestamp) else { return nil }
        return TimestampUnit.allCases.first { unit in
            unit != .auto
                && unit.nanoseconds(of: frame.number(.timestamp)) == frame.venueNanoseconds
        }
    }

    /// What a tick of this form cannot tell, each with its consequence.
    package var lacks: [String] {
        var lacks: [String] = []
        if !isSequenced { lacks.append("no sequence: loss cannot be proven") }
        if timeUnit == nil { lacks.append("no time: the age of a tick is unknown") }
        if isPriceOnly { lacks.append("price only: the spread is unknown") }
        return lacks
    }
}

extension MessageForm: CustomStringConvertible {
    /// The form in words, as in `one frame, type TICK, bid and ask, timestamp in seconds, seq`.
    package var description: String {
        var parts = [hasTopic ? "topic and JSON" : "one frame of JSON"]
        if isSymbolFromTopic { parts.append("symbol in the topic only") }
        if isTyped { parts.append("type TICK") }
        parts.append(isPriceOnly ? "price" : "bid and ask")
        if isTimeMilliseconds {
            parts.append("time_msc")
        } else {
            parts.append(timeUnit.map { "time in \($0)" } ?? "no time")
        }
        parts.append(isSequenced ? "seq" : "no seq")
        return parts.joined(separator: ", ")
    }
}

/// Bytes from the network as text that cannot disturb a terminal.
package enum FrameText {
    /// The bytes as one line.
    ///
    /// Printable ASCII is shown as it is; everything else, which includes escape sequences and
    /// line ends, as `\n`, `\t` or `\xNN`.
    /// - Parameters:
    ///   - bytes: The frame.
    ///   - limit: The bytes that are shown at most.
    /// - Returns: One line of printable ASCII.
    package static func escaped(_ bytes: Span<UInt8>, limit: Int = 400) -> String {
        var text = ""
        for index in 0..<min(limit, bytes.count) { append(bytes[index], to: &text) }
        return bytes.count > limit ? text + "… (\(bytes.count) bytes)" : text
    }

    private static func append(_ byte: UInt8, to text: inout String) {
        switch byte {
        case UInt8(ascii: "\n"): text += "\\n"
        case UInt8(ascii: "\r"): text += "\\r"
        case UInt8(ascii: "\t"): text += "\\t"
        case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
        default: text += (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
        }
    }
}

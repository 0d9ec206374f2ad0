/// How a tick is written on the wire; `docs/protocol.md` has a sample of each.
///
/// All but ``sequenced`` are forms that gateways in the field use. None of those numbers its
/// messages, so that a subscriber cannot prove that it got all of them.
package enum FrameForm: String, Sendable, CaseIterable {
    /// Numbered per symbol and epoch, with heartbeats that name the last number of each symbol.
    case sequenced
    /// One frame with symbol, bid, ask and fractional seconds.
    case single
    /// What an MT5 expert advisor sends: a type, no time.
    case ea
    /// Two frames: the symbol, then JSON with price, source and whole seconds.
    case topic
    /// Like ``topic``, with `tick.` before the symbol.
    case tickTopic = "tick-topic"
    /// Capital `Bid` and `Ask`, and `time` for the time.
    case capitals
    /// Every number as a string.
    case strings
    /// Whole milliseconds for the time.
    case milliseconds

    /// Whether messages carry a number and heartbeats are sent.
    package var isSequenced: Bool { self == .sequenced }
}

extension FrameForm {
    /// The values that a frame can hold.
    enum Field {
        case bid
        case ask
        case volume
        /// Seconds with three digits after the point, or six where milliseconds do not suffice.
        case seconds
        case wholeSeconds
        case milliseconds
        case sequence
        case epoch
    }

    /// What stands before each value, the values in their order, and what ends the frame.
    struct Layout {
        var parts: [(text: String, field: Field)]
        var end: String
    }

    /// The topic frame of a symbol, in the forms that have one.
    func topic(of symbol: String) -> String? {
        switch self {
        case .topic: symbol
        case .tickTopic: "tick." + symbol
        default: nil
        }
    }

    func layout(of symbol: String) -> Layout {
        let start = "{\"symbol\":\"\(symbol)\","
        let typed = "{\"type\":\"TICK\",\"symbol\":\"\(symbol)\",\"bid\":"
        switch self {
        case .sequenced:
            return Layout(
                parts: [
                    (typed, .bid), (",\"ask\":", .ask), (",\"volume\":", .volume),
                    (",\"timestamp\":", .seconds), (",\"seq\":", .sequence),
                    (",\"epoch\":", .epoch),
                ],
                end: "}"
            )
        case .single:
            return Layout(
                parts: [
                    (start + "\"bid\":", .bid), (",\"ask\":", .ask), (",\"timestamp\":", .seconds),
                ],
                end: "}"
            )
        case .ea:
            return Layout(parts: [(typed, .bid), (",\"ask\":", .ask)], end: "}")
        case .topic, .tickTopic:
            return Layout(
                parts: [
                    (start + "\"price\":", .bid), (",\"bid\":", .bid), (",\"ask\":", .ask),
                    (",\"timestamp\":", .wholeSeconds),
                ],
                end: ",\"source\":\"live-loop\"}"
            )
        case .capitals:
            return Layout(
                parts: [(start + "\"Bid\":", .bid), (",\"Ask\":", .ask), (",\"time\":", .seconds)],
                end: "}"
            )
        case .strings:
            return Layout(
                parts: [
                    (start + "\"bid\":\"", .bid), ("\",\"ask\":\"", .ask),
                    ("\",\"timestamp\":\"", .seconds),
                ],
                end: "\"}"
            )
        case .milliseconds:
            return Layout(
                parts: [
                    (start + "\"bid\":", .bid), (",\"ask\":", .ask),
                    (",\"timestamp\":", .milliseconds),
                ],
                end: "}"
            )
        }
    }
}

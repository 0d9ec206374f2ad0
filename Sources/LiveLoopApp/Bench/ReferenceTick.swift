/// The ticks that the benchmarks send: eight symbols in turn, five digits, a counter as volume.
///
/// The text is that of a gateway which sends one frame of JSON. The time is the monotonic clock at
/// the send, in nanoseconds, so that one machine can measure the way of a tick.
struct ReferenceTick {
    /// How the tick is written; the decoder knows all of these.
    enum Form: String, CaseIterable, Sendable {
        /// `{"symbol":"EURUSD","bid":1.08512,"ask":1.08514,"volume":1,"timestamp":1}`
        case compact
        /// The same with a space after each colon and comma, as Python writes it.
        case spaced
        /// Without volume and time.
        case bare
        /// Our own, with `type`, `seq` and `epoch`.
        case sequenced
        /// With `Bid`, `Ask` and `time`.
        case capitalized
        /// The numbers as strings.
        case quoted
        /// The symbol in a frame of its own, as well as in the text.
        case topic
    }

    static let symbols = [
        "EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "AUDUSD", "USDCHF", "USDCAD", "NZDUSD",
    ].map { Array($0.utf8) }

    /// What is written between the values, from the opening brace to the closing one.
    private let pieces: Pieces
    /// The text of the tick written last.
    private(set) var bytes: [UInt8] = []

    init(_ form: Form) {
        pieces = Pieces(form)
        bytes.reserveCapacity(256)
    }

    /// Writes the tick of a number, from 0 on.
    mutating func write(_ number: UInt64, timestamp: Int64) {
        bytes.removeAll(keepingCapacity: true)
        let symbol = Self.symbols[Int(number & 7)]
        let spread = UInt32(truncatingIfNeeded: number &* 2_654_435_761)
        let bid = 108_000 + spread >> 22
        bytes += pieces.opening
        bytes += symbol
        bytes += pieces.beforeBid
        appendPrice(bid)
        bytes += pieces.beforeAsk
        appendPrice(bid + 1 + spread >> 8 & 7)
        if !pieces.beforeVolume.isEmpty {
            bytes += pieces.beforeVolume
            appendInteger(number)
            bytes += pieces.beforeTime
            appendInteger(timestamp.magnitude)
        }
        if !pieces.beforeSequence.isEmpty {
            bytes += pieces.beforeSequence
            appendInteger(number / 8 + 1)
        }
        bytes += pieces.closing
    }

    private struct Pieces {
        var opening: [UInt8]
        var beforeBid: [UInt8]
        var beforeAsk: [UInt8]
        var beforeVolume: [UInt8] = []
        var beforeTime: [UInt8] = []
        var beforeSequence: [UInt8] = []
        var closing: [UInt8]

        init(_ form: Form) {
            let space = form == .spaced ? " " : ""
            let quote = form == .quoted ? "\"" : ""
            let isCapitalized = form == .capitalized
            func key(_ name: String, after end: String = "") -> [UInt8] {
                Array("\(end),\(space)\"\(name)\":\(space)\(quote)".utf8)
            }
            let type = form == .sequenced ? "\"type\":\"TICK\"," : ""
            opening = Array("{\(type)\"symbol\":\(space)\"".utf8)
            beforeBid = key(isCapitalized ? "Bid" : "bid", after: "\"")
            beforeAsk = key(isCapitalized ? "Ask" : "ask", after: quote)
            closing = Array("\(quote)}".utf8)
            guard form != .bare else { return }
            beforeVolume = key("volume", after: quote)
            beforeTime = key(isCapitalized ? "time" : "timestamp", after: quote)
            guard form == .sequenced else { return }
            beforeSequence = key("seq")
            closing = Array(",\"epoch\":1}".utf8)
        }
    }

    private mutating func appendPrice(_ points: UInt32) {
        var divisor: UInt32 = 100_000
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(points / divisor % 10))
            if divisor == 100_000 { bytes.append(UInt8(ascii: ".")) }
            divisor /= 10
        }
    }

    private mutating func appendInteger(_ value: UInt64) {
        let start = bytes.count
        var rest = value
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}

/// Many different ticks in one block of memory, ready to be sent or decoded.
struct ReferenceTicks: Sendable {
    /// The text of all ticks, one after the other.
    let bytes: [UInt8]
    /// Where each tick begins, and where the last one ends.
    let offsets: [Int]

    /// The number of ticks.
    var count: Int { offsets.count - 1 }

    /// Writes `count` ticks of one form.
    init(_ form: ReferenceTick.Form, count: Int = 65_536) {
        var tick = ReferenceTick(form)
        var bytes: [UInt8] = []
        var offsets = [0]
        bytes.reserveCapacity(count * 140)
        offsets.reserveCapacity(count + 1)
        for number in 0..<count {
            tick.write(
                100_000 + UInt64(number),
                timestamp: 1_234_567_890_123 + Int64(number) * 1000
            )
            bytes += tick.bytes
            offsets.append(bytes.count)
        }
        self.bytes = bytes
        self.offsets = offsets
    }
}

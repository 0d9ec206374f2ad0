package import TradingCore

/// Writes ticks and heartbeats as frames, into one buffer that is used again and again.
package struct FrameEncoder: ~Copyable {
    /// The form of the frames.
    package let form: FrameForm
    /// The most symbols that one heartbeat frame names.
    package static let heartbeatSymbolsMax = 64

    private let symbolNames: [[UInt8]]
    private let topics: [[UInt8]]
    /// For each symbol what stands before each of its values.
    private let texts: [[UInt8]]
    private let fields: [FrameForm.Field]
    private let end: [UInt8]
    private var buffer = FrameBuffer()

    /// Prepares the constant parts of all frames.
    package init(form: FrameForm, symbols: [String]) {
        self.form = form
        let layouts = symbols.map(form.layout(of:))
        symbolNames = symbols.map { Array($0.utf8) }
        topics = symbols.compactMap { form.topic(of: $0).map { Array($0.utf8) } }
        texts = layouts.flatMap { $0.parts.map { Array($0.text.utf8) } }
        fields = layouts.first?.parts.map(\.field) ?? []
        end = layouts.first.map { Array($0.end.utf8) } ?? []
    }

    /// Lends the frame that was written last.
    package func withFrame<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try buffer.withSpan(body)
    }

    /// The topic frame that goes before a tick of a symbol, in the forms that have one.
    package func topic(of symbol: Int) -> [UInt8]? { topics.isEmpty ? nil : topics[symbol] }

    /// Writes a tick.
    ///
    /// - Parameters:
    ///   - tick: What is published.
    ///   - sequence: Its number; only ``FrameForm/sequenced`` writes it.
    ///   - epoch: The publisher's epoch; only ``FrameForm/sequenced`` writes it.
    ///   - isNotANumber: Writes `NaN` for the bid, which JSON does not have; a fault to test with.
    package mutating func encode(
        _ tick: GatewayTick,
        sequence: UInt64,
        epoch: Int64,
        isNotANumber: Bool = false
    ) {
        buffer.clear()
        let first = tick.symbol &* fields.count
        for index in fields.indices {
            buffer.append(texts[first &+ index])
            switch fields[index] {
            case .bid where isNotANumber: buffer.append("NaN")
            case .bid: buffer.append(tick.bid)
            case .ask: buffer.append(tick.ask)
            case .volume: buffer.append(tick.volume)
            case .seconds: appendSeconds(tick.time)
            case .wholeSeconds: buffer.append(tick.time.nanoseconds / 1_000_000_000)
            case .milliseconds: buffer.append(tick.time.nanoseconds / 1_000_000)
            case .sequence: buffer.append(sequence)
            case .epoch: buffer.append(epoch)
            }
        }
        buffer.append(end)
    }

    /// Writes a heartbeat that names the last number of each symbol of a range that has one, and that of
    /// the `EXEC` events where there are any.
    package mutating func encodeHeartbeat(
        epoch: Int64,
        time: WallTime,
        sequences: [UInt64],
        symbols: Range<Int>,
        lastExecution: UInt64? = nil
    ) {
        precondition(
            symbols.count <= Self.heartbeatSymbolsMax,
            "a heartbeat names at most 64 symbols, was asked for \(symbols.count)"
        )
        buffer.clear()
        buffer.append("{\"type\":\"HEARTBEAT\",\"epoch\":")
        buffer.append(epoch)
        buffer.append(",\"timestamp\":")
        appendSeconds(time)
        if let lastExecution {
            buffer.append(",\"exec\":")
            buffer.append(lastExecution)
        }
        buffer.append(",\"streams\":{")
        var isFirst = true
        for symbol in symbols where sequences[symbol] > 0 {
            buffer.append(isFirst ? "\"" : ",\"")
            buffer.append(symbolNames[symbol])
            buffer.append("\":")
            buffer.append(sequences[symbol])
            isFirst = false
        }
        buffer.append("}}")
    }

    /// Writes an `EXEC` event, whose first bytes are what a subscription can select it by.
    ///
    /// - Parameters:
    ///   - epoch: The publisher's epoch.
    ///   - sequence: Its number among the `EXEC` events of the epoch.
    ///   - time: The publisher's clock.
    ///   - members: The members after the time.
    package mutating func encodeExecution(
        epoch: Int64,
        sequence: UInt64,
        time: WallTime,
        members: String
    ) {
        buffer.clear()
        buffer.append("{\"type\":\"EXEC\",\"epoch\":")
        buffer.append(epoch)
        buffer.append(",\"seq\":")
        buffer.append(sequence)
        buffer.append(",\"timestamp\":")
        appendSeconds(time)
        buffer.append(",")
        buffer.append(Array(members.utf8))
        buffer.append("}")
    }

    /// Writes bytes that are no frame of any form.
    package mutating func encode(raw bytes: [UInt8]) {
        buffer.clear()
        buffer.append(bytes)
    }

    private mutating func appendSeconds(_ time: WallTime) {
        let isWhole = time.nanoseconds % 1_000_000 == 0
        buffer.append(
            isWhole
                ? ExactDecimal(mantissa: time.nanoseconds / 1_000_000, scale: 3)
                : ExactDecimal(mantissa: time.nanoseconds / 1000, scale: 6)
        )
    }
}

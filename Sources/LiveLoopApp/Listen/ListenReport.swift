package import MarketFeed
package import TradingCore
package import ZeroMQ

/// What was heard at one endpoint: it takes what the sockets brought and says what to print.
///
/// It proves that *data* arrives: everything is decoded, judged and numbered by the very code that
/// trades, so that what it calls a tick is one.
package struct ListenReport: Sendable {
    /// How many messages of a sort are shown in full.
    package static let shownMax = 3
    /// How many forms of message are told apart.
    package static let formsMax = 32

    /// What is known of one symbol beside its counters.
    struct Prices: Sendable {
        var first: ExactDecimal
        var last: ExactDecimal
    }

    /// Where we listen.
    package let endpoint: String
    /// How far the connection has come.
    package private(set) var progress: ConnectionProgress
    /// Messages that came, of any kind.
    package private(set) var messageCount: UInt64 = 0
    /// Ticks that are fit to be used.
    package private(set) var tickCount: UInt64 = 0
    /// Messages that could not be used.
    package private(set) var unusableCount: UInt64 = 0
    /// The forms of the ticks and how many there were of each.
    package private(set) var forms: [(form: MessageForm, count: UInt64)] = []
    /// What was decoded, with all its counters.
    package private(set) var session: MT5Session

    private(set) var prices: [Prices?]
    private(set) var firstTick: MonotonicTime?
    private var decoder: MT5TickDecoder
    private var hasShownHeartbeat = false

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - endpoint: Where.
    ///   - unit: The unit of the times, as configured.
    ///   - symbolsMax: The symbols that are told apart at most.
    ///   - start: When the socket was told to connect.
    ///   - options: The options of the socket.
    package init(
        endpoint: String,
        unit: TimestampUnit,
        symbolsMax: Int = 1024,
        start: MonotonicTime,
        options: SubscribeSocket.Options = .init()
    ) {
        self.endpoint = endpoint
        progress = ConnectionProgress(start: start, options: options)
        decoder = MT5TickDecoder(unit: unit)
        session = MT5Session(
            MT5Session.Configuration(
                feed: FeedID(rawValue: 0),
                symbols: 0..<symbolsMax + 1,
                timestampUnit: unit
            )
        )
        prices = Array(repeating: nil, count: symbolsMax + 1)
    }

    // MARK: The connection

    /// Takes an event of the socket and gives the lines to print.
    package mutating func note(_ event: SocketEvent, at now: MonotonicTime) -> [String] {
        let before = progress.phase
        progress.note(event, at: now)
        return change(from: before)
    }

    /// Takes notice that nobody waits for a handshake any longer.
    package mutating func giveUp() -> [String] {
        let before = progress.phase
        progress.giveUp()
        return change(from: before)
    }

    private mutating func change(from before: ConnectionProgress.Phase) -> [String] {
        guard progress.phase != before else { return [] }
        switch progress.phase {
        // A failure is told by the verdict.
        case .connecting, .connected, .failed: return []
        case .established:
            session.merger.connectionOpened(.a)
            return ["[RECONNAISSANCE] ✅ 成功连接到 \(endpoint), connected: handshake done"]
        case .ended: return ["[RECONNAISSANCE] ⚠️ \(endpoint): the connection ended"]
        }
    }

    // MARK: Messages

    /// Takes one message and gives the lines to print.
    package mutating func receive(
        first: Span<UInt8>,
        second: Span<UInt8>?,
        partCount: Int,
        at now: MonotonicTime,
        wall: WallTime
    ) -> [String] {
        messageCount &+= 1
        session.setWallClock(wall, at: now)
        let heartbeats = session.counters.heartbeats
        let hasTopic = second != nil && partCount == 2
        switch MT5Session.parts(count: partCount) {
        case .payload: session.receive(topic: nil, payload: first, from: .a, at: now)
        case .topicAndPayload:
            if let second { session.receive(topic: first, payload: second, from: .a, at: now) }
        case .rejected(let fault): session.reject(fault, sample: first, at: now)
        }
        defer { session.merger.clearOutput() }
        if !session.samples.isEmpty { return unusable() }
        if session.counters.heartbeats > heartbeats { return heartbeat(first) }
        guard let symbol = session.heardSymbol else { return [] }
        guard hasTopic, let second else { return tick(symbol, nil, first, at: now) }
        return tick(symbol, first, second, at: now)
    }

    private mutating func tick(
        _ symbol: SymbolID,
        _ topic: Span<UInt8>?,
        _ payload: Span<UInt8>,
        at now: MonotonicTime
    ) -> [String] {
        tickCount &+= 1
        firstTick = firstTick ?? now
        do throws(DecodeFault) {
            try decoder.decode(topic: topic, payload: payload)
        } catch {
            // The session has decoded the same bytes with the same decoder.
            preconditionFailure("a tick was decoded once and not twice: \(error)")
        }
        let frame = decoder.frame
        let bid = frame.bid
        prices[symbol.index] = Prices(first: prices[symbol.index]?.first ?? bid, last: bid)
        let form = MessageForm(frame, hasTopic: topic != nil)
        if let known = forms.firstIndex(where: { $0.form == form }) {
            forms[known].count &+= 1
        } else if forms.count < Self.formsMax {
            forms.append((form, 1))
        }
        guard tickCount <= UInt64(Self.shownMax) else { return [] }
        return describe(frame, form, topic, payload)
    }

    private func describe(
        _ frame: MT5Frame,
        _ form: MessageForm,
        _ topic: Span<UInt8>?,
        _ payload: Span<UInt8>
    ) -> [String] {
        var lines = [
            "[LIVE_TICK] 收到第 \(tickCount) 条数据, message \(messageCount): \(frame.symbol) "
                + "bid=\(frame.bid) ask=\(frame.ask)"
        ]
        if let topic { lines.append("    topic  \(FrameText.escaped(topic))") }
        lines.append("    raw    \(FrameText.escaped(payload))")
        lines.append("    form   \(form)")
        if frame.hasVenueTime {
            let time = WallTime(nanoseconds: frame.venueNanoseconds)
            let unit = form.timeUnit.map { "\($0)" } ?? "?"
            lines.append("    time   \(time), sent in \(unit)")
        }
        if form.isSequenced { lines.append("    seq    \(frame.sequence) of epoch \(frame.epoch)") }
        lines.append(
            "    lacks  \(form.lacks.isEmpty ? "nothing" : form.lacks.joined(separator: "; "))"
        )
        return lines
    }

    private mutating func heartbeat(_ payload: Span<UInt8>) -> [String] {
        guard !hasShownHeartbeat else { return [] }
        hasShownHeartbeat = true
        return [
            "[RECONNAISSANCE] message \(messageCount) is a heartbeat, which is no data",
            "    raw    \(FrameText.escaped(payload))",
        ]
    }

    private mutating func unusable() -> [String] {
        var lines: [String] = []
        for sample in session.samples.drain() {
            unusableCount &+= 1
            guard unusableCount <= UInt64(Self.shownMax) else { continue }
            lines.append(
                "[RECONNAISSANCE] ⚠️ message \(messageCount) cannot be used: "
                    + Self.text(sample.cause)
            )
            lines.append("    raw    \(FrameText.escaped(sample.bytes.span))")
        }
        return lines
    }

    private static func text(_ cause: FrameSamples.Cause) -> String {
        switch cause {
        case .fault(let fault): "\(fault.reason)" + (fault.field.map { " in \($0)" } ?? "")
        case .binance(let fault): "\(fault.reason)" + (fault.field.map { " in \($0)" } ?? "")
        case .refusal(let refusal): "\(refusal)"
        }
    }
}

import TradingCore

/// Understands every form in which MT5 gateways publish ticks.
///
/// The forms: one frame of JSON with or without `type` and time; two frames, the topic being the
/// symbol; our own with `seq` and `epoch`, and its heartbeat. Keys may be `Bid`, `Ask` and `time`,
/// numbers may be strings, and 0 is a value. What cannot be understood is a ``DecodeFault``, never a
/// guess.
package struct MT5TickDecoder: Sendable {
    /// The streams that one heartbeat may name.
    package static let streamCountMax = 64
    /// The keys that one frame may have: those of a full heartbeat, and as many again unknown.
    static let keyCountMax = 2 * streamCountMax

    /// The unit of `timestamp` and `time`.
    package let unit: TimestampUnit
    private var reading = Reading()
    /// What the message decoded last says; worth nothing after a fault.
    package var frame: MT5Frame { reading.frame }
    /// The streams of the heartbeat decoded last.
    package private(set) var streams: [MT5StreamPosition] = []

    package init(unit: TimestampUnit = .auto) {
        self.unit = unit
        streams.reserveCapacity(Self.streamCountMax)
    }

    /// Decodes a message: its JSON and, when it has two frames, its topic.
    ///
    /// What it says is in ``frame``, and in ``streams`` for a heartbeat, until the next call.
    package mutating func decode(
        topic: Span<UInt8>?,
        payload: Span<UInt8>
    ) throws(DecodeFault) {
        reading.start()
        guard Self.readOrdinary(payload, into: &reading) else {
            return try decodeUnusual(topic: topic, payload: payload)
        }
        try reading.completeTick(topic: topic, unit: unit)
    }

    /// Decodes a message of any form by the general scanner.
    ///
    /// Where ``decode(topic:payload:)`` takes its short way, this must come to the same result.
    @inline(never)
    package mutating func decodeUnusual(
        topic: Span<UInt8>?,
        payload: Span<UInt8>
    ) throws(DecodeFault) {
        reading.start()
        guard !payload.isEmpty else { throw DecodeFault(.emptyPart) }
        do {
            try reading.readObject(payload)
            switch reading.frame.kind {
            case .tick: try reading.completeTick(topic: topic, unit: unit)
            case .heartbeat:
                try reading.readTime(unit: unit)
                try readStreams(payload)
            case .other: break
            }
        } catch {
            // A message of another type may use our names for things of its own.
            guard Self.isOtherType(payload) else { throw error }
            reading.start()
            reading.frame.kind = .other
        }
    }

    // MARK: Heartbeats

    private mutating func readStreams(_ payload: Span<UInt8>) throws(DecodeFault) {
        streams.removeAll(keepingCapacity: true)
        guard let position = reading.streamsPosition else { return }
        var scanner = JSONScanner(at: position, depthMax: 16, keyCountMax: Self.keyCountMax)
        do throws(JSONFault) {
            try scanner.enterObject(in: payload)
        } catch {
            throw DecodeFault(error, .streams)
        }
        while let key = try Self.nextStream(&scanner, payload) {
            guard streams.count < Self.streamCountMax else {
                throw DecodeFault(.tooManyStreams, .streams)
            }
            let symbol = try Reading.symbol(key, payload)
            for stream in streams where stream.symbol == symbol {
                throw DecodeFault(.duplicateKey, .streams)
            }
            do throws(JSONFault) {
                let last = try scanner.unsigned(in: payload)
                streams.append(MT5StreamPosition(symbol: symbol, lastSequence: last))
            } catch {
                throw DecodeFault(error, .streams)
            }
        }
        guard streams.isEmpty || reading.frame.has(.epoch) else {
            throw DecodeFault(.missingField, .epoch)
        }
    }

    private static func nextStream(
        _ scanner: inout JSONScanner,
        _ payload: Span<UInt8>
    ) throws(DecodeFault) -> JSONText? {
        do throws(JSONFault) {
            return try scanner.nextKey(in: payload)
        } catch {
            throw DecodeFault(error, .streams)
        }
    }

    // MARK: Other types

    /// Whether the frame is a sound object whose `type` is none of ours.
    @inline(never)
    private static func isOtherType(_ payload: Span<UInt8>) -> Bool {
        var scanner = JSONScanner(keyCountMax: keyCountMax)
        var isOther = false
        do throws(JSONFault) {
            try scanner.enterObject(in: payload)
            while let key = try scanner.nextKey(in: payload) {
                if DecodeFault.Field.named(key, in: payload) == .type,
                    try scanner.nextKind(in: payload) == .string
                {
                    let type = try scanner.string(in: payload)
                    isOther =
                        !type.equals("TICK", in: payload) && !type.equals("HEARTBEAT", in: payload)
                } else {
                    try scanner.skipValue(in: payload)
                }
            }
            try scanner.finish(in: payload)
        } catch {
            return false
        }
        return isOther
    }
}

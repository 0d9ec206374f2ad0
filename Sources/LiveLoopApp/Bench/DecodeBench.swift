import MarketFeed
import TradingCore

/// Measures what one tick costs from its bytes to an event, without socket and thread.
enum DecodeBench {
    /// The times that the block of ticks is gone through in one round.
    private static let passes = 4

    /// Measures the decoder with each form, and the whole session with the two forms of a stream.
    static func run() -> [BenchMeasurement] {
        ReferenceTick.Form.allCases.map(decoder) + [session(.compact), session(.sequenced)]
    }

    private static func decoder(_ form: ReferenceTick.Form) -> BenchMeasurement {
        let ticks = ReferenceTicks(form)
        let topic = ReferenceTick.symbols[0]
        var decoder = MT5TickDecoder(unit: .nanoseconds)
        let rounds = CPURounds.measure(operations: passes * ticks.count) {
            for _ in 0..<passes {
                forEach(ticks) { payload in
                    decode(payload, form == .topic ? topic.span : nil, &decoder)
                }
            }
        }
        precondition(decoder.frame.ask.mantissa > 0, "nothing was decoded")
        return BenchMeasurement(
            suite: .decode,
            name: "decoder, \(form.rawValue)",
            unit: .nanosecondsPerTick,
            rounds: rounds
        )
    }

    private static func decode(
        _ payload: Span<UInt8>,
        _ topic: Span<UInt8>?,
        _ decoder: inout MT5TickDecoder
    ) {
        do throws(DecodeFault) {
            try decoder.decode(topic: topic, payload: payload)
        } catch {
            preconditionFailure("a reference tick was not decoded: \(error)")
        }
    }

    /// From the bytes to the events that are handed to the buffer, in hand-overs of 64.
    private static func session(_ form: ReferenceTick.Form) -> BenchMeasurement {
        let ticks = ReferenceTicks(form)
        var delivered = 0
        let rounds = CPURounds.measure(operations: ticks.count) {
            var session = MT5Session(
                MT5Session.Configuration(
                    feed: FeedID(rawValue: 0),
                    symbols: 0..<64,
                    timestampUnit: .nanoseconds
                )
            )
            session.merger.connectionOpened(.a)
            var held = 0
            forEach(ticks) { payload in
                session.receive(
                    topic: nil,
                    payload: payload,
                    from: .a,
                    at: MonotonicTime(nanoseconds: 1)
                )
                held += 1
                guard held == 64 else { return }
                held = 0
                delivered += session.merger.output.count
                session.merger.clearOutput()
            }
        }
        precondition(
            delivered == ticks.count * (CPURounds.count + 1),
            "\(delivered) ticks were delivered"
        )
        return BenchMeasurement(
            suite: .decode,
            name: "session, \(form.rawValue)",
            unit: .nanosecondsPerTick,
            rounds: rounds
        )
    }

    private static func forEach(_ ticks: ReferenceTicks, _ body: (Span<UInt8>) -> Void) {
        let bytes = ticks.bytes.span
        let offsets = ticks.offsets.span
        for index in 0..<ticks.count {
            body(bytes.extracting(offsets[index]..<offsets[index + 1]))
        }
    }
}

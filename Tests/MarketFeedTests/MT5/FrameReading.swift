import MarketFeed
import TradingCore

/// Decodes one message given as text, by both ways, which must agree.
func decode(
    _ payload: String,
    topic: String? = nil,
    unit: TimestampUnit = .auto
) throws(DecodeFault) -> MT5Frame {
    try decode(Array(payload.utf8), topic: topic.map { Array($0.utf8) }, unit: unit)
}

/// Decodes one message given as bytes, by both ways, which must agree.
func decode(
    _ payload: [UInt8],
    topic: [UInt8]? = nil,
    unit: TimestampUnit = .auto
) throws(DecodeFault) -> MT5Frame {
    var short = MT5TickDecoder(unit: unit)
    var long = MT5TickDecoder(unit: unit)
    var faults: (short: DecodeFault?, long: DecodeFault?) = (nil, nil)
    do throws(DecodeFault) {
        try short.decode(topic: topic?.span, payload: payload.span)
    } catch { faults.short = error }
    do throws(DecodeFault) {
        try long.decodeUnusual(topic: topic?.span, payload: payload.span)
    } catch { faults.long = error }
    precondition(
        faults.short == faults.long,
        "the ways differ on \(String(decoding: payload, as: UTF8.self)): \(faults)"
    )
    if let fault = faults.short { throw fault }
    precondition(short.frame == long.frame, "the ways differ: \(short.frame) \(long.frame)")
    return short.frame
}

/// The fault of a message, or `nil` when it is understood.
func fault(_ payload: String, topic: String? = nil) -> DecodeFault? {
    do throws(DecodeFault) { _ = try decode(payload, topic: topic) } catch { return error }
    return nil
}

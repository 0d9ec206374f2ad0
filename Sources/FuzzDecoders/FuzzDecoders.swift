import MarketFeed
import TradingCore

/// The entry that libFuzzer calls for each input; everything that reads foreign bytes is run on it.
///
/// A trap is a find: out of bounds, overflow, or one of the properties below. The buffer belongs to
/// libFuzzer and outlives the call.
@c(LLVMFuzzerTestOneInput)
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe UnsafeBufferPointer(start: start, count: count).span
    fuzzScanner(bytes)
    fuzzDecimal(bytes)
    fuzzDecoder(bytes)
    fuzzDamagedTick(bytes)
    fuzzSession(bytes)
    fuzzOrderWire(bytes)
    fuzzWebSocket(bytes)
    fuzzBinance(bytes)
    return 0
}

/// A sound text has an end, and skipping it reads all of it.
private func fuzzScanner(_ bytes: Span<UInt8>) {
    var scanner = JSONScanner()
    do {
        try scanner.skipValue(in: bytes)
        try scanner.finish(in: bytes)
    } catch {
        precondition(error.position <= bytes.count, "a fault lies beyond the text: \(error)")
        return
    }
    var keys = JSONScanner()
    guard (try? keys.enterObject(in: bytes)) != nil else { return }
    while let key = try? keys.nextKey(in: bytes) {
        let name = key.string(in: bytes)
        precondition(key.equals(name, in: bytes), "the key \(name) does not equal itself")
        do { try keys.skipValue(in: bytes) } catch { preconditionFailure("\(error)") }
    }
}

/// What is printed of a number is read as the same number.
private func fuzzDecimal(_ bytes: Span<UInt8>) {
    guard let value = try? DecimalText.parse(bytes) else { return }
    let printed = Array(value.description.utf8)
    guard let again = try? DecimalText.parse(printed.span) else {
        preconditionFailure("\(value) was printed and cannot be read")
    }
    precondition(again == value, "\(value) was read as \(again)")
}

/// The short way and the long way come to the same result.
private func fuzzDecoder(_ bytes: Span<UInt8>) {
    var short = MT5TickDecoder()
    var long = MT5TickDecoder()
    var faults: (DecodeFault?, DecodeFault?) = (nil, nil)
    do { try short.decode(topic: nil, payload: bytes) } catch { faults.0 = error }
    do { try long.decodeUnusual(topic: nil, payload: bytes) } catch { faults.1 = error }
    precondition(faults.0 == faults.1, "\(faults)")
    precondition(faults.0 != nil || short.frame == long.frame, "\(short.frame) \(long.frame)")
}

/// The ways agree on an ordinary tick with a few bytes changed, which blind change seldom leaves so.
///
/// The input is read as pairs of a place and the byte to put there.
private func fuzzDamagedTick(_ bytes: Span<UInt8>) {
    guard bytes.count > 1, bytes.count <= 8 else { return }
    var tick = ordinaryTick
    for pair in 0..<bytes.count / 2 {
        tick[Int(bytes[2 * pair]) % tick.count] = bytes[2 * pair + 1]
    }
    fuzzDecoder(tick.span)
}

private let ordinaryTick = Array(
    #"{"symbol":"EURUSD","bid":1.08512,"ask": 1.08514,"seq":123,"time":1705329600.5}"#.utf8
)

/// Every line is a message, and every message is accounted for.
private func fuzzSession(_ bytes: Span<UInt8>) {
    // A session is costly to make, and one message alone the decoder has met already.
    var lineCount = 0
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { lineCount += 1 }
    guard lineCount > 1 else { return }
    var session = MT5Session(
        MT5Session.Configuration(
            feed: FeedID(rawValue: 0),
            symbols: 2..<10,
            stagingCapacity: 4,
            holdLimit: .nanoseconds(8)
        )
    )
    session.merger.connectionOpened(.a)
    session.merger.connectionOpened(.b)
    var start = 0
    var time = MonotonicTime.zero
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
        let line = bytes.extracting(start..<index)
        let slot: ConnectionSlot = line.count & 1 == 0 ? .a : .b
        var split = line.count
        for place in line.indices where line[place] == UInt8(ascii: "|") { split = place }
        if split < line.count {
            session.receive(
                topic: line.extracting(0..<split),
                payload: line.extracting(split + 1..<line.count),
                from: slot,
                at: time
            )
        } else {
            session.receive(topic: nil, payload: line, from: slot, at: time)
        }
        start = index + 1
        time = time + .nanoseconds(1)
        session.merger.advance(to: time)
    }
    session.merger.flush()
    for tally in session.merger.tallies {
        let settled = tally.appended + tally.duplicate + tally.late + tally.quarantined
        precondition(tally.received == settled, "messages are not accounted for: \(tally)")
    }
}

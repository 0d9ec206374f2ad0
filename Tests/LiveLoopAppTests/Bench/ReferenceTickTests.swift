import MarketFeed
import TestSupport
import Testing

@testable import LiveLoopApp

@Suite
struct ReferenceTickTests {
    private func text(_ form: ReferenceTick.Form, _ number: UInt64) -> String {
        var tick = ReferenceTick(form)
        tick.write(number, timestamp: 1_234_567_890_123)
        return String(decoding: tick.bytes, as: UTF8.self)
    }

    @Test func `is written as the reference programs write it`() {
        let expected =
            #"{"symbol":"GBPUSD","bid":1.08632,"ask":1.08634,"volume":1,"#
            + #""timestamp":1234567890123}"#
        #expect(text(.compact, 1) == expected)
        let spaced = expected.replacing(",", with: ", ").replacing(":", with: ": ")
        #expect(text(.spaced, 1) == spaced)
    }

    @Test(arguments: ReferenceTick.Form.allCases)
    func `means the same in each form`(form: ReferenceTick.Form) throws {
        var decoder = MT5TickDecoder(unit: .nanoseconds)
        for number in [0, 1, 99_999, 4_294_967_296] as [UInt64] {
            let reference = Array(text(.compact, number).utf8)
            try decoder.decode(topic: nil, payload: reference.span)
            let expected = decoder.frame
            let bytes = Array(text(form, number).utf8)
            try decoder.decode(topic: nil, payload: bytes.span)
            #expect(decoder.frame.symbol == expected.symbol)
            #expect(decoder.frame.bid == expected.bid)
            #expect(decoder.frame.ask == expected.ask)
            if form != .bare {
                #expect(decoder.frame.venueNanoseconds == 1_234_567_890_123)
            }
            if form == .sequenced { #expect(decoder.frame.sequence == number / 8 + 1) }
        }
    }

    @Test func `lays different ticks one after the other`() {
        let ticks = ReferenceTicks(.compact, count: 100)
        #expect(ticks.count == 100)
        let last = ticks.bytes[ticks.offsets[99]..<ticks.offsets[100]]
        #expect(last.first == UInt8(ascii: "{") && last.last == UInt8(ascii: "}"))
        let different = Set(
            zip(ticks.offsets, ticks.offsets.dropFirst()).map { ticks.bytes[$0..<$1] }
        )
        #expect(different.count == 100)
    }
}

import Gateway
import Platform
import Testing
import TradingCore

@Suite struct FrameEncoderTests {
    private let tick = GatewayTick(
        symbol: 0,
        bid: ExactDecimal(mantissa: 108_500, scale: 5),
        ask: ExactDecimal(mantissa: 108_520, scale: 5),
        volume: ExactDecimal(mantissa: 3, scale: 0),
        time: WallTime(nanoseconds: 1_705_329_600_500_000_000)
    )

    @Test(arguments: FrameForm.allCases)
    func `each form is written as its sample in the protocol document`(form: FrameForm) throws {
        let sample = try protocolSample(form.rawValue)
        var encoder = FrameEncoder(form: form, symbols: ["EURUSD", "USDJPY"])
        encoder.encode(tick, sequence: 42, epoch: 1_705_329_000_000)
        var lines: [String] = []
        if let topic = encoder.topic(of: 0) { lines.append(String(decoding: topic, as: UTF8.self)) }
        lines.append(encoder.text)
        #expect(lines == sample)
    }

    @Test func `a heartbeat is written as its sample and leaves out symbols without a tick`() throws
    {
        var encoder = FrameEncoder(form: .sequenced, symbols: ["EURUSD", "XAUUSD", "USDJPY"])
        encoder.encodeHeartbeat(
            epoch: 1_705_329_000_000,
            time: tick.time,
            sequences: [42, 0, 7],
            symbols: 0..<3
        )
        #expect(try [encoder.text] == protocolSample("heartbeat"))
    }

    @Test(arguments: [
        (Int64(0), UInt8(0), "0"), (5, 0, "5"), (5, 5, "0.00005"), (-1, 2, "-0.01"),
        (196_913_000, 5, "1969.13000"), (.max, 0, "9223372036854775807"),
        (.min, 18, "-9.223372036854775808"), (10, 1, "1.0"), (99, 1, "9.9"),
    ])
    func `a price is written with the digits it has`(mantissa: Int64, scale: UInt8, text: String) {
        var encoder = FrameEncoder(form: .ea, symbols: ["X"])
        var tick = tick
        tick.bid = ExactDecimal(mantissa: mantissa, scale: scale)
        encoder.encode(tick, sequence: 1, epoch: 1)
        #expect(encoder.text == #"{"type":"TICK","symbol":"X","bid":\#(text),"ask":1.08520}"#)
        #expect(text == tick.bid.description)
    }

    @Test func `times between two milliseconds get microseconds`() {
        var encoder = FrameEncoder(form: .single, symbols: ["X"])
        var tick = tick
        tick.time.nanoseconds += 1999
        encoder.encode(tick, sequence: 1, epoch: 1)
        #expect(encoder.text.hasSuffix(#""timestamp":1705329600.500001}"#))
    }

    @Test func `sequence numbers use all 64 bits`() {
        var encoder = FrameEncoder(form: .sequenced, symbols: ["X"])
        encoder.encode(tick, sequence: .max, epoch: 1)
        #expect(encoder.text.contains(#""seq":18446744073709551615,"#))
    }

    private func protocolSample(_ name: String) throws -> [String] {
        let bytes = try RegularFile.read(packageRoot + "/docs/protocol.md", limit: 1_000_000)
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let mark = try #require(lines.firstIndex(of: "<!-- sample: \(name) -->"))
        return Array(lines[(mark + 2)...].prefix { $0 != "```" })
    }
}

extension FrameEncoder {
    fileprivate var text: String { withFrame { String(decoding: copy($0), as: UTF8.self) } }
}

/// The folder of the package, found from this file.
let packageRoot = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

import TestSupport
import Testing
import WebSocket

@Suite struct FrameEncoderTests {
    @Test(
        arguments: [0, 1, 7, 8, 125, 126, 127, 65_535, 65_536, 70_001],
        [WebSocketRole.client, .server]
    )
    func `what one end writes the other reads`(count: Int, role: WebSocketRole) {
        let encoder = FrameEncoder(role: role)
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        var bytes: [UInt8] = []
        encoder.append(.binary, payload.span, mask: 0xA1B2_C3D4, to: &bytes)
        #expect(bytes.count == encoder.frameBytes(payload: count))
        let other: WebSocketRole = role == .client ? .server : .client
        let expected = [Found(item: .message(.binary), payload: payload)]
        #expect(Decoded(bytes, role: other).items == expected)
        var fragments: [UInt8] = []
        encoder.append(
            .binary,
            payload.span,
            fragmentBytes: max(1, count / 3),
            mask: 0x0102_0304,
            to: &fragments
        )
        #expect(Decoded(fragments, role: other).items == expected)
    }

    @Test func `a client's frame is masked as the standard's example is`() {
        var bytes: [UInt8] = []
        let mask: UInt32 = 0x3D21_FA37
        FrameEncoder(role: .client).append(.text, Array("Hello".utf8).span, mask: mask, to: &bytes)
        #expect(
            bytes == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        )
    }

    @Test func `control frames are cut to what they may hold`() {
        let encoder = FrameEncoder(role: .server)
        let long = [UInt8](repeating: 0x61, count: 200)
        var bytes: [UInt8] = []
        encoder.appendPing(long.span, mask: 0, to: &bytes)
        encoder.appendPong(long.span, mask: 0, to: &bytes)
        let reason = String(repeating: "é", count: 100)
        encoder.appendClose(CloseStatus(code: 1000, reason: reason), mask: 0, to: &bytes)
        let decoded = Decoded(bytes)
        #expect(decoded.violation == nil)
        #expect(decoded.items.map(\.payload.count) == [125, 125, 124])
    }
}

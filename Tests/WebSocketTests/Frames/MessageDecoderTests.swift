import TestSupport
import Testing
import WebSocket

@Suite struct MessageDecoderTests {
    // RFC 6455, section 5.7.
    @Test func `the examples of the standard are read as it says`() {
        #expect(Decoded([0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]).items == [.text("Hello")])
        let masked: [UInt8] = [
            0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58,
        ]
        #expect(Decoded(masked, role: .server).items == [.text("Hello")])
        let fragments: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F]
        #expect(Decoded(fragments).items == [.text("Hello")])
        let ping: [UInt8] = [0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]
        #expect(Decoded(ping).items == [Found(item: .ping, payload: Array("Hello".utf8))])
        let pong: [UInt8] = [0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        let answer = Found(item: .pong, payload: Array("Hello".utf8))
        #expect(Decoded(pong, role: .server).items == [answer])
        for (count, head) in [
            (256, [0x82, 0x7E, 0x01, 0x00]),
            (65_536, [0x82, 0x7F, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00]),
        ] as [(Int, [UInt8])] {
            let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let expected = [Found(item: .message(.binary), payload: payload)]
            #expect(Decoded(head + payload).items == expected)
        }
    }

    /// Messages in random fragments with control frames between them, and what they must be read as.
    private static func stream(
        _ random: inout SeededRandom,
        isMasked: Bool
    ) -> (bytes: [UInt8], found: [Found]) {
        var bytes: [UInt8] = []
        var found: [Found] = []
        func mask() -> [UInt8]? {
            isMasked ? (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) } : nil
        }
        func control() {
            guard Int.random(in: 0..<3, using: &random) == 0 else { return }
            let payload = (0..<Int.random(in: 0...9, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let isPing = Bool.random(using: &random)
            bytes += Wire.frame(isPing ? 9 : 10, payload, mask: mask())
            found.append(Found(item: isPing ? .ping : .pong, payload: payload))
        }
        for _ in 0..<6 {
            let letters = Array("aé€𝄞\u{7FF}\u{FFFF}{}\"0".unicodeScalars)
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                text.append(letters.randomElement(using: &random) ?? "a")
            }
            let payload = Array(String(text).utf8)
            let kind: MessageKind = Bool.random(using: &random) ? .text : .binary
            var cuts = [0, payload.count]
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                cuts.append(Int.random(in: 0...payload.count, using: &random))
            }
            cuts.sort()
            for index in 1..<cuts.count {
                control()
                bytes += Wire.frame(
                    index > 1 ? 0 : kind == .text ? 1 : 2,
                    Array(payload[cuts[index - 1]..<cuts[index]]),
                    isFinal: index == cuts.count - 1,
                    mask: mask()
                )
            }
            found.append(Found(item: .message(kind), payload: payload))
        }
        return (bytes + Wire.close(1012, "bye", mask: mask()), found + [Self.bye])
    }

    private static let bye = Found(
        item: .close(CloseStatus(code: 1012, reason: "bye")),
        payload: [0x03, 0xF4] + Array("bye".utf8)
    )

    @Test(arguments: [1, 2, 3, 4], [WebSocketRole.client, .server])
    func `every split of a stream gives the same messages`(seed: UInt64, role: WebSocketRole) {
        var random = SeededRandom(seed: seed)
        let (bytes, found) = Self.stream(&random, isMasked: role == .server)
        var small = MessageLimits()
        small.receiveBytes = 16
        small.messageBytesMax = 200
        small.frameBytesMax = 200
        #expect(Decoded(bytes, role: role).items == found)
        for limits in [MessageLimits(), small] {
            for split in bytes.indices {
                let pieces = [Array(bytes[..<split]), Array(bytes[split...])]
                let decoded = Decoded(pieces, role: role, limits: limits)
                guard decoded.items == found, decoded.violation == nil else {
                    Issue.record("split at \(split): \(decoded)")
                    return
                }
            }
            let single = Decoded(bytes.map { [$0] }, role: role, limits: limits)
            #expect(single.items == found && single.violation == nil)
        }
    }

    @Test func `long messages of random sizes are read whole however they come`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<4 {
            var bytes: [UInt8] = []
            var found: [Found] = []
            for _ in 0..<6 {
                let count = Int.random(in: 0...150_000, using: &random)
                let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ count) }
                let cut = Int.random(in: 0...count, using: &random)
                bytes += Wire.frame(2, Array(payload[..<cut]), isFinal: false)
                bytes += Wire.frame(9, [1, 2, 3])
                bytes += Wire.frame(0, Array(payload[cut...]))
                found.append(Found(item: .ping, payload: [1, 2, 3]))
                found.append(Found(item: .message(.binary), payload: payload))
            }
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...70_000, using: &random)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let decoded = Decoded(pieces)
            #expect(decoded.violation == nil)
            #expect(decoded.items == found)
        }
    }

    @Test func `bytes are refused and not lost while messages wait to be taken`() throws {
        var limits = MessageLimits()
        limits.receiveBytes = 64
        limits.messageBytesMax = 1000
        limits.headBytesMax = 64
        var decoder = MessageDecoder(role: .client, limits: limits)
        let message = Wire.frame(2, [UInt8](repeating: 7, count: 1000))
        var sent = 0
        var taken = 0
        var received = 0
        while taken < 100 {
            while sent < 100 * message.count {
                let rest = Array(message[(sent % message.count)...])
                let count = decoder.append(rest.span)
                if count == 0 { break }
                sent += count
                #expect(sent - received < 16_384, "the buffer has a bound")
            }
            while let item = try decoder.next() {
                #expect(item == .message(.binary) && decoder.copyOfPayload().count == 1000)
                taken += 1
                received += message.count
            }
        }
        #expect(sent == 100 * message.count)
    }
}

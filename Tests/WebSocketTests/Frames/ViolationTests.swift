import Testing
import WebSocket

@Suite struct ViolationTests {
    /// A stream, the end that reads it, and what is wrong with it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        var role = WebSocketRole.client
        let violation: ProtocolViolation
        var code: UInt16 = 1002
        var before: [Found] = []
        var testDescription: String { name }
    }

    private static let mask: [UInt8] = [1, 2, 3, 4]
    private static let start = Wire.frame(1, Array("a".utf8), isFinal: false)

    static let bits: [Case] = [1, 2, 4, 7].map { (bits: UInt8) in
        Case(
            name: "reserved bits \(bits)",
            bytes: Wire.text("ok") + Wire.frame(1, [0x61], reserved: bits),
            violation: .reservedBits(bits),
            before: [.text("ok")]
        )
    }

    static let opcodes: [Case] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map { (opcode: UInt8) in
        Case(
            name: "opcode \(opcode)",
            bytes: Wire.frame(opcode, []),
            violation: .reservedOpcode(opcode)
        )
    }

    static let controls: [Case] = [8, 9, 10].flatMap { (opcode: UInt8) in
        [
            Case(
                name: "control \(opcode) in fragments",
                bytes: Wire.frame(opcode, [], isFinal: false),
                violation: .fragmentedControl
            ),
            Case(
                name: "control \(opcode) of 126 bytes",
                bytes: Wire.frame(opcode, [UInt8](repeating: 0x61, count: 126)),
                violation: .controlTooLong(126)
            ),
        ]
    }

    static let framing: [Case] = [
        Case(
            name: "a masked server",
            bytes: Wire.text("a", mask: mask),
            violation: .maskedByServer
        ),
        Case(
            name: "a client without mask",
            bytes: Wire.text("a"),
            role: .server,
            violation: .notMaskedByClient
        ),
        Case(
            name: "125 in two bytes",
            bytes: Wire.frame(2, [UInt8](repeating: 0, count: 125), lengthBytes: 2),
            violation: .lengthNotMinimal(125)
        ),
        Case(
            name: "65535 in eight bytes",
            bytes: Wire.frame(2, [UInt8](repeating: 0, count: 65_535), lengthBytes: 8),
            violation: .lengthNotMinimal(65_535)
        ),
        Case(
            name: "the highest bit of a length",
            bytes: [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0],
            violation: .tooLong(1 << 63, max: 16_777_216),
            code: 1009
        ),
        Case(
            name: "a frame that announces too much",
            bytes: [0x82, 127, 0, 0, 0, 0, 1, 0, 0, 1],
            violation: .tooLong(16_777_217, max: 16_777_216),
            code: 1009
        ),
        Case(
            name: "a continuation of nothing",
            bytes: Wire.frame(0, [0x61]),
            violation: .continuationOfNothing
        ),
        Case(
            name: "a continuation after the end of a message",
            bytes: start + Wire.frame(0, [0x62]) + Wire.frame(0, [0x63]),
            violation: .continuationOfNothing,
            before: [.text("ab")]
        ),
        Case(
            name: "a message in a message",
            bytes: start + Wire.frame(9, []) + Wire.text("b"),
            violation: .messageInMessage,
            before: [Found(item: .ping, payload: [])]
        ),
    ]

    static let texts: [Case] = badTexts.map { bytes in
        Case(
            name: "text \(bytes.suffix(4))",
            bytes: Wire.frame(1, bytes),
            violation: .invalidUTF8,
            code: 1007
        )
    }

    private static let badTexts: [[UInt8]] = [
        [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80],
        [0xFF], [0xFE], [0xCE], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0x61, 0xCE, 0x61],
        [UInt8](repeating: 0x61, count: 67) + [0xBF],
    ]

    static let cutTexts: [Case] = [
        Case(
            name: "a surrogate over two fragments",
            bytes: Wire.frame(1, [0x61, 0xED], isFinal: false) + Wire.frame(0, [0xA0, 0x80]),
            violation: .invalidUTF8,
            code: 1007
        ),
        Case(
            name: "a letter that stays unfinished over fragments",
            bytes: Wire.frame(1, [0xE2], isFinal: false) + Wire.frame(0, [0x82]),
            violation: .invalidUTF8,
            code: 1007
        ),
        Case(
            name: "text that goes wrong in a fragment before the last one",
            bytes: Wire.frame(1, [0x61, 0xFF], isFinal: false),
            violation: .invalidUTF8,
            code: 1007
        ),
        Case(
            name: "a reason that is not UTF-8",
            bytes: Wire.frame(8, [0x03, 0xE8, 0xFF]),
            violation: .invalidUTF8,
            code: 1007
        ),
    ]

    private static let badCodes: [UInt16] = [
        0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
    ]

    static let closes: [Case] = badCodes.map { code in
        Case(name: "close \(code)", bytes: Wire.close(code), violation: .closeCode(code))
    }

    static let halfClose = Case(
        name: "close of one byte",
        bytes: Wire.frame(8, [3]),
        violation: .closeOfOneByte
    )

    static let all: [Case] = [
        bits, opcodes, controls, framing, texts, cutTexts, closes, [halfClose],
    ].flatMap { $0 }

    @Test(arguments: all)
    func `what breaks the rules is refused at any split, after what came before it`(wrong: Case) {
        for pieces in [[wrong.bytes], wrong.bytes.map { [$0] }] {
            let decoded = Decoded(pieces, role: wrong.role)
            #expect(decoded.violation == wrong.violation)
            #expect(decoded.items == wrong.before)
        }
        #expect(wrong.violation.closeCode == wrong.code)
        #expect(!"\(wrong.violation)".isEmpty && !wrong.violation.label.isEmpty)
    }

    @Test func `a frame that announces too much is refused before its bytes come`() {
        var limits = MessageLimits()
        limits.frameBytesMax = 200
        #expect(Decoded([0x82, 126, 0, 200], limits: limits).violation == nil)
        let decoded = Decoded([0x82, 126, 0, 201], limits: limits)
        #expect(decoded.violation == .tooLong(201, max: 200))
    }

    @Test func `fragments are refused when they would be too much together`() {
        var limits = MessageLimits()
        limits.messageBytesMax = 300
        let half = [UInt8](repeating: 0x61, count: 150)
        let whole = Wire.frame(1, half, isFinal: false) + Wire.frame(0, half)
        #expect(Decoded(whole, limits: limits).items.map(\.payload.count) == [300])
        let more =
            Wire.frame(1, half, isFinal: false) + Wire.frame(0, half, isFinal: false)
            + [0x80, 1]
        #expect(Decoded(more, limits: limits).violation == .tooLong(301, max: 300))
    }

    @Test(
        arguments: [1000, 1001, 1002, 1003, 1007, 1008, 1011, 1012, 1013, 1014, 3000, 3999, 4999]
    ) func `a close is read with its code and its reason`(code: UInt16) {
        let status = CloseStatus(code: code, reason: "Größe")
        let decoded = Decoded(Wire.close(code, "Größe") + Wire.text("never read"))
        #expect(decoded.items.map(\.item) == [.close(status)] && decoded.violation == nil)
    }

    @Test func `a close without a code is read as one`() {
        let decoded = Decoded(Wire.frame(8, []))
        #expect(decoded.items.map(\.item) == [.close(CloseStatus(code: nil))])
    }

    @Test(arguments: ["κόσμε", "\u{0}\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}", ""])
    func `valid text is accepted in any fragments`(text: String) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            let stream =
                Wire.frame(1, Array(bytes[..<cut]), isFinal: false)
                + Wire.frame(0, Array(bytes[cut...]))
            #expect(Decoded(stream).items == [.text(text)])
        }
    }
}

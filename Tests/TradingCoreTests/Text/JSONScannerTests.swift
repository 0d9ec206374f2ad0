import Foundation
import TestSupport
import Testing
import TradingCore

@Suite struct JSONScannerTests {
    private func skip(
        _ bytes: [UInt8],
        depthMax: Int = 16,
        keyCountMax: Int = 256
    ) throws(JSONFault) {
        var scanner = JSONScanner(depthMax: depthMax, keyCountMax: keyCountMax)
        try scanner.skipValue(in: bytes.span)
        try scanner.finish(in: bytes.span)
    }

    private func fault(_ text: String) -> JSONFault.Reason? {
        do throws(JSONFault) { try skip(Array(text.utf8)) } catch { return error.reason }
        return nil
    }

    /// A text with the scanner that reads it, so that expectations need not name a span.
    private struct Reader {
        let bytes: [UInt8]
        var scanner = JSONScanner()

        init(_ text: String) { bytes = Array(text.utf8) }

        /// Lends the text together with the scanner.
        mutating func read<Value>(
            _ body: (inout JSONScanner, Span<UInt8>) throws(JSONFault) -> Value
        ) throws(JSONFault) -> Value {
            let text = bytes
            return try body(&scanner, text.span)
        }

        mutating func enterObject() throws(JSONFault) {
            try read { scanner, text throws(JSONFault) in try scanner.enterObject(in: text) }
        }
        mutating func enterArray() throws(JSONFault) {
            try read { scanner, text throws(JSONFault) in try scanner.enterArray(in: text) }
        }
        mutating func nextElement() throws(JSONFault) -> Bool {
            try read { scanner, text throws(JSONFault) in try scanner.nextElement(in: text) }
        }
        mutating func kind() throws(JSONFault) -> JSONScanner.ValueKind {
            try read { scanner, text throws(JSONFault) in try scanner.nextKind(in: text) }
        }
        mutating func key() throws(JSONFault) -> String? {
            try read { scanner, text throws(JSONFault) in
                try scanner.nextKey(in: text)?.string(in: text)
            }
        }
        mutating func string() throws(JSONFault) -> String {
            try read { scanner, text throws(JSONFault) in
                try scanner.string(in: text).string(in: text)
            }
        }
        mutating func number() throws(JSONFault) -> String {
            try read { scanner, text throws(JSONFault) in
                try scanner.decimal(in: text).description
            }
        }
        mutating func unsigned() throws(JSONFault) -> UInt64 {
            try read { scanner, text throws(JSONFault) in try scanner.unsigned(in: text) }
        }
        mutating func bool() throws(JSONFault) -> Bool {
            try read { scanner, text throws(JSONFault) in try scanner.bool(in: text) }
        }
        mutating func null() throws(JSONFault) {
            try read { scanner, text throws(JSONFault) in try scanner.null(in: text) }
        }
        mutating func finish() throws(JSONFault) {
            try read { scanner, text throws(JSONFault) in try scanner.finish(in: text) }
        }
        mutating func equals(_ name: String) throws(JSONFault) -> Bool {
            try read { scanner, text throws(JSONFault) in
                var copy = scanner
                return try copy.string(in: text).equals(name, in: text)
            }
        }
    }

    @Test func `a reader pulls members, elements and values in their order`() throws {
        var reader = Reader(
            #" {"a" : [1.50, "x", true , null], "b":{"c":18446744073709551615}} "#
        )
        try reader.enterObject()
        #expect(try reader.key() == "a")
        try reader.enterArray()
        var kinds: [JSONScanner.ValueKind] = []
        while try reader.nextElement() {
            let kind = try reader.kind()
            kinds.append(kind)
            switch kind {
            case .number: #expect(try reader.number() == "1.50")
            case .string: #expect(try reader.string() == "x")
            case .bool: #expect(try reader.bool())
            default: try reader.null()
            }
        }
        #expect(kinds == [.number, .string, .bool, .null])
        #expect(try reader.key() == "b")
        try reader.enterObject()
        #expect(try reader.key() == "c")
        #expect(try reader.unsigned() == .max)
        #expect(try reader.key() == nil)
        #expect(try reader.key() == nil)
        try reader.finish()
    }

    @Test(arguments: [
        #"{}"#, #"[]"#, #"[[],{}]"#, #""""#, #"-0.5e-3"#, #"{"a":{"a":1},"a":2}"#, " \t\r\n1 ",
        #""\"\\\/\b\f\n\r\té€😀""#, "\"é€😀\u{7F}\"", "1e999", "true", "null",
    ])
    func `sound texts are accepted`(text: String) {
        #expect(fault(text) == nil)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}",
        "{,}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "{1:2}", "tru", "truE", "nul", "\"", "\"a",
        "\"\\\"",
        "\"\\x\"", "\"\\u12\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83dx\\ude00\"", "\"\n\"", "01",
        "1.",
        "+1", "--1", "1 1", "[1]]", "{}{}", "[}", "{]", "\u{FEFF}{}", "// a\n1",
    ])
    func `F21: broken texts are malformed`(text: String) {
        #expect(fault(text) == .malformed)
    }

    @Test(arguments: [
        [0x22, 0x80, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xC3, 0x22],
        [0x22, 0xE0, 0x80, 0x80, 0x22],
        [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
        [0x22, 0xF0, 0x9F, 0x98],
        [0x22, 0xFF, 0x22], [0x22, 0xE2, 0x82, 0x22],
    ])
    func `F21: text that is not UTF-8 is malformed`(bytes: [UInt8]) {
        #expect { try skip(bytes) } throws: { ($0 as? JSONFault)?.reason == .malformed }
    }

    @Test func `F21: nesting is allowed up to the limit and not beyond`() {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8
            )
        }
        #expect(throws: Never.self) { try skip(nested(16)) }
        #expect { try skip(nested(17)) } throws: { ($0 as? JSONFault)?.reason == .tooDeep }
        #expect { try skip(nested(1_000_000)) } throws: { ($0 as? JSONFault)?.position == 16 }
        #expect(throws: Never.self) { try skip(nested(32), depthMax: 32) }
    }

    @Test func `F21: the key beyond the limit ends the reading where it stands`() {
        let keys = (0..<100_000).map { "\"k\($0)\":1" }.joined(separator: ",")
        let bytes = Array("{\(keys)}".utf8)
        #expect { try skip(bytes) } throws: {
            guard let fault = $0 as? JSONFault else { return false }
            return fault.reason == .tooManyKeys && fault.position < 3000
        }
        #expect(throws: Never.self) { try skip(bytes, keyCountMax: 100_000) }
    }

    @Test(arguments: ["NaN", "-NaN", "[Infinity]", "{\"a\":-Infinity}", "nan"])
    func `F21: numbers that are none are told from broken text`(text: String) {
        let expected: JSONFault.Reason = text == "nan" ? .malformed : .notFinite
        #expect(fault(text) == expected)
    }

    @Test func `a value of another type is a fault of its own and stays unread`() throws {
        var reader = Reader(#""text""#)
        #expect { try reader.number() } throws: {
            ($0 as? JSONFault) == JSONFault(.wrongType, at: 0)
        }
        #expect(throws: JSONFault.self) { try reader.enterObject() }
        #expect(throws: JSONFault.self) { try reader.bool() }
        #expect(try reader.string() == "text")
    }

    @Test func `escapes are undone, and a word is known in spite of them`() throws {
        var reader = Reader(#""bi\u0064\/\ud83d\ude00\n""#)
        #expect(try reader.equals("bid/😀\n"))
        #expect(try !reader.equals("bid"))
        #expect(try reader.string() == "bid/😀\n")
    }

    @Test func `Foundation accepts the same texts`() {
        var random = SeededRandom(seed: 0x150)
        let alphabet = Array(#"{}[]",:\u019.eE+-truefalsn é"#.utf8) + [0x09, 0x0A, 0x1F, 0xC3]
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = Array(randomText(depth: 3, &random).utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0x20
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                default: bytes.remove(at: place)
                }
            }
            let ours = (try? skip(bytes)) != nil
            let theirs =
                (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed))
                != nil
            let text = String(decoding: bytes, as: UTF8.self)
            // Foundation lets a comma stand before a closing bracket; RFC 8259 does not.
            let hasTrailingComma = text.contains(/,\s*[\]}]/)
            #expect(ours == theirs || (hasTrailingComma && !ours), "\(text)")
            if ours { accepted += 1 }
        }
        #expect(accepted > 5000)
    }

    private func randomText(depth: Int, _ random: inout SeededRandom) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: return String(Int.random(in: -999...999, using: &random))
        case 1:
            return
                "\(Int.random(in: 0...99, using: &random)).5e\(Int.random(in: -9...9, using: &random))"
        case 2: return ["true", "false", "null"].randomElement(using: &random) ?? "null"
        case 3: return #""a é\n\u00e9""#
        case 4: return #""""#
        case 5:
            let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                randomText(depth: depth - 1, &random)
            }
            return "[\(elements.joined(separator: ", "))]"
        default:
            let members = (0..<Int.random(in: 0...3, using: &random)).map { index in
                "\"k\(index)\" : \(randomText(depth: depth - 1, &random))"
            }
            return "{\(members.joined(separator: ","))}"
        }
    }
}

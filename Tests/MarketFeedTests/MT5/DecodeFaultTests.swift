import MarketFeed
import Testing
import TradingCore

@Suite struct DecodeFaultTests {
    @Test(arguments: [
        ("", DecodeFault(.emptyPart)), ("EURUSD", DecodeFault(.notJSON)),
        ("{", DecodeFault(.notJSON)),
        ("[]", DecodeFault(.notObject)), ("5", DecodeFault(.notObject)),
        ("\"x\"", DecodeFault(.notObject)),
        (#"{"bid":1,"ask":2}"#, DecodeFault(.missingField, .symbol)),
        (#"{"symbol":"X","ask":2}"#, DecodeFault(.missingField, .bid)),
        (#"{"symbol":"X","bid":1,"ask":null}"#, DecodeFault(.missingField, .ask)),
        (#"{"symbol":"X","bid":true,"ask":2}"#, DecodeFault(.wrongType, .bid)),
        (#"{"symbol":"X","bid":[1],"ask":2}"#, DecodeFault(.wrongType, .bid)),
        (#"{"symbol":"X","bid":"","ask":2}"#, DecodeFault(.wrongType, .bid)),
        (#"{"symbol":"X","bid":"1.0 ","ask":2}"#, DecodeFault(.wrongType, .bid)),
        (#"{"symbol":7,"bid":1,"ask":2}"#, DecodeFault(.wrongType, .symbol)),
        (#"{"type":7,"symbol":"X","bid":1,"ask":2}"#, DecodeFault(.wrongType, .type)),
        (
            #"{"symbol":"X","bid":1,"ask":2,"timestamp":"noon"}"#,
            DecodeFault(.wrongType, .timestamp)
        ),
        (#"{"symbol":"X","bid":1,"ask":2,"seq":1.0}"#, DecodeFault(.wrongType, .sequence)),
        (#"{"symbol":"X","bid":1,"ask":2,"seq":-1}"#, DecodeFault(.wrongType, .sequence)),
        (#"{"symbol":"X","bid":1,"ask":2,"seq":0}"#, DecodeFault(.outOfRange, .sequence)),
        (
            #"{"symbol":"X","bid":1,"ask":2,"seq":18446744073709551616}"#,
            DecodeFault(.precision, .sequence)
        ),
        (#"{"symbol":"X","bid":NaN,"ask":2}"#, DecodeFault(.notFinite, .bid)),
        (#"{"symbol":"X","bid":1,"ask":-Infinity}"#, DecodeFault(.notFinite, .ask)),
        (#"{"symbol":"X","bid":1e999,"ask":2}"#, DecodeFault(.notFinite, .bid)),
        (#"{"symbol":"X","bid":"nan","ask":2}"#, DecodeFault(.notFinite, .bid)),
        (#"{"symbol":"X","bid":1.0000000000000000001,"ask":2}"#, DecodeFault(.precision, .bid)),
        (#"{"symbol":"X","bid":9223372036854775808,"ask":2}"#, DecodeFault(.precision, .bid)),
        (#"{"symbol":"X","bid":1,"bid":1,"ask":2}"#, DecodeFault(.duplicateKey, .bid)),
        (#"{"symbol":"X","bid":1,"Bid":1,"ask":2}"#, DecodeFault(.duplicateKey, .bid)),
        (
            #"{"symbol":"X","bid":1,"ask":2,"time":1,"timestamp":1}"#,
            DecodeFault(.duplicateKey, .timestamp)
        ),
        (#"{"symbol":"","bid":1,"ask":2}"#, DecodeFault(.symbolNotPrintable, .symbol)),
        (#"{"symbol":"EUR\nUSD","bid":1,"ask":2}"#, DecodeFault(.symbolNotPrintable, .symbol)),
        (
            "{\"symbol\":\"EUR\u{7F}\",\"bid\":1,\"ask\":2}",
            DecodeFault(.symbolNotPrintable, .symbol)
        ),
        (#"{"symbol":"€","bid":1,"ask":2}"#, DecodeFault(.symbolNotPrintable, .symbol)),
        (
            #"{"symbol":"12345678901234567890123456789012","bid":1,"ask":2}"#,
            DecodeFault(.symbolTooLong, .symbol)
        ),
        (#"{"symbol":"X","bid":1,"ask":2}}"#, DecodeFault(.notJSON)),
        (#"{"symbol":"X","bid":1,"ask":2,}"#, DecodeFault(.notJSON)),
        (#"{"symbol":"X","bid":01,"ask":2}"#, DecodeFault(.notJSON)),
    ])
    func `F21: a message that cannot be understood is refused with reason and field`(
        text: String,
        expected: DecodeFault
    ) {
        #expect(fault(text) == expected)
    }

    @Test(arguments: [
        ("", DecodeFault(.symbolNotPrintable, .symbol)),
        ("tick.", DecodeFault(.symbolNotPrintable, .symbol)),
        ("EURUSD\n", DecodeFault(.symbolNotPrintable, .symbol)),
        ("tick.12345678901234567890123456789012", DecodeFault(.symbolTooLong, .symbol)),
    ])
    func `F21: a topic that is no symbol is refused`(topic: String, expected: DecodeFault) {
        #expect(fault(#"{"bid":1,"ask":2}"#, topic: topic) == expected)
    }

    @Test func `F21: 100,000 keys are refused after the first few`() {
        let keys = (0..<100_000).map { "\"k\($0)\":1" }.joined(separator: ",")
        #expect(fault("{\(keys)}") == DecodeFault(.tooManyKeys))
    }

    @Test func `F21: deep nesting is refused`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(fault("{\"a\":\(deep)") == DecodeFault(.tooDeep))
        let objects = String(repeating: "{\"a\":", count: 50)
        #expect(fault(objects) == DecodeFault(.tooDeep))
    }

    @Test func `F21: invalid UTF-8 is refused even in a value that nobody reads`() {
        let text = Array(#"{"symbol":"X","bid":1,"ask":2,"comment":""#.utf8) + [0xC3, 0x28]
        let bytes = text + Array(#""}"#.utf8)
        #expect { try decode(bytes) } throws: { ($0 as? DecodeFault) == DecodeFault(.notJSON) }
    }

    @Test func `a symbol may use all 31 characters and any printable one`() throws {
        let name = "#Volatility 75 [Index]/~.s-12345"
        #expect(name.utf8.count == 32)
        for count in 1...31 {
            let symbol = String(name.suffix(count))
            let frame = try decode("{\"symbol\":\"\(symbol)\",\"bid\":1,\"ask\":2}")
            #expect(frame.symbol.string == symbol)
            #expect(frame.symbol == SymbolText(symbol))
        }
        #expect(SymbolText(name) == nil)
    }
}

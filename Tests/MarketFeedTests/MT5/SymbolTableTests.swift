import MarketFeed
import TestSupport
import Testing
import TradingCore

@Suite struct SymbolTableTests {
    private func name(_ text: String) throws -> SymbolText { try #require(SymbolText(text)) }

    @Test func `configured symbols come first, in their order, and shut others out`() throws {
        let configured = [try name("XAUUSD"), try name("EURUSD")]
        var table = SymbolTable(range: 100..<110, configured: configured)
        #expect(table.feedSymbol == SymbolID(rawValue: 100))
        #expect(table.lookUp(try name("EURUSD")) == .known(SymbolID(rawValue: 102)))
        #expect(table.lookUp(try name("XAUUSD")) == .known(SymbolID(rawValue: 101)))
        #expect(table.lookUp(try name("EURUSD.s")) == .unlisted)
        #expect(table.name(of: SymbolID(rawValue: 101)) == "XAUUSD")
        #expect(table.name(of: SymbolID(rawValue: 100)) == "*")
    }

    @Test func `without configuration symbols are numbered as they appear, up to the last number`()
        throws
    {
        var table = SymbolTable(range: 5..<8)
        #expect(table.lookUp(try name("B")) == .added(SymbolID(rawValue: 6)))
        #expect(table.lookUp(try name("A")) == .added(SymbolID(rawValue: 7)))
        #expect(table.lookUp(try name("C")) == .full)
        #expect(table.lookUp(try name("B")) == .known(SymbolID(rawValue: 6)))
        #expect(table.names.map(\.string) == ["B", "A"])
    }

    @Test func `F24: a million symbols leave the table as it was`() throws {
        var table = SymbolTable(range: 0..<257)
        var added = 0
        var full = 0
        for number in 0..<1_000_000 {
            switch table.lookUp(try name("S\(number)")) {
            case .added: added += 1
            case .full: full += 1
            default: Issue.record("S\(number) was met before")
            }
        }
        #expect(added == 256)
        #expect(full == 999_744)
        #expect(table.names.count == 256)
        #expect(table.lookUp(try name("S255")) == .known(SymbolID(rawValue: 256)))
    }

    @Test func `a table agrees with a dictionary for any order of names`() throws {
        var random = SeededRandom(seed: 0x5B1)
        for _ in 0..<50 {
            let count = Int.random(in: 1...40, using: &random)
            var table = SymbolTable(range: 0..<count + 1)
            var model: [String: Int] = [:]
            for _ in 0..<200 {
                let text = "N\(Int.random(in: 0..<60, using: &random))"
                let expected: SymbolTable.Lookup
                if let known = model[text] {
                    expected = .known(SymbolID(rawValue: UInt16(known)))
                } else if model.count < count {
                    model[text] = model.count + 1
                    expected = .added(SymbolID(rawValue: UInt16(model.count)))
                } else {
                    expected = .full
                }
                #expect(table.lookUp(try name(text)) == expected)
            }
        }
    }
}

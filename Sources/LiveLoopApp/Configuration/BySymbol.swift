/// Values for some symbols, and possibly one for all others, which is written `*`.
package struct BySymbol<Value: Sendable & Equatable>: Sendable, Equatable {
    /// A symbol and its value.
    package struct Entry: Sendable, Equatable {
        /// The symbol, or `*` for all others.
        package let symbol: String
        /// Its value.
        package let value: Value
    }

    /// The entries in the order in which they were written.
    package private(set) var entries: [Entry] = []

    package init() {}

    /// The value of a symbol: its own, else that of `*`, else none.
    package subscript(symbol: String) -> Value? {
        (entries.first { $0.symbol == symbol } ?? entries.first { $0.symbol == "*" })?.value
    }

    mutating func append(_ symbol: String, _ value: Value) {
        entries.append(Entry(symbol: symbol, value: value))
    }
}

extension ValueFormat {
    /// `SYMBOL=value,…` with `*` for all others.
    static func bySymbol<Element: Sendable & Equatable>(
        _ element: ValueFormat<Element>,
        example: String
    ) -> Self where Value == BySymbol<Element> {
        ValueFormat(
            accepted: "SYMBOL=value pairs separated by commas, each symbol once, * for all others, "
                + "each value \(element.accepted); as in \(example)",
            parse: { text throws(ValueRefusal) in
                var table = BySymbol<Element>()
                if text.isEmpty { return table }
                for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
                    let parts = pair.split(separator: "=", omittingEmptySubsequences: false)
                    guard parts.count == 2 else { throw ValueRefusal() }
                    let symbol = String(parts[0])
                    guard symbol == "*" || SymbolName.isValid(symbol),
                        !table.entries.contains(where: { $0.symbol == symbol })
                    else { throw ValueRefusal() }
                    do throws(ValueRefusal) {
                        table.append(symbol, try element.parse(String(parts[1])))
                    } catch {
                        throw ValueRefusal()
                    }
                }
                return table
            },
            render: { table in
                table.entries.map { "\($0.symbol)=\(element.render($0.value))" }
                    .joined(separator: ",")
            }
        )
    }
}

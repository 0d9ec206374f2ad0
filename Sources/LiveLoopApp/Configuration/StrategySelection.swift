/// The strategy to run and its parameters, `name?key=value&…`.
package struct StrategySelection: Sendable, Equatable {
    /// A named parameter, as text: only the strategy knows its meaning.
    package struct Parameter: Sendable, Equatable {
        /// The parameter's name.
        package let name: String
        /// The parameter's value.
        package let value: String
    }

    /// The name under which the strategy is registered.
    package var name: String
    /// The parameters in the order in which they were written.
    package var parameters: [Parameter] = []
}

extension ValueFormat where Value == StrategySelection {
    /// `name?key=value&…` with plain words.
    static var strategy: Self {
        ValueFormat(
            accepted: "a strategy's name, with parameters as in sma-cross?fast=20&slow=80",
            parse: { text throws(ValueRefusal) in
                let parts = text.split(
                    separator: "?",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                guard isWord(parts[0]) else { throw ValueRefusal() }
                var selection = StrategySelection(name: String(parts[0]))
                guard parts.count > 1 else { return selection }
                for pair in parts[1].split(separator: "&", omittingEmptySubsequences: false) {
                    let sides = pair.split(separator: "=", omittingEmptySubsequences: false)
                    guard sides.count == 2, isWord(sides[0]), isWord(sides[1]),
                        !selection.parameters.contains(where: { $0.name == sides[0] })
                    else { throw ValueRefusal() }
                    selection.parameters.append(
                        StrategySelection.Parameter(name: String(sides[0]), value: String(sides[1]))
                    )
                }
                return selection
            },
            render: { selection in
                let pairs = selection.parameters.map { "\($0.name)=\($0.value)" }
                return selection.name + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
            }
        )
    }

    private static func isWord(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                byte.isLetter || byte.isDigit || "-_.+,:/".utf8.contains(byte)
            }
    }
}

/// Which rows of the fault table have a test.
enum FaultCoverage {
    /// The faults that the process must survive by now.
    ///
    /// F: feeds and loop; K: kill switch; G: orders and gateway; H: the HTTP interface.
    static let rows: [String] =
        numbered("F", [1...11, 20...28, 34...34]) + numbered("K", [1...12])
        + numbered("G", [1...18]) + numbered("H", [1...2])

    /// Rows whose test is still to come; a row leaves this list when its test lands.
    static let pending: Set<String> = []

    private static func numbered(_ letter: String, _ ranges: [ClosedRange<Int>]) -> [String] {
        ranges.joined().map { letter + ($0 < 10 ? "0" : "") + String($0) }
    }

    /// The names of the tests of a file: of the function, and what `@Test` says.
    static func testNames(_ file: SourceFile) -> [String] {
        let tokens = file.tokens
        return tokens.indices.flatMap { index -> [String] in
            guard tokens.reads(["@", "Test"], at: index) else { return [] }
            var names: [String] = []
            var next = index + 2
            if tokens.reads(["("], at: next) {
                if tokens.indices.contains(next + 1), tokens[next + 1].kind == .string {
                    names.append(tokens.text(next + 1))
                }
                next = tokens.closing(next) + 1
            }
            if let function = tokens[next...].firstIndex(where: { $0.text == "func" }) {
                names.append(tokens.text(function + 1))
            }
            return names
        }
    }

    /// The rows that the names carry, such as `F07` of `F07: a refused connection backs off`.
    static func covered(_ names: [String]) -> Set<String> {
        Set(names.flatMap { $0.split { !$0.isLetter && !$0.isNumber }.map(String.init) })
            .intersection(rows)
    }
}

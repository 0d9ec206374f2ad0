/// What `live-loop bench` can measure, in the order in which it is run.
///
/// Memory comes first, before other suites make the process larger.
enum BenchSuite: String, Sendable, CaseIterable {
    case memory
    case decode
    case buffer
    case step
    case throughput
    case paced
    case latency
    case lateness
    case orders

    /// The suites of these names; no name stands for all.
    ///
    /// - Returns: `nil` and the first unknown name when there is one.
    static func select(_ names: [String]) -> (suites: [BenchSuite], unknown: String?) {
        guard !names.isEmpty else { return (allCases, nil) }
        var wanted: [BenchSuite] = []
        for name in names {
            guard let suite = BenchSuite(rawValue: name) else { return ([], name) }
            wanted.append(suite)
        }
        return (allCases.filter(wanted.contains), nil)
    }
}

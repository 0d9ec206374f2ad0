/// Measures how late the loop's 10 ms intervals begin, while nothing comes and under load.
enum LatenessBench {
    private static let rounds = 2

    /// Measures both.
    static func run(seconds: Double = 2) throws -> [BenchMeasurement] {
        try [(0.0, "idle"), (10_000, "at 10000/s")].flatMap { rate, name in
            var found: [LoopSnapshot.Distribution] = []
            for _ in 0..<rounds {
                let result = try BenchTrial(
                    transport: .tcp,
                    load: .paced(rate),
                    duration: .seconds(seconds)
                ).run()
                found.append(result.pipeline.lateness)
            }
            return [
                measurement("\(name), p50", found.map(\.p50)),
                measurement("\(name), p99", found.map(\.p99)),
                measurement("\(name), max", found.map(\.max)),
            ]
        }
    }

    private static func measurement(_ name: String, _ rounds: [Double]) -> BenchMeasurement {
        BenchMeasurement(
            suite: .lateness,
            name: "start of an interval, \(name)",
            unit: .microseconds,
            rounds: rounds
        )
    }
}

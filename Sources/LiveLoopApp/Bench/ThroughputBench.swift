/// Measures how many ticks a second reach the strategy when the publisher sends all it can.
///
/// Publisher, libzmq's threads, receiver and loop share this machine's processors.
enum ThroughputBench {
    private static let rounds = 3

    /// Measures each transport.
    static func run(seconds: Double = 2) throws -> [BenchMeasurement] {
        let ticks = ReferenceTicks(.compact)
        return try BenchTrial.Transport.allCases.flatMap { transport in
            var rates: [Double] = []
            var costs: [Double] = []
            for _ in 0..<rounds {
                let result = try BenchTrial(
                    transport: transport,
                    load: .flatOut(ticks),
                    duration: .seconds(seconds)
                ).run()
                let recording = result.pipeline.recording
                rates.append(recording.rate)
                costs.append(
                    Double(result.processorNanoseconds) / Double(max(1, recording.tickCount))
                )
            }
            return [
                BenchMeasurement(
                    suite: .throughput,
                    name: "publisher to strategy, \(transport.rawValue)",
                    unit: .ticksPerSecond,
                    rounds: rates
                ),
                BenchMeasurement(
                    suite: .throughput,
                    name: "processor time of receiver and loop, \(transport.rawValue)",
                    unit: .nanosecondsPerTick,
                    rounds: costs
                ),
            ]
        }
    }
}

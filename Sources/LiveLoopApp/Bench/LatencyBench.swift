import Telemetry

/// Measures the time from the send of a tick to the strategy, at steady rates.
enum LatencyBench {
    private static let rounds = 3
    private static let rates = [1000, 10_000, 50_000]

    /// Measures each rate over TCP and over a local socket.
    static func run(seconds: Double = 1.5) throws -> [BenchMeasurement] {
        var measurements: [BenchMeasurement] = []
        for transport in [BenchTrial.Transport.tcp, .ipc] {
            for rate in rates {
                var histograms: [LatencyHistogram] = []
                for _ in 0..<rounds {
                    let result = try BenchTrial(
                        transport: transport,
                        load: .paced(Double(rate)),
                        duration: .seconds(seconds)
                    ).run()
                    histograms.append(result.pipeline.recording.latency)
                }
                measurements += percentiles(of: histograms, "\(rate)/s, \(transport.rawValue)")
            }
        }
        return measurements
    }

    private static func percentiles(
        of rounds: [LatencyHistogram],
        _ name: String
    ) -> [BenchMeasurement] {
        [(50.0, "p50"), (90, "p90"), (99, "p99"), (100, "max")].map { percent, label in
            BenchMeasurement(
                suite: .latency,
                name: "send to strategy at \(name), \(label)",
                unit: .microseconds,
                rounds: rounds.map { Double($0.percentile(percent)) / 1000 }
            )
        }
    }
}

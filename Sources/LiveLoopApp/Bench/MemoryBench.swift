import Platform

/// Measures the memory of the process, and the processor time it takes while nothing comes.
///
/// The publisher's few hundred kilobytes are in the numbers.
enum MemoryBench {
    private static let rate = 50_000.0

    /// Measures an idle process first, and then one that has been busy.
    static func run(idleSeconds: Double = 5, busySeconds: Double = 3) throws -> [BenchMeasurement] {
        var used = 0.0
        var idleBytes: Int64 = 0
        let idle = BenchTrial(transport: .tcp, load: .paced(0), duration: .seconds(idleSeconds))
        _ = try idle.run { _ in
            // Ends before the publisher does, so that nothing but idleness is measured.
            let seconds = idleSeconds * 0.9
            let start = ProcessStatistics.processorSeconds()
            var nothing = PollSet(reading: [])
            _ = nothing.wait(nanoseconds: Int64(seconds * 1e9))
            used = 100 * (ProcessStatistics.processorSeconds() - start) / seconds
            idleBytes = ProcessStatistics.residentBytes()
        }
        let busy = BenchTrial(transport: .tcp, load: .paced(rate), duration: .seconds(busySeconds))
        _ = try busy.run()
        return [
            measurement("processor time, idle", .percent, used),
            measurement("resident, idle", .mebibytes, mebibytes(idleBytes)),
            measurement(
                "resident, after 50000/s",
                .mebibytes,
                mebibytes(ProcessStatistics.residentBytes())
            ),
        ]
    }

    private static func mebibytes(_ bytes: Int64) -> Double { Double(bytes) / 1_048_576 }

    private static func measurement(
        _ name: String,
        _ unit: BenchMeasurement.Unit,
        _ value: Double
    ) -> BenchMeasurement {
        BenchMeasurement(suite: .memory, name: name, unit: unit, rounds: [value])
    }
}

import Platform
import Telemetry
import TradingCore
import ZeroMQ

/// The whole way of a tick as one side of a comparison with other programs.
///
/// A publisher of the comparison sends ``ReferenceTick``s, whose times are those of their sends. The
/// run ends with a tick of the symbol `END`, or with a signal, and gives one line of JSON.
struct BenchSubject {
    /// Where the publisher is.
    var endpoint: String
    /// The processor on which the whole process stays, libzmq's threads included.
    var cpu: Int?

    /// Runs until the end and returns the line.
    func run() throws -> String {
        // Threads inherit the processor and the blocked signals, so that both come first.
        if let cpu { try Thread.pinCurrent(toCPU: cpu) }
        let signals = try SignalSet(SignalSet.stopSignals)
        let directory = try BenchDirectory()
        let pipeline = try BenchPipeline(
            context: Context(),
            endpoint: endpoint,
            directory: directory.path
        )
        try pipeline.start()
        var end = PollSet(reading: [pipeline.endDescriptor, signals.pollDescriptor])
        _ = end.wait(nanoseconds: nil)
        let line = Self.line(pipeline.stop())
        try directory.remove()
        return line
    }

    /// The line of a result.
    static func line(_ result: BenchPipeline.Result) -> String {
        let recording = result.recording
        var writer = JSONWriter()
        writer.object { writer in
            writer.value("live-loop", "subject")
            writer.value(result.received, "received")
            writer.value(recording.tickCount, "delivered")
            writer.value(result.shed, "shed")
            writer.value(result.missing, "missing")
            writer.value(
                (recording.lastCall - recording.firstReceive).inSeconds,
                digits: 6,
                "wall_s"
            )
            writer.value(recording.rate, digits: 0, "rate")
            writer.value(recording.latency.count, "lat_n")
            for (percent, name) in [
                (50.0, "p50_us"), (90, "p90_us"), (99, "p99_us"), (99.9, "p999_us"),
                (100, "max_us"),
            ] {
                let nanoseconds = recording.latency.percentile(percent)
                writer.value(Double(nanoseconds) / 1000, digits: 2, name)
            }
            writer.value(ProcessStatistics.processorSeconds(), digits: 3, "self_cpu_s")
            writer.value(ProcessStatistics.residentBytes() / 1024, "self_rss_kb")
            writer.value(MachineFacts.isDebugBuild ? "debug" : "release", "build")
        }
        return writer.text + "\n"
    }
}

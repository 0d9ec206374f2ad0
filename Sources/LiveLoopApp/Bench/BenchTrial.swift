import Platform
import TradingCore
import ZeroMQ

/// One run of publisher, receiver, loop and strategy in this process.
struct BenchTrial {
    /// How publisher and receiver are connected.
    enum Transport: String, CaseIterable {
        case tcp
        case ipc
        case inproc
    }

    /// What came of a trial.
    struct Result {
        /// What the publisher did.
        var publisher: BenchPublisher.Result
        /// What came to the strategy.
        var pipeline: BenchPipeline.Result
        /// The processor time of the receiver's and the loop's threads, in nanoseconds.
        var processorNanoseconds: Int64

        /// Whether every tick reached the strategy, in order and without a gap.
        var isWhole: Bool {
            publisher.failure == nil && pipeline.recording.tickCount == publisher.sent
                && pipeline.shed == 0 && pipeline.missing == 0
        }
    }

    /// Why a trial came to nothing.
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    var transport: Transport
    var load: BenchPublisher.Load
    var duration: Duration

    /// Runs the trial.
    ///
    /// - Parameter during: Called when the first tick is sent, if it is to see the running pipeline.
    /// - Returns: What was sent and what came of it.
    /// - Throws: ``Failed``, or the error of a socket, a thread or a file.
    func run(_ during: ((BenchPipeline) -> Void)? = nil) throws -> Result {
        let directory = try BenchDirectory()
        let result = try run(in: directory.path, during)
        try directory.remove()
        return result
    }

    private func run(
        in directory: String,
        _ during: ((BenchPipeline) -> Void)?
    ) throws -> Result {
        let ownContext = try Context()
        let publisherContext = transport == .inproc ? ownContext : try Context()
        let publisher = try BenchPublisher(
            context: publisherContext,
            endpoint: endpoint(directory),
            load: load,
            duration: duration
        )
        let (thread, address) = try publisher.start()
        defer {
            publisher.release()
            thread.join()
        }
        guard !address.isEmpty else { throw Failed(description: publisher.result.failure ?? "?") }
        let pipeline = try BenchPipeline(
            context: ownContext,
            endpoint: address,
            directory: directory
        )
        try pipeline.start()
        var end = PollSet(reading: [pipeline.endDescriptor])
        while !publisher.isSending, publisher.result.failure == nil {
            _ = end.wait(nanoseconds: 1_000_000)
        }
        let start = pipeline.processorNanoseconds
        during?(pipeline)
        let hasEnded = end.wait(nanoseconds: (duration + .seconds(15)).wholeNanoseconds)
        let used = pipeline.processorNanoseconds - start
        let result = pipeline.stop()
        guard hasEnded else {
            throw Failed(description: publisher.result.failure ?? "the last tick did not arrive")
        }
        return Result(
            publisher: publisher.result,
            pipeline: result,
            processorNanoseconds: used
        )
    }

    private func endpoint(_ directory: String) -> String {
        switch transport {
        case .tcp: "tcp://127.0.0.1:*"
        case .ipc: "ipc://\(directory)/ticks"
        case .inproc: "inproc://live-loop-bench"
        }
    }
}

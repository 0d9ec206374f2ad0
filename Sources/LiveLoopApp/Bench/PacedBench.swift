import TradingCore

/// Looks for the highest steady rate at which no tick is shed, missing or late.
///
/// Late means that the publisher could not keep its schedule, because it waits where the receiver's
/// queue is full, or that ticks were still on their way a tenth of a second after the last send.
enum PacedBench {
    private static let start = 200_000.0
    private static let scheduleTolerance = 0.99

    /// Searches over TCP.
    ///
    /// - Parameters:
    ///   - trialSeconds: The length of one trial.
    ///   - holdSeconds: The length of the final run, which decides.
    /// - Returns: The rate that held; 0 when none did.
    /// - Throws: What keeps a trial from being run, which says nothing about rates.
    static func run(trialSeconds: Double = 3, holdSeconds: Double = 10) throws -> BenchMeasurement {
        var search = RateSearch(start: start)
        while true {
            let rate: Double
            let seconds: Double
            switch search.next {
            case .trial(let next): (rate, seconds) = (next, trialSeconds)
            case .hold(let next): (rate, seconds) = (next, holdSeconds)
            case .done(let highest):
                return BenchMeasurement(
                    suite: .paced,
                    name: "highest rate with nothing shed, missing or late, tcp",
                    unit: .ticksPerSecond,
                    rounds: [highest]
                )
            }
            let result = try BenchTrial(
                transport: .tcp,
                load: .paced(rate),
                duration: .seconds(seconds)
            ).run()
            search.note(passed: hasPassed(result, rate: rate, seconds: seconds))
        }
    }

    private static func hasPassed(
        _ result: BenchTrial.Result,
        rate: Double,
        seconds: Double
    ) -> Bool {
        let isOnSchedule =
            Double(result.publisher.sent) >= scheduleTolerance * rate * result.publisher.seconds
        let recording = result.pipeline.recording
        let way = (recording.lastCall - recording.firstReceive).inSeconds
        return result.isWhole && isOnSchedule && way <= seconds + 0.1
    }
}

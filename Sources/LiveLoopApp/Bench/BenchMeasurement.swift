/// One number that was measured several times.
struct BenchMeasurement: Sendable, Equatable {
    /// The unit of a measurement, which also says how it is printed.
    enum Unit: String, Sendable {
        case nanosecondsPerTick = "ns/tick"
        case nanosecondsPerEvent = "ns/event"
        case ticksPerSecond = "ticks/s"
        case nanosecondsPerOrder = "ns/order"
        case ordersPerSecond = "orders/s"
        case microseconds = "us"
        case mebibytes = "MiB"
        case percent = "%"

        /// The digits after the point that mean something.
        var digits: Int {
            switch self {
            case .ticksPerSecond, .ordersPerSecond: 0
            case .nanosecondsPerOrder, .nanosecondsPerTick, .nanosecondsPerEvent, .microseconds,
                .mebibytes:
                1
            case .percent: 2
            }
        }
    }

    /// The suite that measured it.
    let suite: BenchSuite
    /// What was measured, in words that stay the same from version to version.
    let name: String
    /// The unit of all its values.
    let unit: Unit
    /// One value for each round, in the order of the rounds.
    let rounds: [Double]

    /// The middle of the rounds; with an even number of rounds, the mean of the two in the middle.
    ///
    /// A median is quoted because one disturbed round does not move it.
    var median: Double {
        let sorted = rounds.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The smallest of the rounds.
    var min: Double { rounds.min() ?? .nan }
    /// The largest of the rounds.
    var max: Double { rounds.max() ?? .nan }
}

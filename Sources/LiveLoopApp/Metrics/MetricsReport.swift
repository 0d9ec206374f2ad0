internal import OrderEntry
internal import Platform
internal import Telemetry
internal import TradingCore

/// Everything that metrics are made of, of one moment.
///
/// It holds copies only, so that what becomes of them needs no lock and can be tested without a process.
struct MetricsReport: Sendable {
    /// What the machine says of the process.
    struct ProcessFigures: Sendable {
        var processorSeconds = 0.0
        var memory = ProcessStatistics.Memory()
        var addressSpaceMax: UInt64?
        var threads = 0
        /// Descriptors; `nil` when the kernel does not say.
        var descriptors: DescriptorLimit?
    }

    /// What is set from outside and does not change.
    struct Constants: Sendable {
        var swiftVersion: String
        var libraryVersion: String
        var configurationHash: String
        var bufferCapacity: Int
        /// Failures in a row before a connection counts as failed; negative is no limit.
        var retriesMax: Int
    }

    var status: StatusReport
    var constants: Constants
    /// How full the buffer is now, also when the loop is stuck.
    var occupancy = EventBuffer.Occupancy()
    /// When the last step ended.
    var lastStepEnd: WallTime?
    var killSwitch = KillSwitchState()
    var killSwitchFigures = KillSwitchGuard.Figures()
    /// What the order thread knows; `nil` where there is none.
    var orderEntry: OrderEntrySnapshot?
    var process = ProcessFigures()
    /// Free bytes by area.
    var storage: [(area: String, bytes: Int64)] = []
    /// What others count.
    var others: [MetricFamily] = []

    /// The metrics, in the order of the catalogue.
    var families: [MetricFamily] {
        var collection = MetricCollection()
        for feed in status.feeds { addConnection(feed, &collection) }
        addFeeds(&collection)
        addStreams(&collection)
        addLoop(&collection)
        addOrders(&collection)
        addRisk(&collection)
        addKillSwitch(&collection)
        addProcess(&collection)
        for family in others { collection.add(family) }
        return collection.families
    }

    /// The page for a scraper.
    func text(_ format: MetricExposition.Format) -> String {
        MetricExposition.page(families, format, createdAt: Self.seconds(status.startedAt))
    }

    // MARK: Times

    /// Seconds since 1970, as metrics say times; 0 for never.
    static func seconds(_ time: WallTime?) -> Double {
        time.map { Double($0.nanoseconds) / 1e9 } ?? 0
    }

    /// What the wall clock showed at a moment of the monotonic one.
    func wall(_ time: MonotonicTime) -> WallTime {
        let now = status.loop.takenAt + status.loopAge
        return WallTime(nanoseconds: status.now.nanoseconds - (now - time).wholeNanoseconds)
    }
}

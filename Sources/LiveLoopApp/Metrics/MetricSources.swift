internal import Telemetry
internal import TradingCore

/// What parts of the process count that the loop and the feeds do not know: the log, HTTP, alerts.
///
/// Each registers before the process starts and gives families of ``MetricCatalogue`` when asked, without
/// waiting for anything.
final class MetricSources: Sendable {
    private let sources = Locked<[@Sendable () -> [MetricFamily]]>([])

    /// Adds a source.
    func add(_ source: @escaping @Sendable () -> [MetricFamily]) {
        sources.withLock { $0.append(source) }
    }

    /// Everything that the sources count now.
    var families: [MetricFamily] {
        sources.withLock { $0 }.flatMap { $0() }
    }
}

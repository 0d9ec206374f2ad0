package import Telemetry

/// Every metric of this program; what is not here cannot be exposed, and documents name nothing else.
///
/// A label `connection` is the name of a feed. A label `stream` is `feed/symbol/kind` for the first
/// ``streamSymbolsMax`` symbols of each feed, and `feed/other` for all further ones together.
package enum MetricCatalogue {
    /// Metrics that belong together.
    package struct Group: Sendable {
        /// The heading in documents.
        package var title: String
        /// The metrics, in the order in which they are exposed.
        package var metrics: [MetricDefinition]
    }

    /// The symbols of each feed that have a label of their own.
    package static let streamSymbolsMax = 64

    /// All groups, in the order in which they are exposed.
    package static let groups = [
        Group(title: "Connections", metrics: connection),
        Group(title: "Market data", metrics: feed),
        Group(title: "Loop", metrics: loop),
        Group(title: "Orders", metrics: orders),
        Group(title: "Risk", metrics: risk),
        Group(title: "Kill switch", metrics: killSwitch),
        Group(title: "Storage", metrics: storage),
        Group(title: "Clocks", metrics: clock),
        Group(title: "Alerts, log and HTTP", metrics: interfaces),
        Group(title: "Process", metrics: process),
    ]

    /// All metrics, in the order in which they are exposed.
    package static let all = groups.flatMap(\.metrics)

    /// Where each metric is in ``all``.
    static let places = Dictionary(
        uniqueKeysWithValues: all.enumerated().map { ($0.element.name, $0.offset) }
    )

    /// The table of `docs/metrics.md`.
    package static var markdown: String {
        var lines: [String] = []
        for group in groups {
            lines += ["### \(group.title)", "", "| metric | type | labels | meaning |"]
            lines.append("|---|---|---|---|")
            for metric in group.metrics {
                let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
                let cells = ["`\(metric.name)`", metric.kind.rawValue, labels, metric.help]
                lines.append("| " + cells.joined(separator: " | ") + " |")
            }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }
}

/// Writes metrics as text for Prometheus.
///
/// The order is that of the families and their samples, so that the same state gives the same bytes.
package struct MetricExposition {
    /// The two formats that scrapers ask for.
    package enum Format: Sendable, CaseIterable {
        /// Prometheus text format 0.0.4.
        case text
        /// OpenMetrics 1.0.
        case openMetrics

        /// What `Content-Type` says.
        package var contentType: String {
            switch self {
            case .text: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    private let format: Format
    /// When counters began, in seconds since 1970; only OpenMetrics says it.
    private let createdAt: Double
    private var text = ""

    private init(_ format: Format, createdAt: Double) {
        self.format = format
        self.createdAt = createdAt
    }

    /// The page of some families; those without a value are left out.
    ///
    /// - Parameters:
    ///   - families: What is written, in this order, each once.
    ///   - format: How.
    ///   - createdAt: When the process began to count, in seconds since 1970.
    /// - Returns: The page, with the end of its last line.
    package static func page(
        _ families: [MetricFamily],
        _ format: Format,
        createdAt: Double
    ) -> String {
        var exposition = MetricExposition(format, createdAt: createdAt)
        for family in families where !family.samples.isEmpty { exposition.write(family) }
        if format == .openMetrics { exposition.text += "# EOF\n" }
        return exposition.text
    }

    // MARK: Families

    private mutating func write(_ family: MetricFamily) {
        let definition = family.definition
        let name = format == .text ? definition.name : definition.familyName
        // The older format knows no info.
        let isPlainInfo = format == .text && definition.kind == .info
        let kind: MetricDefinition.Kind = isPlainInfo ? .gauge : definition.kind
        text += "# HELP \(name) \(escaped(help: definition.help))\n"
        text += "# TYPE \(name) \(kind.rawValue)\n"
        if format == .openMetrics, let unit = definition.unit {
            text += "# UNIT \(name) \(unit)\n"
        }
        for sample in family.samples { write(sample, definition) }
    }

    private mutating func write(_ sample: MetricFamily.Sample, _ definition: MetricDefinition) {
        let labels = zip(definition.labels, sample.labels)
            .map { "\($0)=\"\(Self.escaped(label: $1))\"" }
        switch sample.value {
        case .integer(let value): line(definition.name, labels, String(value))
        case .number(let value): line(definition.name, labels, Self.number(value))
        case .histogram(let histogram): write(histogram, definition.name, labels)
        }
        guard format == .openMetrics else { return }
        if definition.kind == .counter || definition.kind == .histogram {
            line(definition.familyName + "_created", labels, Self.number(createdAt))
        }
    }

    private mutating func write(_ histogram: BucketHistogram, _ name: String, _ labels: [String]) {
        var total: UInt64 = 0
        for (index, count) in histogram.counts.enumerated() {
            total &+= count
            let bound =
                index < histogram.bounds.count
                ? Self.number(Double(histogram.bounds[index]) / 1e9) : "+Inf"
            line(name + "_bucket", labels + ["le=\"\(bound)\""], String(total))
        }
        line(name + "_sum", labels, Self.number(Double(histogram.sum) / 1e9))
        line(name + "_count", labels, String(total))
    }

    private mutating func line(_ name: String, _ labels: [String], _ value: String) {
        text += name
        if !labels.isEmpty { text += "{" + labels.joined(separator: ",") + "}" }
        text += " \(value)\n"
    }

    // MARK: Text

    /// A number as both formats write it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value.description
    }

    static func escaped(label: String) -> String { escaped(label, quotes: true) }

    /// Only OpenMetrics escapes quotation marks in a help text.
    private func escaped(help: String) -> String {
        Self.escaped(help, quotes: format == .openMetrics)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else {
            return text
        }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

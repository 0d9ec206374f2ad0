/// What a metric is: its name, type, labels and meaning.
///
/// Names follow the conventions of Prometheus (base units, `_total`, times as `_timestamp_seconds`). A
/// label takes its values from a closed set or from the configured feeds and symbols, never from ids.
package struct MetricDefinition: Sendable, Equatable {
    /// What a metric's values mean.
    package enum Kind: String, Sendable, CaseIterable {
        /// Only grows, from 0 at the start of the process.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts in buckets, with their sum.
        case histogram
        /// Always 1; what it says is in its labels.
        case info
    }

    /// The name that queries use; that of a counter ends in `_total`, that of an info in `_info`.
    package let name: String
    /// What its values mean.
    package let kind: Kind
    /// The names of its labels, in the order of their values.
    package let labels: [String]
    /// What it tells, in one sentence.
    package let help: String

    /// - Precondition: the name has the form and the ending that its kind asks for.
    package init(_ kind: Kind, _ name: String, labels: [String] = [], _ help: String) {
        precondition(Self.isName(name), "'\(name)' is no name of a metric")
        precondition(labels.allSatisfy(Self.isName), "\(labels) of \(name) cannot be labels")
        let ending = kind == .counter ? "_total" : kind == .info ? "_info" : ""
        precondition(name.hasSuffix(ending), "\(name) must end in \(ending)")
        precondition(kind == .counter || !name.hasSuffix("_total"), "\(name) is no counter")
        precondition(!help.isEmpty, "\(name) has no help")
        self.kind = kind
        self.name = name
        self.labels = labels
        self.help = help
    }

    /// The name of the family in OpenMetrics, where endings belong to the samples.
    package var familyName: String {
        switch kind {
        case .counter: String(name.dropLast("_total".count))
        case .info: String(name.dropLast("_info".count))
        case .gauge, .histogram: name
        }
    }

    /// The unit, where the family's name ends in one.
    package var unit: String? {
        ["seconds", "bytes", "ratio", "messages"].first { familyName.hasSuffix("_" + $0) }
    }

    private static func isName(_ name: String) -> Bool {
        let letters = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard letters, let first = name.utf8.first else { return false }
        return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    }
}

/// One value of a metric.
package enum MetricValue: Sendable, Equatable {
    /// A whole number.
    case integer(Int64)
    /// Any number; infinite and undefined ones too.
    case number(Double)
    /// A distribution of durations.
    case histogram(BucketHistogram)

    /// A count, which may use more bits than a sample can show exactly.
    package static func count(_ value: UInt64) -> MetricValue { .integer(Int64(clamping: value)) }
    /// A truth value: 1 or 0.
    package static func flag(_ value: Bool) -> MetricValue { .integer(value ? 1 : 0) }
}

/// A metric with its values of one moment.
package struct MetricFamily: Sendable, Equatable {
    /// One value and the values of its labels.
    package struct Sample: Sendable, Equatable {
        /// The values of the labels, in the order of ``MetricDefinition/labels``.
        package var labels: [String]
        /// The value.
        package var value: MetricValue
    }

    /// What it is.
    package let definition: MetricDefinition
    /// Its values, in the order in which they are written.
    package private(set) var samples: [Sample] = []

    package init(_ definition: MetricDefinition) { self.definition = definition }

    /// Creates a family of one value without labels.
    package init(_ definition: MetricDefinition, _ value: MetricValue) {
        self.definition = definition
        add(value)
    }

    /// Adds a value.
    ///
    /// - Precondition: there is a text for each label, no histogram where none is declared, and the same
    ///   labels were not given before.
    package mutating func add(_ value: MetricValue, _ labels: [String] = []) {
        let name = definition.name
        precondition(labels.count == definition.labels.count, "\(labels) do not label \(name)")
        var isHistogram = false
        if case .histogram = value { isHistogram = true }
        precondition(isHistogram == (definition.kind == .histogram), "\(value) is no \(name)")
        precondition(!samples.contains { $0.labels == labels }, "\(name) \(labels) is there")
        samples.append(Sample(labels: labels, value: value))
    }
}

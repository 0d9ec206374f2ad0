internal import Telemetry

/// Collects values and puts them in the order of ``MetricCatalogue``.
struct MetricCollection {
    /// Every metric of the catalogue, those without a value included.
    private(set) var families = MetricCatalogue.all.map(MetricFamily.init)

    /// Adds a value.
    ///
    /// - Precondition: the metric is in the catalogue.
    mutating func add(_ metric: MetricDefinition, _ value: MetricValue, _ labels: String...) {
        families[place(metric)].add(value, labels)
    }

    /// Adds values by name, one for each case that the label can have.
    mutating func add(
        _ metric: MetricDefinition,
        _ counts: [(String, UInt64)],
        before labels: [String] = []
    ) {
        for (label, count) in counts {
            families[place(metric)].add(.count(count), labels + [label])
        }
    }

    /// Adds 1 for one state and 0 for all others.
    mutating func add(
        _ metric: MetricDefinition,
        state: String,
        of states: [String],
        before labels: [String] = []
    ) {
        for other in states {
            families[place(metric)].add(.flag(other == state), labels + [other])
        }
    }

    /// Adds all values of a family that somebody else collected.
    mutating func add(_ family: MetricFamily) {
        let place = place(family.definition)
        for sample in family.samples { families[place].add(sample.value, sample.labels) }
    }

    private func place(_ metric: MetricDefinition) -> Int {
        guard let place = MetricCatalogue.places[metric.name] else {
            preconditionFailure("\(metric.name) is not in the catalogue")
        }
        return place
    }
}

/// A page of metrics, read back.
///
/// It is as strict as the formats allow, because it proves what ``MetricExposition`` writes: families
/// are whole and declared before their values, buckets grow, nothing is there twice.
package struct MetricDocument: Sendable, Equatable {
    /// A label and its value.
    package struct Label: Sendable, Equatable {
        /// Its name.
        package var name: String
        /// Its value, without escapes.
        package var value: String
    }

    /// One line.
    package struct Sample: Sendable, Equatable {
        /// The name of the sample, endings included.
        package var name: String
        /// Its labels, as they were written.
        package var labels: [Label]
        /// Its value.
        package var value: Double

        /// The value of a label; `nil` where there is none of this name.
        package subscript(label: String) -> String? {
            labels.first { $0.name == label }?.value
        }
    }

    /// A family and its lines.
    package struct Family: Sendable, Equatable {
        /// The name as declared.
        package var name: String
        /// The type; empty as long as it is not told.
        package var type = ""
        /// The unit, in OpenMetrics.
        package var unit: String?
        /// The help, without escapes.
        package var help = ""
        /// The lines, in their order.
        package var samples: [Sample] = []
    }

    /// The families, in their order.
    package private(set) var families: [Family] = []

    /// Reads a page.
    ///
    /// - Throws: `MetricSyntaxError` at the first line that breaks the format.
    package init(
        _ text: String,
        _ format: MetricExposition.Format
    ) throws(MetricSyntaxError) {
        var number = 0
        var isOver = false
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true else {
            throw MetricSyntaxError(line: lines.count + 1, "the last line has no end")
        }
        for line in lines {
            number += 1
            do throws(MetricLineError) {
                if isOver { throw MetricLineError("there is something after # EOF") }
                if format == .openMetrics, line == "# EOF" {
                    isOver = true
                } else if line.hasPrefix("#") {
                    try declare(line, format)
                } else {
                    try add(MetricLineReader.sample(line), format)
                }
            } catch {
                throw MetricSyntaxError(line: number, error.fault)
            }
        }
        guard isOver || format == .text else {
            throw MetricSyntaxError(line: number + 1, "# EOF is missing")
        }
        try checkHistograms(number)
    }

    // MARK: Questions

    /// The lines of a name.
    package func samples(_ name: String) -> [Sample] {
        families.flatMap { $0.samples.filter { $0.name == name } }
    }

    /// The value of the only line of a name, or of the one whose label has a value.
    package func value(_ name: String, _ label: String? = nil, _ value: String? = nil) -> Double? {
        samples(name).first { sample in label.map { sample[$0] == value } ?? true }?.value
    }

    /// The sum over all lines of a name; `nil` when there is none.
    package func sum(_ name: String, where isWanted: (Sample) -> Bool = { _ in true }) -> Double? {
        let wanted = samples(name).filter(isWanted)
        return wanted.isEmpty ? nil : wanted.reduce(0) { $0 + $1.value }
    }

    // MARK: Reading

    private mutating func declare(
        _ line: Substring,
        _ format: MetricExposition.Format
    ) throws(MetricLineError) {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count == 4, words[0] == "#" else {
            throw MetricLineError("no declaration: \(line)")
        }
        let name = String(words[2])
        if families.last?.name != name {
            guard !families.contains(where: { $0.name == name }) else {
                throw MetricLineError("\(name) is in two places")
            }
            families.append(Family(name: name))
        }
        let index = families.count - 1
        guard families[index].samples.isEmpty else {
            throw MetricLineError("\(name) is declared after its values")
        }
        switch words[1] {
        case "HELP":
            guard families[index].help.isEmpty else { throw MetricLineError("HELP twice") }
            families[index].help = MetricLineReader.unescaped(words[3])
        case "TYPE":
            guard families[index].type.isEmpty else { throw MetricLineError("TYPE twice") }
            families[index].type = String(words[3])
        case "UNIT" where format == .openMetrics:
            guard families[index].unit == nil else { throw MetricLineError("UNIT twice") }
            guard name.hasSuffix("_" + words[3]) else {
                throw MetricLineError("\(name) does not end in its unit")
            }
            families[index].unit = String(words[3])
        default: throw MetricLineError("no declaration: \(line)")
        }
    }

    private mutating func add(
        _ sample: Sample,
        _ format: MetricExposition.Format
    ) throws(MetricLineError) {
        guard let family = families.last,
            Self.endings(of: family.type, format).contains(where: {
                sample.name == family.name + $0
            })
        else { throw MetricLineError("\(sample.name) is of no declared family") }
        let isKnown = family.samples.contains {
            $0.name == sample.name && $0.labels == sample.labels
        }
        if isKnown { throw MetricLineError("\(sample.name) is there twice") }
        let isCount = family.type == "counter" || family.type == "histogram"
        if isCount, !(sample.value >= 0) { throw MetricLineError("\(sample.name) is no count") }
        families[families.count - 1].samples.append(sample)
    }

    private static func endings(
        of type: String,
        _ format: MetricExposition.Format
    ) -> [String] {
        switch (type, format) {
        case ("histogram", .text): ["_bucket", "_sum", "_count"]
        case ("histogram", .openMetrics): ["_bucket", "_sum", "_count", "_created"]
        case ("counter", .openMetrics): ["_total", "_created"]
        case ("counter", .text), ("gauge", _): [""]
        case ("info", .openMetrics): ["_info"]
        default: []
        }
    }

    private func checkHistograms(_ line: Int) throws(MetricSyntaxError) {
        for family in families where family.type == "histogram" {
            let buckets = family.samples.filter { $0.name == family.name + "_bucket" }
            for (index, bucket) in buckets.enumerated() where index > 0 {
                let before = buckets[index - 1]
                guard before["le"] != "+Inf" else { continue }
                guard bucket.value >= before.value else {
                    throw MetricSyntaxError(line: line, "the buckets of \(family.name) shrink")
                }
            }
            let whole = buckets.filter { $0["le"] == "+Inf" }.map(\.value)
            let counts = family.samples.filter { $0.name == family.name + "_count" }.map(\.value)
            guard whole == counts, !whole.isEmpty else {
                throw MetricSyntaxError(line: line, "+Inf of \(family.name) is not its count")
            }
        }
    }
}

/// A page that is not in its format.
package struct MetricSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line, from 1.
    package var line: Int
    /// What is wrong.
    package var fault: String

    init(line: Int, _ fault: String) {
        self.line = line
        self.fault = fault
    }

    package var description: String { "line \(line): \(fault)" }
}

/// A line that is not in its format.
struct MetricLineError: Error {
    var fault: String
    init(_ fault: String) { self.fault = fault }
}

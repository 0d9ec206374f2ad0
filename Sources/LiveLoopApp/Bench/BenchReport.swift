import Telemetry

/// What a run of `live-loop bench` has found.
struct BenchReport: Sendable {
    /// The version of the program.
    var version: String
    /// What the numbers depend on.
    var machine: MachineFacts
    /// The numbers, in the order in which they were measured.
    var measurements: [BenchMeasurement] = []
    /// What makes numbers doubtful, or why there are none.
    var remarks: [String] = []

    /// The report for people.
    var text: String {
        var lines = [
            "live-loop \(version), \(machine.build) build",
            "\(machine.processor), \(machine.processorCount) processors, Linux \(machine.kernel), "
                + "load \(machine.loadAverages)", "",
        ]
        let rows =
            [["suite", "measurement", "median", "min", "max", "unit", "rounds"]]
            + measurements.map(row)
        let widths = rows[0].indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        for row in rows {
            let cells = row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                let isNumber = (2...4).contains(column) || column == 6
                return isNumber ? padding + row[column] : row[column] + padding
            }
            lines.append(Self.withoutTrailingSpaces(cells.joined(separator: "  ")))
        }
        if !remarks.isEmpty { lines.append("") }
        lines += remarks.map { "note: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(_ measurement: BenchMeasurement) -> [String] {
        func number(_ value: Double) -> String {
            JSONWriter.fixed(value, digits: measurement.unit.digits) ?? "-"
        }
        return [
            measurement.suite.rawValue, measurement.name, number(measurement.median),
            number(measurement.min), number(measurement.max), measurement.unit.rawValue,
            String(measurement.rounds.count),
        ]
    }

    private static func withoutTrailingSpaces(_ text: String) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }

    /// The report for programs: one object on one line.
    var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.value(version, "version")
            writer.object("machine") { writer in
                writer.value(machine.processor, "processor")
                writer.value(machine.processorCount, "processors")
                writer.value(machine.kernel, "kernel")
                writer.value(machine.loadAverages, "load")
                writer.value(machine.build, "build")
            }
            writer.array("measurements") { writer in
                for measurement in measurements { Self.write(measurement, &writer) }
            }
            writer.array("remarks") { writer in
                for remark in remarks { writer.value(remark) }
            }
        }
        return writer.text + "\n"
    }

    private static func write(_ measurement: BenchMeasurement, _ writer: inout JSONWriter) {
        let digits = measurement.unit.digits + 1
        writer.object { writer in
            writer.value(measurement.suite.rawValue, "suite")
            writer.value(measurement.name, "name")
            writer.value(measurement.unit.rawValue, "unit")
            writer.value(measurement.median, digits: digits, "median")
            writer.value(measurement.min, digits: digits, "min")
            writer.value(measurement.max, digits: digits, "max")
            writer.array("rounds") { writer in
                for value in measurement.rounds { writer.value(value, digits: digits) }
            }
        }
    }
}

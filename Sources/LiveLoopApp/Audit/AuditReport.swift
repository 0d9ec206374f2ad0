internal import Telemetry

/// What an audit has found, as lines, table and JSON.
package struct AuditReport: Sendable, Equatable {
    /// What is audited.
    package enum Subject: Sendable, Equatable {
        /// The machine and the configuration, before production.
        case gate
        /// The running process, against the baseline of its deployment.
        case baseline
    }

    /// What is audited.
    package let subject: Subject
    /// The rows in the order of the checks.
    package private(set) var results: [AuditResult] = []

    package init(_ results: [AuditResult] = [], of subject: Subject = .gate) {
        self.results = results
        self.subject = subject
    }

    /// Adds rows and gives their lines.
    package mutating func add(_ rows: [AuditResult]) -> [String] {
        results += rows
        return rows.map(line)
    }

    /// Whether the gate opens: something was checked, and nothing failed.
    package var hasPassed: Bool {
        !results.isEmpty && !results.contains { $0.outcome == .fail }
    }

    /// The table by rule number and the sentence at the end.
    package var conclusion: [String] { [""] + table + ["", verdict] }

    /// The whole audit as one JSON object.
    package var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.value(hasPassed, "passed")
            writer.array("checks") { writer in
                for result in results {
                    writer.object { Self.write(result, into: &$0) }
                }
            }
        }
        return writer.text
    }

    private static func write(_ result: AuditResult, into writer: inout JSONWriter) {
        optional(result.rule?.rawValue, "rule", &writer)
        writer.value(result.name, "name")
        writer.value(result.outcome.rawValue, "result")
        writer.value(result.measured, "measured")
        writer.value(result.limit, "limit")
        optional(result.remedy, "remedy", &writer)
    }

    private static func optional(_ text: String?, _ key: String, _ writer: inout JSONWriter) {
        if let text { writer.value(text, key) } else { writer.null(key) }
    }

    private func line(_ result: AuditResult) -> String {
        let line =
            "\(tag) \(result.outcome.mark) \(result.rule?.rawValue ?? "---") \(result.name): "
            + result.measured
        return result.remedy.map { line + "; remedy: " + $0 } ?? line
    }

    private var table: [String] {
        let sorted = results.enumerated().sorted { one, other in
            let rules = (one.element.rule?.rawValue ?? "~", other.element.rule?.rawValue ?? "~")
            return rules.0 == rules.1 ? one.offset < other.offset : rules.0 < rules.1
        }
        let rows =
            [["rule", "check", "result", "measured", "limit"]]
            + sorted.map { _, result in
                [
                    result.rule?.rawValue ?? "-", result.name, result.outcome.rawValue,
                    result.measured, result.limit,
                ]
            }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return "  " + cells.joined(separator: "  ")
        }
    }

    private var verdict: String {
        func count(_ outcome: AuditOutcome) -> Int { results.count { $0.outcome == outcome } }
        let counts =
            "\(count(.pass)) passed, \(count(.warn)) warnings, \(count(.skip)) skipped"
        let failures = "\(count(.fail)) failed (\(counts))"
        return switch (subject, hasPassed) {
        case (.gate, true): "\(tag) ✅ Gate 1 审计通过, Gate 1 audit passed (\(counts))"
        case (.gate, false): "\(tag) ❌ Gate 1 审计未通过, Gate 1 audit NOT passed: \(failures)"
        case (.baseline, true): "\(tag) ✅ 性能基准达标, the baseline is kept (\(counts))"
        case (.baseline, false): "\(tag) ❌ 性能基准未达标, the baseline is NOT kept: \(failures)"
        }
    }

    private var tag: String {
        switch subject {
        case .gate: "[GATE1]"
        case .baseline: "[LIVE]"
        }
    }
}

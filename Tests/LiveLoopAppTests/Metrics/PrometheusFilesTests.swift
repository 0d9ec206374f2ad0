import Foundation
import Telemetry
import TestSupport
import Testing

@testable import LiveLoopApp

/// Rules, board, runbook and document name only what the program exposes.
@Suite struct PrometheusFilesTests {
    /// Every name that a query can use.
    private static let exposed = Set(
        MetricCatalogue.all.flatMap { metric in
            metric.kind == .histogram
                ? ["_bucket", "_sum", "_count"].map { metric.name + $0 } : [metric.name]
        }
    )
    /// What Prometheus itself, or one of our own recording rules, makes.
    private static let derived: Set = [
        "connection:network_reconnect_failures:ratio_rate5m",
        "job:liveloop_messages_dropped:ratio_rate5m",
    ]

    /// Files and alerts whose names begin like those of metrics.
    private static let otherNames: Set = ["http_token", "http_reset_token", "process_paused"]

    /// The words of a text that look like metrics of ours.
    private static func names(_ text: String) -> Set<String> {
        let words = text.split { character in
            !(character.isASCII && (character.isLetter || character.isNumber))
                && character != "_" && character != ":"
        }
        .map { String($0.drop { $0 == ":" }) }
        let prefixes = ["liveloop_", "network_", "process_", "http_", "connection:", "job:"]
        return Set(words.filter { word in prefixes.contains { word.hasPrefix($0) } })
            .subtracting(otherNames)
    }

    private struct Rules {
        var expressions: [String] = []
        var alerts: [String] = []
        var runbooks: [String] = []

        /// The few forms that the file uses: a key and its value on a line, or folded below it.
        init(_ text: String) {
            var isFolded = false
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                let trimmed = line.trimmingCharacters(in: .whitespaces)
                if isFolded, line.hasPrefix("      "), !trimmed.contains(": {") {
                    expressions[expressions.count - 1] += " " + trimmed
                    continue
                }
                isFolded = false
                if trimmed.hasPrefix("expr: ") {
                    expressions.append(String(trimmed.dropFirst(6)))
                    isFolded = trimmed == "expr: >-"
                } else if trimmed.hasPrefix("- alert: ") {
                    alerts.append(String(trimmed.dropFirst(9)))
                } else if trimmed.hasPrefix("runbook: ") {
                    runbooks.append(trimmed.dropFirst(9).trimmingCharacters(in: ["\""]))
                }
            }
        }
    }

    private func rules() throws -> Rules {
        Rules(try RepositoryFile.text("docs/prometheus/live-loop.rules.yml"))
    }

    @Test func `every rule was read, and each alert has one expression and one runbook`() throws {
        let rules = try rules()
        #expect(rules.alerts.count > 25)
        #expect(rules.expressions.count == rules.alerts.count + 2)
        #expect(rules.runbooks.count == rules.alerts.count)
        #expect(Set(rules.alerts).count == rules.alerts.count)
        let documents: Set = [
            "NetworkReconnectFailureRate", "NetworkConnectionUptime", "NetworkReconnectLatency",
            "NetworkConsecutiveFailures",
        ]
        #expect(documents.isSubset(of: rules.alerts), "the network-reconnect document names them")
    }

    @Test func `no rule names a metric that the program lacks`() throws {
        for expression in try rules().expressions {
            let unknown = Self.names(expression).subtracting(Self.exposed).subtracting(Self.derived)
            #expect(unknown.isEmpty, "\(expression)")
        }
    }

    @Test func `no panel of the board names a metric that the program lacks`() throws {
        let text = try RepositoryFile.text("docs/prometheus/live-loop.dashboard.json")
        let board = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        )
        let panels = try #require(board["panels"] as? [[String: Any]])
        let expressions = panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] }
            .compactMap { $0["expr"] as? String }
        #expect(expressions.count > 30)
        for expression in expressions {
            let unknown = Self.names(expression).subtracting(Self.exposed)
            #expect(unknown.isEmpty, "\(expression)")
        }
    }

    @Test func `each alert leads to a section of the runbook, and each section to an alert`() throws
    {
        let runbook = try RepositoryFile.text("docs/runbook.md")
        let sections = runbook.split(separator: "\n").filter { $0.hasPrefix("## ") }
        let anchors = Set(
            sections.map {
                "docs/runbook.md#" + $0.dropFirst(3).lowercased().replacing(" ", with: "-")
            }
        )
        let rules = try rules()
        #expect(anchors == Set(rules.runbooks))
        for alert in rules.alerts { #expect(runbook.contains("`\(alert)`"), "\(alert)") }
    }

    @Test func `each section of the runbook says what to look at and what to do`() throws {
        let runbook = try RepositoryFile.text("docs/runbook.md")
        let sections = runbook.components(separatedBy: "\n## ").dropFirst()
        #expect(sections.count > 20)
        for section in sections {
            let title = section.prefix { $0 != "\n" }
            #expect(section.contains("\n- Look: "), "\(title)")
            #expect(section.contains("\n- Do: "), "\(title)")
        }
    }

    @Test(arguments: ["docs/runbook.md", "docs/metrics.md", "docs/operations.md"])
    func `no document names a metric that the program lacks`(path: String) throws {
        let known = Self.exposed.union(MetricCatalogue.all.map(\.name))
        // A name that ends in an underscore is a family of names, as in `network_reconnect_*`.
        let unknown = Self.names(try RepositoryFile.text(path)).subtracting(known)
            .filter { !$0.hasSuffix("_") }
        #expect(unknown.isEmpty)
    }

    @Test func `the document holds the tables`() throws {
        let document = try RepositoryFile.text("docs/metrics.md")
        let hasTables = document.contains(MetricCatalogue.markdown)
        #expect(hasTables, "print them with: live-loop config --metrics")
    }

    @Test func `names are unique, and no label is as open as an id`() {
        #expect(Set(MetricCatalogue.all.map(\.name)).count == MetricCatalogue.all.count)
        let labels = Set(MetricCatalogue.all.flatMap(\.labels))
        let known: Set = [
            "area", "cause", "code", "connection", "direction", "handler", "hash", "invariant",
            "level", "libzmq", "limit", "mode", "op", "outcome", "reason", "result", "source",
            "stage", "state", "stream", "swift", "type", "version",
        ]
        #expect(labels.isSubset(of: known))
    }

    // MARK: promtool

    private static let hasPromtool = Shell.run("command -v promtool").status == 0

    private static var folder: String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/prometheus").path
    }

    @Test(.enabled(if: hasPromtool, "promtool is not installed"))
    func `promtool accepts rules, scrape configuration and their tests`() {
        for command in [
            "promtool check rules live-loop.rules.yml", "promtool check config prometheus.yml",
            "promtool test rules live-loop.rules.test.yml",
        ] {
            let (output, status) = Shell.run("cd '\(Self.folder)' && \(command)")
            #expect(status == 0, "\(command): \(output)")
        }
    }

    @Test(.enabled(if: hasPromtool, "promtool is not installed"))
    func `promtool finds no fault in the page`() throws {
        let report = MetricsScene.report(
            feeds: [MetricsScene.feed("mt5")],
            loop: MetricsScene.loop(symbols: ["EURUSD"])
        )
        try withTemporaryDirectory { directory in
            let path = directory + "/page"
            try report.text(.text).write(toFile: path, atomically: true, encoding: .utf8)
            let (output, status) = Shell.run("promtool check metrics < '\(path)'")
            #expect(status == 0, "\(output)")
            #expect(output.isEmpty, "\(output)")
        }
    }

    // MARK: Python

    private static let hasClient =
        Shell.run("python3 -c 'import prometheus_client.openmetrics.parser'").status == 0

    @Test(.enabled(if: hasClient, "the Python client of Prometheus is not installed"))
    func `the Python client reads both formats and finds every family`() throws {
        let report = MetricsScene.report(
            feeds: [MetricsScene.feed("mt5")],
            loop: MetricsScene.loop(symbols: ["EURUSD"])
        )
        let families = report.families.filter { !$0.samples.isEmpty }.count
        try withTemporaryDirectory { directory in
            for (format, module) in [
                (MetricExposition.Format.text, "parser"), (.openMetrics, "openmetrics.parser"),
            ] {
                let path = directory + "/page"
                try report.text(format).write(toFile: path, atomically: true, encoding: .utf8)
                let (output, status) = Shell.run(
                    """
                    python3 -c '
                    from prometheus_client.\(module) import text_string_to_metric_families as read
                    print(len(list(read(open("\(path)").read()))))
                    '
                    """
                )
                #expect(status == 0, "\(output)")
                #expect(output == "\(families)\n")
            }
        }
    }
}

/// Commands of this machine.
private enum Shell {
    static func run(_ command: String) -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        // The system's own Python has the client.
        process.arguments = ["-c", "PATH=/usr/bin:/bin:$PATH; " + command]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        do {
            try process.run()
        } catch {
            return ("\(error)", -1)
        }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }
}

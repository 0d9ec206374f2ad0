import Foundation
import LiveLoopApp
import Testing

@Suite struct AuditReportTests {
    private func result(
        _ outcome: AuditOutcome,
        _ rule: AuditRule? = .killSwitch,
        _ name: String = "a check"
    ) -> AuditResult {
        AuditResult(
            rule: rule,
            name: name,
            outcome: outcome,
            measured: "12 ms",
            limit: "10 ms",
            remedy: outcome == .fail ? "mend \"it\"" : nil
        )
    }

    @Test func `warnings and skipped checks leave the gate open`() {
        let report = AuditReport([result(.pass), result(.warn), result(.skip)])
        #expect(report.hasPassed)
        #expect(
            report.conclusion.last
                == "[GATE1] ✅ Gate 1 审计通过, Gate 1 audit passed "
                + "(1 passed, 1 warnings, 1 skipped)"
        )
    }

    @Test func `one failure shuts the gate`() {
        let report = AuditReport([result(.pass), result(.fail), result(.pass)])
        #expect(!report.hasPassed)
        #expect(report.conclusion.last?.hasPrefix("[GATE1] ❌ Gate 1 审计未通过, ") == true)
        #expect(report.conclusion.last?.contains("1 failed") == true)
    }

    @Test func `an audit that checked nothing has not passed`() {
        #expect(!AuditReport().hasPassed)
    }

    @Test func `each row is a line with its rule, and its remedy if it failed`() {
        var report = AuditReport()
        #expect(report.add([result(.pass)]) == ["[GATE1] ✅ R18 a check: 12 ms"])
        #expect(
            report.add([result(.fail, nil)])
                == ["[GATE1] ❌ --- a check: 12 ms; remedy: mend \"it\""]
        )
        #expect(report.results.count == 2)
    }

    @Test func `the table is sorted by rule, and rows of a rule stay in their order`() {
        let report = AuditReport([
            result(.pass, .continuity, "c"), result(.fail, nil, "z"),
            result(.pass, .marketData, "a2"), result(.pass, .marketData, "a1"),
        ])
        let names = report.conclusion.filter { $0.hasPrefix("  ") }
            .map { $0.split(separator: " ").map(String.init)[1] }
        #expect(names == ["check", "a2", "a1", "c", "z"])
    }

    @Test func `the JSON says the same to a program`() throws {
        let report = AuditReport([result(.fail), result(.warn, nil)])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any]
        )
        #expect(object["passed"] as? Bool == false)
        let checks = try #require(object["checks"] as? [[String: Any]])
        #expect(checks.count == 2)
        let first = checks[0].mapValues { $0 as? String }
        let expected = [
            "rule": "R18", "name": "a check", "result": "fail", "measured": "12 ms",
            "limit": "10 ms", "remedy": "mend \"it\"",
        ]
        #expect(first == expected)
        #expect(checks[1]["rule"] is NSNull)
        #expect(checks[1]["result"] as? String == "warn")
    }
}

/// The outcomes of a check's rows, in their order.
func outcomes(_ check: some AuditCheck) -> [AuditOutcome] { check.run().map(\.outcome) }

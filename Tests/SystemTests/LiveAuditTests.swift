import Foundation
import Testing

/// `audit --live` against a process that runs.
@Suite struct LiveAuditTests {
    private struct Report: Decodable {
        struct Row: Decodable {
            let name: String
            let result: String
            let measured: String
        }
        let passed: Bool
        let checks: [Row]
    }

    /// Rows that depend on how busy this machine is are read, not judged.
    @Test func `the baseline of a running process is measured, and an engaged switch fails it`()
        throws
    {
        try withSite { site in
            let loop = try site.startLoop()
            _ = try #require(loop.line("[LIVE_TICK]"))
            #expect(try site.run("kill", "--reason", "test").status == 0)
            _ = try site.status { $0.kill_switch.engaged }
            let finished = try site.run("audit", "--live", "--json")
            #expect(finished.status == 1, "\(finished.error)")
            let report = try JSONDecoder().decode(Report.self, from: Data(finished.output.utf8))
            #expect(!report.passed)
            #expect(report.checks.count == 13)
            func row(_ name: String) -> Report.Row? { report.checks.first { $0.name == name } }
            #expect(row("the circuit breaker is SAFE")?.result == "fail")
            #expect(row("the circuit breaker is SAFE")?.measured == "ENGAGED")
            #expect(row("ticks come")?.result == "pass")
            #expect(row("memory")?.measured.hasSuffix(" MB") == true)
            #expect(row("the outcome of every order is known")?.result == "pass")
            _ = try site.stop(loop)
        }
    }

    @Test func `without a process the audit of one fails and says that nobody answers`() throws {
        try withSite { site in
            let finished = try site.run("audit", "--live")
            #expect(finished.status == 1)
            #expect(finished.error.contains("no live loop answers"), "\(finished.error)")
        }
    }
}

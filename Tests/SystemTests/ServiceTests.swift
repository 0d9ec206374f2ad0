import Foundation
import Glibc
import Platform
import TestSupport
import Testing

/// The process as a service: what its manager hears, and what it does when its loop hangs.
@Suite struct ServiceTests {
    private static let python = "/usr/bin/python3"
    private static let manager =
        String(#filePath.dropLast("ServiceTests.swift".count)) + "Python/service_manager.py"

    private func startManaged(_ site: Site) throws -> RunningProgram {
        let program = try RunningProgram(
            Self.python,
            [Self.manager, Site.program, "run", "--summary", site.summaryFile],
            environment: site.environment,
            in: site.path
        )
        _ = try #require(program.line("notify READY=1"), "\(program.output)\(program.error)")
        return program
    }

    @Test func `a service manager hears of start, life, reload and stop`() throws {
        try withSite { site in
            let program = try startManaged(site)
            // Until the loop has looked once, nobody can say that it is safe.
            _ = try #require(program.line("STATUS=PAPER, Circuit Breaker: SAFE"))
            _ = try #require(program.line("notify WATCHDOG=1", count: 3))
            program.send(SIGHUP)
            _ = try #require(program.line("notify RELOADING=1|MONOTONIC_USEC="))
            _ = try #require(program.line("notify READY=1", count: 2))
            try AtomicFile.createEmpty(site.killFile)
            _ = try #require(program.line("notify STATUS=PAPER, Circuit Breaker: ENGAGED"))
            program.send(SIGTERM)
            _ = try #require(program.line("notify STOPPING=1"))
            _ = try #require(program.line("ended 0"), "\(program.output)")
            #expect(program.waitForEnd() == 0)
            #expect(try site.summary().conserved)
        }
    }

    @Test
    func `K08: a loop that hangs is fed for no more, engages the kill switch, and stays killed`()
        throws
    {
        try withSite(["LOOP_STALL_KILL_SEC": "1"]) { site in
            let program = try startManaged(site)
            _ = try #require(program.line("notify WATCHDOG=1", count: 2))
            program.send(SIGUSR2)
            _ = try #require(program.line("the loop hangs"), "\(program.output)")
            let fed = program.lines("notify WATCHDOG=1").count
            _ = try #require(
                program.line("[WATCHDOG] the loop has not completed a step for"),
                "\(program.error)"
            )
            let account = try site.status { $0.kill_switch.engaged }
            #expect(account.kill_switch.reason?.contains("has not completed a step") == true)
            // Two more heartbeats of the main thread are more than a watchdog's interval.
            _ = try #require(program.line("the loop has not stepped for", count: 3))
            #expect(program.lines("notify WATCHDOG=1").count <= fed + 1)

            program.send(SIGUSR2)
            _ = try #require(program.line("[WATCHDOG] the loop completes steps again"))
            _ = try #require(program.line("notify WATCHDOG=1", count: fed + 3))
            #expect(try site.status().trading_state.state == "halted")
            program.send(SIGTERM)
            #expect(program.waitForEnd() == 0)
        }
    }

    @Test func `the journal gets priorities and no times, the file gets both as ever`() throws {
        try withSite { site in
            let script = #"JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec "$@""#
            let program = try RunningProgram(
                "/bin/sh",
                ["-c", script, "sh", Site.program, "run", "--for", "1s"],
                environment: site.environment,
                in: site.path
            )
            #expect(program.waitForEnd() == 0)
            let lines = program.error.split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("<6>[live-loop] [INFO] [LiveLoop] ") })
            #expect(lines.allSatisfy { $0.hasPrefix("<") && !$0.contains("Z] [") })
            let file = try String(contentsOfFile: site.logFile, encoding: .utf8)
            let first = try #require(file.split(separator: "\n").first)
            #expect(first.hasPrefix("[2") && first.contains("Z] [live-loop] [INFO] "))
        }
    }

    @Test func `a watched status says that the process went, that it is back, and ends at once`()
        throws
    {
        try withSite { site in
            let loop = try site.startLoop()
            let watch = try site.start("status", "--watch", "--interval", "100ms")
            _ = try #require(watch.line("live-loop ", count: 2))
            _ = try site.stop(loop)
            _ = try #require(watch.line("no live loop answers since"))
            let second = try site.startLoop()
            _ = try #require(watch.line("live-loop answers again"))
            watch.send(SIGINT)
            #expect(watch.waitForEnd() == 0)
            #expect(!watch.output.contains("\u{1B}"))
            _ = try site.stop(second)
        }
    }
}

import LiveLoopApp
import Telemetry
import Testing
import TradingCore

@Suite struct LiveBaselineTests {
    /// A healthy process; a test breaks one value of it.
    private static let healthy: [(String, String, String)] = [
        ("liveloop_loop_last_iteration_timestamp_seconds", "gauge", " 999.99"),
        ("liveloop_buffer_messages", "gauge", " 3"),
        ("liveloop_buffer_high_water_messages", "gauge", " 90"),
        ("process_resident_memory_bytes", "gauge", " 41000000"),
        ("process_cpu_seconds_total", "counter", " 7"),
        ("liveloop_messages_dropped_total", "counter", #"{reason="shed"} 10"#),
        ("liveloop_messages_received_total", "counter", #"{connection="mt5"} 1000"#),
        ("liveloop_feed_in_session", "gauge", #"{connection="mt5"} 1"#),
        ("liveloop_feed_last_data_timestamp_seconds", "gauge", #"{connection="mt5"} 999"#),
        ("liveloop_data_starved", "gauge", #"{connection="mt5"} 0"#),
        ("liveloop_data_starvations_total", "counter", #"{connection="mt5"} 0"#),
        ("network_consecutive_failures", "gauge", #"{connection="mt5"} 2"#),
        ("liveloop_kill_switch_engaged", "gauge", " 0"),
        ("liveloop_orders_unknown", "gauge", " 0"),
    ]

    private func reading(
        at second: Int64,
        _ changes: [String: String] = [:],
        ticks: [Int] = [985, 990, 1000],
        lateness: [Int] = [9989, 9990, 10_000]
    ) throws -> LiveBaseline.Reading {
        var page = ""
        for (name, type, value) in Self.healthy {
            guard changes[name] != "" else { continue }
            page += "# TYPE \(name) \(type)\n\(name)\(changes[name] ?? value)\n"
        }
        for (name, bounds, counts) in [
            ("liveloop_tick_age_seconds", ["0.1", "0.2", "+Inf"], ticks),
            ("liveloop_loop_lateness_seconds", ["0.02", "0.05", "+Inf"], lateness),
        ] {
            page += "# TYPE \(name) histogram\n"
            for (bound, count) in zip(bounds, counts) {
                page += "\(name)_bucket{le=\"\(bound)\"} \(count)\n"
            }
            page += "\(name)_sum 1\n\(name)_count \(counts[2])\n"
        }
        return LiveBaseline.Reading(
            metrics: try MetricDocument(page, .text),
            time: WallTime(nanoseconds: second * 1_000_000_000)
        )
    }

    private func rows(
        _ changes: [String: String] = [:],
        ticks: [Int] = [985, 990, 1000],
        lateness: [Int] = [9989, 9990, 10_000]
    ) throws -> [AuditResult] {
        let before = [
            "liveloop_messages_received_total": #"{connection="mt5"} 500"#,
            "process_cpu_seconds_total": " 6",
        ]
        return LiveBaseline(
            before: try reading(at: 995, before),
            after: try reading(at: 1000, changes, ticks: ticks, lateness: lateness)
        ).run()
    }

    private func outcomes(_ rows: [AuditResult], _ outcome: AuditOutcome) -> [String] {
        rows.filter { $0.outcome == outcome }.map(\.name)
    }

    @Test func `a healthy process keeps every row, at its limit too`() throws {
        let rows = try rows()
        #expect(rows.count == 13)
        #expect(outcomes(rows, .pass).count == 13, "\(rows)")
        #expect(AuditReport(rows, of: .baseline).hasPassed)
        let cpu = rows.first { $0.name == "processor" }
        #expect(cpu?.measured == "20.0 % over 5.0 s")
    }

    @Test(
        arguments: [
            ("liveloop_loop_last_iteration_timestamp_seconds", " 994.9", "the loop runs"),
            ("liveloop_buffer_messages", " 501", "the buffer does not fill"),
            ("process_resident_memory_bytes", " 100000001", "memory"),
            ("process_cpu_seconds_total", " 7.01", "processor"),
            (
                "liveloop_messages_dropped_total", #"{reason="late"} 11"#,
                "messages lost or unusable"
            ),
            ("liveloop_messages_received_total", #"{connection="mt5"} 500"#, "ticks come"),
            (
                "liveloop_feed_last_data_timestamp_seconds", #"{connection="mt5"} -801"#,
                "no feed is without data for long"
            ),
            ("liveloop_data_starved", #"{connection="mt5"} 1"#, "no feed is starved of data"),
            (
                "network_consecutive_failures", #"{connection="mt5"} 3"#,
                "no connection fails again and again"
            ),
            ("liveloop_kill_switch_engaged", " 1", "the circuit breaker is SAFE"),
            ("liveloop_orders_unknown", " 1", "the outcome of every order is known"),
        ]
    )
    func `each row fails beyond its limit`(name: String, value: String, row: String) throws {
        let rows = try rows([name: value])
        let failed = outcomes(rows, .fail)
        #expect(failed.contains(row), "\(rows)")
        // What was received is also what losses are a part of.
        #expect(failed.count == (name == "liveloop_messages_received_total" ? 2 : 1), "\(failed)")
        #expect(!AuditReport(rows, of: .baseline).hasPassed)
    }

    @Test func `duplicates are no error`() throws {
        let rows = try rows(["liveloop_messages_dropped_total": #"{reason="duplicate"} 900"#])
        #expect(outcomes(rows, .fail).isEmpty)
    }

    @Test func `the delays fail with one value too many beyond the limit`() throws {
        #expect(
            outcomes(try rows(ticks: [0, 989, 1000]), .fail) == [
                "ticks reach the strategy in time (99 %)"
            ]
        )
        #expect(
            outcomes(try rows(lateness: [0, 9989, 10_000]), .fail) == [
                "the loop starts in time (99.9 %)"
            ]
        )
    }

    @Test func `before the first tick its delay is skipped, and outside the session its rate`()
        throws
    {
        let rows = try rows(
            [
                "liveloop_feed_in_session": #"{connection="mt5"} 0"#,
                "liveloop_messages_received_total": #"{connection="mt5"} 500"#,
                "liveloop_messages_dropped_total": #"{reason="shed"} 0"#,
                "liveloop_feed_last_data_timestamp_seconds": #"{connection="mt5"} -9999"#,
            ],
            ticks: [0, 0, 0]
        )
        #expect(outcomes(rows, .fail).isEmpty, "\(rows)")
        #expect(outcomes(rows, .skip).count == 3)
    }

    @Test func `a buffer that was fuller and a starvation that is over are warnings`() throws {
        let rows = try rows([
            "liveloop_buffer_high_water_messages": " 501",
            "liveloop_data_starvations_total": #"{connection="mt5"} 1"#,
        ])
        #expect(
            outcomes(rows, .warn) == ["the buffer does not fill", "no feed is starved of data"]
        )
        #expect(AuditReport(rows, of: .baseline).hasPassed)
    }

    @Test(arguments: healthy.map(\.0))
    func `a metric that is missing never passes`(name: String) throws {
        let passed = outcomes(try rows([name: ""]), .pass)
        #expect(passed.count < 13, "\(passed)")
    }
}

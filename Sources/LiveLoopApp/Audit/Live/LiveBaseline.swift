package import Telemetry
package import TradingCore

/// The baseline table of the deployment document, held against two readings of a process's metrics.
///
/// A row that nothing can be said of yet, such as the delay of ticks before the first one, is skipped.
package struct LiveBaseline: AuditCheck {
    /// The metrics of one moment.
    package struct Reading: Sendable, Equatable {
        /// The metrics.
        package var metrics: MetricDocument
        /// When they were read.
        package var time: WallTime

        package init(metrics: MetricDocument, time: WallTime) {
            self.metrics = metrics
            self.time = time
        }
    }

    /// The first reading.
    package var before: Reading
    /// The second one, some seconds later.
    package var after: Reading

    package init(before: Reading, after: Reading) {
        self.before = before
        self.after = after
    }

    var metrics: MetricDocument { after.metrics }
    var seconds: Double {
        Double(after.time.nanoseconds - before.time.nanoseconds) / 1e9
    }

    package func run() -> [AuditResult] {
        [
            tickDelay, loopDelay, loopIsAlive, buffer, memory, processor, errorRate, tickRate,
            dataAge, starvation, errorsInARow, breaker, unknownOrders,
        ]
    }

    // MARK: Performance

    private var tickDelay: AuditResult {
        let item = AuditItem(
            .marketData,
            "ticks reach the strategy in time (99 %)",
            limit: "200 ms",
            remedy: "see docs/runbook.md#tick-age: a slow strategy, or a machine that is busy"
        )
        return distribution(item, "liveloop_tick_age_seconds", share: 0.99, limit: 0.2)
    }

    private var loopDelay: AuditResult {
        let item = AuditItem(
            .continuity,
            "the loop starts in time (99.9 %)",
            limit: "50 ms",
            remedy: "see docs/runbook.md#lateness: something else needs the processor"
        )
        return distribution(item, "liveloop_loop_lateness_seconds", share: 0.999, limit: 0.05)
    }

    /// Whether a share of all values lies within a limit, which must be a bound of the buckets.
    private func distribution(
        _ item: AuditItem,
        _ name: String,
        share: Double,
        limit: Double
    ) -> AuditResult {
        let buckets = metrics.samples(name + "_bucket").compactMap { sample in
            sample["le"].map { (bound: $0 == "+Inf" ? .infinity : Double($0), count: sample.value) }
        }
        guard let count = metrics.value(name + "_count"), count > 0,
            let within = buckets.first(where: { $0.bound == limit })?.count,
            let bound = buckets.first(where: { $0.count >= share * count })?.bound
        else { return item.result(.skip, "no value yet") }
        let beyond = percent((count - within) / count, digits: 3)
        let most = bound.isFinite ? "at most \(milliseconds(bound))" : "more than all bounds"
        return item.result(
            holds: within >= share * count,
            "\(most), \(beyond) later than the limit, of \(Int(count))"
        )
    }

    private var loopIsAlive: AuditResult {
        let item = AuditItem(
            .monitoring,
            "the loop runs",
            limit: "a step within 5 s",
            remedy: "see docs/runbook.md#loop-stalled"
        )
        let name = "liveloop_loop_last_iteration_timestamp_seconds"
        guard let last = metrics.value(name) else { return item.result(.fail, "not told") }
        let age = Double(after.time.nanoseconds) / 1e9 - last
        return item.result(holds: age <= 5, "\(decimal(max(0, age), 3)) s ago")
    }

    private var buffer: AuditResult {
        let item = AuditItem(
            .continuity,
            "the buffer does not fill",
            limit: "500 messages",
            remedy: "see docs/runbook.md#buffer: the strategy is slower than its data"
        )
        guard let first = before.metrics.value("liveloop_buffer_messages"),
            let last = metrics.value("liveloop_buffer_messages"),
            let highest = metrics.value("liveloop_buffer_high_water_messages")
        else { return item.result(.fail, "not told") }
        let most = max(first, last)
        let measured = "\(Int(most)) now, \(Int(highest)) at most since start"
        guard most <= 500 else { return item.result(.fail, measured) }
        return item.result(highest > 500 ? .warn : .pass, measured)
    }

    private var memory: AuditResult {
        let item = AuditItem(
            .continuity,
            "memory",
            limit: "100 MB",
            remedy: "see docs/runbook.md#memory"
        )
        guard let bytes = metrics.value("process_resident_memory_bytes") else {
            return item.result(.fail, "not told")
        }
        return item.result(holds: bytes <= 100e6, "\(decimal(bytes / 1e6, 1)) MB")
    }

    private var processor: AuditResult {
        let item = AuditItem(
            .continuity,
            "processor",
            limit: "20 % of one core",
            remedy: "see docs/runbook.md#cpu"
        )
        guard let used = difference("process_cpu_seconds_total"), seconds > 0 else {
            return item.result(.fail, "not told")
        }
        let share = used / seconds
        let window = decimal(seconds, 1)
        return item.result(holds: share <= 0.2, "\(percent(share, digits: 1)) over \(window) s")
    }

    // MARK: Numbers

    /// The growth of all counters of a name between the readings.
    func difference(_ name: String) -> Double? {
        guard let first = before.metrics.sum(name), let last = metrics.sum(name) else { return nil }
        return last - first
    }

    func percent(_ share: Double, digits: Int) -> String { decimal(share * 100, digits) + " %" }

    private func milliseconds(_ seconds: Double) -> String { decimal(seconds * 1000, 1) + " ms" }

    /// A number with some digits after the point.
    func decimal(_ value: Double, _ digits: Int) -> String {
        var writer = JSONWriter()
        writer.value(value, digits: digits)
        return writer.text
    }
}

internal import MarketFeed
internal import Platform
internal import Telemetry
internal import TradingCore

extension StatusReport {
    /// The report as one JSON object; the summary and `status --json` have the same form.
    var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.value(version, "version")
            writer.value(mode, "mode")
            writer.value(strategy, "strategy")
            writer.value(startedAt.description, "started_at")
            writer.value(now.description, "time")
            writer.value(uptime.inSeconds, digits: 3, "uptime_seconds")
            writeTradingState(&writer)
            writeKillSwitch(&writer)
            writer.array("feeds") { writer in
                for feed in feeds { write(feed, &writer) }
            }
            writer.array("streams") { writer in
                for line in streams { write(line, &writer) }
            }
            writer.value(isConserved, "conserved")
            loop.orders.write(to: &writer)
            writeBuffer(&writer)
            write(loop.latency, "latency_us", &writer)
            write(loop.lateness, "loop_lateness_us", &writer)
            writeLoop(&writer)
            writeProcess(&writer)
        }
        return writer.text
    }

    private func writeTradingState(_ writer: inout JSONWriter) {
        writer.object("trading_state") { writer in
            writer.value(loop.tradingState.name, "state")
            writer.array("reasons") { writer in
                if case .reduceOnly(let reasons) = loop.tradingState {
                    for name in reasons.names { writer.value(name) }
                }
                if case .halted = loop.tradingState { writer.value("kill_switch") }
            }
        }
        writer.array("symbols") { writer in
            for symbol in loop.symbols {
                writer.object { writer in
                    writer.value(symbol.name, "symbol")
                    writer.array("condition") { writer in
                        for name in symbol.condition.names { writer.value(name) }
                    }
                    if let last = symbol.lastReceive {
                        writer.value(
                            (loop.takenAt - last).inSeconds,
                            digits: 3,
                            "last_quote_age_seconds"
                        )
                    } else {
                        writer.null("last_quote_age_seconds")
                    }
                }
            }
        }
    }

    private func writeKillSwitch(_ writer: inout JSONWriter) {
        writer.object("kill_switch") { writer in
            writer.value(killSwitch.isEngaged, "engaged")
            if let reason = killSwitch.reason {
                writer.value(reason, "reason")
            } else {
                writer.null("reason")
            }
            if let name = killSwitch.operatorName {
                writer.value(name, "operator")
            } else {
                writer.null("operator")
            }
            if let reaction = killSwitch.reactionMicroseconds {
                writer.value(reaction, "reaction_us")
            } else {
                writer.null("reaction_us")
            }
            writer.array("symbols") { writer in
                for symbol in killSwitch.stoppedSymbols { writer.value(symbol) }
            }
        }
    }

    private func write(_ line: StreamLine, _ writer: inout JSONWriter) {
        let tally = line.stream.tally
        writer.object { writer in
            writer.value(line.feed, "feed")
            writer.value(line.symbol, "symbol")
            writer.value(line.kind, "kind")
            writer.value(tally.received, "received")
            writer.value(line.stream.delivered, "delivered")
            writer.value(tally.duplicate, "duplicate")
            writer.value(tally.late, "late")
            writer.value(line.stream.shed, "shed")
            writer.value(tally.quarantined, "quarantined")
            writer.value(line.stream.inBuffer + line.stream.held, "in_buffer")
            if tally.isSequenced {
                writer.value(tally.missing, "missing")
            } else {
                writer.null("missing")
            }
            writer.value(line.isProvable, "provable")
            writer.value(tally.unprovableSeams, "unprovable_seams")
        }
    }

    private func writeBuffer(_ writer: inout JSONWriter) {
        writer.object("buffer") { writer in
            writer.value(loop.occupancy.events, "events")
            writer.value(loop.occupancy.highWaterEvents, "high_water_events")
        }
    }

    private func write(
        _ distribution: LoopSnapshot.Distribution,
        _ key: String,
        _ writer: inout JSONWriter
    ) {
        writer.object(key) { writer in
            writer.value(distribution.count, "count")
            writer.value(distribution.p50, digits: 1, "p50")
            writer.value(distribution.p99, digits: 1, "p99")
            writer.value(distribution.max, digits: 1, "max")
        }
    }

    private func writeLoop(_ writer: inout JSONWriter) {
        writer.object("loop") { writer in
            writer.value(loop.stepCount, "steps")
            writer.value(loop.missedIntervals, "missed_intervals")
            writer.value(loopAge.inSeconds, digits: 3, "age_seconds")
            writer.value(loop.requestCount, "order_requests")
            writer.value(droppedNotices + loop.refusedNotices, "dropped_notices")
            writer.value(droppedLogLines, "dropped_log_lines")
        }
    }

    private func writeProcess(_ writer: inout JSONWriter) {
        writer.object("process") { writer in
            writer.value(ProcessStatistics.processID, "pid")
            writer.value(ProcessStatistics.residentBytes(), "rss_bytes")
            writer.value(ProcessStatistics.processorSeconds(), digits: 3, "cpu_seconds")
        }
    }
}

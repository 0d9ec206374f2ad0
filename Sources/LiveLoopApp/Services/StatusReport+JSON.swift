internal import Alerting
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
            writer.array("alerts") { writer in
                for alert in alerts.reversed() { alert.write(to: &writer, at: alertTime) }
            }
            writer.array("feeds") { writer in
                for feed in feeds { write(feed, &writer) }
            }
            writer.array("streams") { writer in
                for line in streams { write(line, &writer) }
            }
            writer.value(isConserved, "conserved")
            loop.orders.write(to: &writer)
            writeRisk(&writer)
            writeBuffer(&writer)
            write(loop.latency, recent: loop.recentLatency, "latency_us", &writer)
            write(loop.lateness, recent: loop.recentLateness, "loop_lateness_us", &writer)
            writeLoop(&writer)
            writeProcess(&writer)
        }
        return writer.text
    }

    /// The moment of this report, on both clocks.
    var alertTime: AlertTime { AlertTime(monotonic: loop.takenAt + loopAge, wall: now) }

    /// Whether it may trade, and the symbols that may not.
    func writeTradingState(_ writer: inout JSONWriter) {
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
                    writer.value(feedName(symbol.feed), "feed")
                    writer.value(symbol.quote?.bid.description, "bid")
                    writer.value(symbol.quote?.ask.description, "ask")
                    writer.array("condition") { writer in
                        for name in symbol.condition.names { writer.value(name) }
                    }
                    writer.value(age(symbol.lastReceive), digits: 3, "last_quote_age_seconds")
                }
            }
        }
    }

    /// Whether the kill switch is engaged, by whom and why.
    func writeKillSwitch(_ writer: inout JSONWriter) {
        writer.object("kill_switch") { writer in
            writer.value(killSwitch.isEngaged, "engaged")
            writer.value(killSwitch.reason, "reason")
            writer.value(killSwitch.operatorName, "operator")
            writer.value(killSwitch.reactionMicroseconds, "reaction_us")
            let trip = killSwitch.trips.first { $0.scope == .all }
            let first = killSwitch.isEngaged ? trip : nil
            writer.value(first?.cause.rawValue, "cause")
            writer.value(first?.time.description, "time")
            writer.value(killSwitch.path, "file")
            writer.array("symbols") { writer in
                for symbol in killSwitch.stoppedSymbols { writer.value(symbol) }
            }
            writer.array("trips") { writer in
                for trip in killSwitch.trips.prefix(Self.tripsMax) { write(trip, &writer) }
            }
        }
    }

    /// More than this many reasons are not read by anybody.
    private static let tripsMax = 20

    private func write(_ trip: KillSwitchTrip, _ writer: inout JSONWriter) {
        writer.object { writer in
            if case .symbol(let name) = trip.scope {
                writer.value(name, "symbol")
            } else {
                writer.null("symbol")
            }
            writer.value(trip.cause.rawValue, "cause")
            writer.value(trip.reason, "reason")
            writer.value(trip.operatorName, "operator")
            writer.value(trip.time.description, "time")
            writer.value(trip.noticedBy.rawValue, "noticed_by")
        }
    }

    /// One stream's line of the account.
    func write(_ line: StreamLine, _ writer: inout JSONWriter) {
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
            writer.value(tally.isSequenced ? tally.missing : nil, "missing")
            writer.value(age(line.stream.lastReceived), digits: 3, "last_age_seconds")
            writer.value(line.isProvable, "provable")
            writer.value(tally.unprovableSeams, "unprovable_seams")
        }
    }

    private func writeBuffer(_ writer: inout JSONWriter) {
        writer.object("buffer") { writer in
            writer.value(loop.occupancy.events, "events")
            writer.value(loop.occupancy.highWaterEvents, "high_water_events")
            writer.value(bufferCapacity, "capacity_events")
        }
        writer.object("gaps") { writer in
            for cause in MarketEvent.GapCause.allCases {
                let index = Int(cause.rawValue)
                writer.value(index < loop.gapCounts.count ? loop.gapCounts[index] : 0, cause.name)
            }
        }
    }

    private func write(
        _ distribution: LoopSnapshot.Distribution,
        recent: LoopSnapshot.Distribution,
        _ key: String,
        _ writer: inout JSONWriter
    ) {
        writer.object(key) { writer in
            distribution.write(to: &writer)
            writer.object("recent") { recent.write(to: &$0) }
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

extension LoopSnapshot.Distribution {
    /// Writes its members, in microseconds.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.value(count, "count")
        writer.value(p50, digits: 1, "p50")
        writer.value(p99, digits: 1, "p99")
        writer.value(max, digits: 1, "max")
    }
}

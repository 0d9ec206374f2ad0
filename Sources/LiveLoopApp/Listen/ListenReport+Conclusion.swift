internal import MarketFeed
internal import Telemetry
package import TradingCore

extension ListenReport {
    /// What the listening has come to.
    package enum Verdict: Sendable, Equatable {
        /// At least one tick was decoded.
        case dataArrives
        /// There was no connection.
        case notConnected(ConnectionObstacle)
        /// The handshake was done, and nothing came.
        case silent
        /// Only heartbeats or messages of other types came.
        case noTicks
        /// Only messages came that cannot be used.
        case onlyUnusable
    }

    /// What it has come to.
    package var verdict: Verdict {
        if tickCount > 0 { return .dataArrives }
        switch progress.phase {
        case .failed(let obstacle): return .notConnected(obstacle)
        case .connecting: return .notConnected(.noAnswer)
        case .connected: return .notConnected(.handshakeTimeout)
        case .established, .ended:
            if unusableCount > 0 { return .onlyUnusable }
            return messageCount == 0 ? .silent : .noTicks
        }
    }

    /// The report at the end: what came of each symbol, what was wrong, and the verdict.
    package func conclusion(at now: MonotonicTime) -> [String] {
        var lines: [String] = []
        if let establishedAt = progress.establishedAt {
            let observed = now - establishedAt
            lines.append(
                "[RECONNAISSANCE] observed for \(Self.precise(observed)) s: "
                    + "\(messageCount) messages, \(tickCount) ticks, "
                    + "\(session.counters.heartbeats) heartbeats, "
                    + "\(session.counters.others) of other types, \(unusableCount) unusable"
            )
            let rows = table(observed: observed)
            if rows.count > 1 { lines += StatusReport.aligned(rows).map { "    " + $0 } }
            lines += forms.map { "    form: \($0.form) (\($0.count))" }
            lines += reasons.map { "    unusable: \($0)" }
            if let offset = session.venueClock.offset(at: now) { lines.append(clock(offset)) }
        }
        lines.append(verdictLine(at: now))
        return lines
    }

    private func table(observed: Duration) -> [[String]] {
        var rows = [
            ["symbol", "ticks", "per s", "first bid", "last bid", "missing", "duplicate", "late"]
        ]
        for index in prices.indices {
            let symbol = SymbolID(rawValue: UInt16(index))
            let tally = session.merger.tallies[StreamID(symbol: symbol, kind: .quote).index]
            guard tally.received > 0 || tally.missing > 0 else { continue }
            let rate = Double(tally.received) / max(observed.inSeconds, 0.001)
            let missing = tally.isSequenced ? "\(tally.missing)" : "unprovable"
            rows.append(
                [
                    session.symbols.name(of: symbol), "\(tally.received)",
                    JSONWriter.fixed(rate, digits: 1) ?? "?",
                    prices[index].map { "\($0.first)" } ?? "-",
                    prices[index].map { "\($0.last)" } ?? "-",
                    missing, "\(tally.duplicate)", "\(tally.late)",
                ]
            )
        }
        return rows
    }

    /// What could not be used, by reason.
    private var reasons: [String] {
        let counters = session.counters
        return DecodeFault.Reason.allCases.filter { counters[$0] > 0 }
            .map { "\($0) \(counters[$0])" }
            + QuoteValidator.Refusal.allCases.filter { counters[$0] > 0 }
            .map { "\($0) \(counters[$0])" }
    }

    private func clock(_ offset: Duration) -> String {
        let side = offset < .zero ? "ahead of" : "behind"
        let size = offset < .zero ? .zero - offset : offset
        return "    publisher's clock: \(Self.precise(size)) s \(side) ours, transport included"
    }

    private func verdictLine(at now: MonotonicTime) -> String {
        switch verdict {
        case .dataArrives:
            let first = firstTick.flatMap { tick in progress.establishedAt.map { tick - $0 } }
            let wait = first.map { ", the first \(Self.precise($0)) s after the handshake" } ?? ""
            return "[RECONNAISSANCE] ✅ data arrives: \(tickCount) ticks\(wait); \(loss)"
        case .notConnected(let obstacle):
            return "[RECONNAISSANCE] ❌ no data from \(endpoint): \(obstacle)"
        case .silent:
            return
                "[RECONNAISSANCE] ❌ no data from \(endpoint): the handshake is done, but nothing "
                + "was sent; is the market open, and is the publisher publishing?"
        case .noTicks:
            return "[RECONNAISSANCE] ❌ no data from \(endpoint): messages came, but none is a tick"
        case .onlyUnusable:
            return
                "[RECONNAISSANCE] ❌ no data from \(endpoint): \(unusableCount) messages came and "
                + "none can be used (\(reasons.joined(separator: ", ")))"
        }
    }

    /// What can be said of lost messages.
    private var loss: String {
        let tallies = session.merger.tallies.filter { $0.received > 0 && $0.appended > 0 }
        let missing = tallies.reduce(UInt64(0)) { $0 &+ $1.missing }
        if tallies.contains(where: { !$0.isSequenced }) {
            return "loss is unprovable, because ticks without a sequence came"
        }
        return missing == 0 ? "none is missing, by sequence" : "\(missing) are missing, by sequence"
    }

    private static func precise(_ duration: Duration) -> String {
        JSONWriter.fixed(duration.inSeconds, digits: 3) ?? "?"
    }
}

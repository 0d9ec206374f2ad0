internal import MarketFeed
internal import TradingCore

/// Messages that are lost, doubled and late on the way are counted exactly.
package struct SequenceDrill: AuditCheck {
    /// How many of each.
    package struct Counts: Sendable, Equatable {
        /// Messages that were sent and never came.
        package var missing: UInt64
        /// Messages that came twice.
        package var duplicate: UInt64
        /// Messages that came after a later one.
        package var late: UInt64
        /// Messages that were handed on.
        package var appended: UInt64

        package init(missing: UInt64, duplicate: UInt64, late: UInt64, appended: UInt64) {
            self.missing = missing
            self.duplicate = duplicate
            self.late = late
            self.appended = appended
        }
    }

    /// The sequences in the order in which they come: 10 to 12 never, 20 twice, 30 after 31.
    package var sequences: [UInt64] =
        Array(1...9) + Array(13...20) + [20]
        + Array(21...29) + [31, 30] + Array(32...50)
    /// What must be counted.
    package var expected = Counts(missing: 3, duplicate: 1, late: 1, appended: 46)

    package init() {}

    package func run() -> [AuditResult] {
        var session = MT5Session(
            MT5Session.Configuration(feed: FeedID(rawValue: 0), symbols: 0..<8)
        )
        session.merger.connectionOpened(.a)
        for (index, sequence) in sequences.enumerated() {
            let text =
                "{\"type\":\"TICK\",\"symbol\":\"EURUSD\",\"bid\":1.08500,\"ask\":1.08512,"
                + "\"timestamp\":1768392000.\(100 + index),\"seq\":\(sequence),\"epoch\":7}"
            session.receive(
                topic: nil,
                payload: Array(text.utf8).span,
                from: .a,
                at: MonotonicTime(nanoseconds: 1_000_000_000 + Int64(index) * 1_000_000)
            )
        }
        let stream = StreamID(symbol: SymbolID(rawValue: 1), kind: .quote)
        let tally = session.merger.tallies[stream.index]
        let counts = Counts(
            missing: tally.missing,
            duplicate: tally.duplicate,
            late: tally.late,
            appended: tally.appended
        )
        return [
            AuditItem(
                .marketData,
                "lost, doubled and late messages are counted",
                limit: Self.shown(expected),
                remedy: "do not trade with this build: it cannot prove what it lost"
            ).result(holds: counts == expected, Self.shown(counts))
        ]
    }

    private static func shown(_ counts: Counts) -> String {
        "\(counts.missing) missing, \(counts.duplicate) duplicate, \(counts.late) late, "
            + "\(counts.appended) handed on"
    }
}

/// Frames that are no ticks are kept from everybody, counted, and do no harm to the next one.
package struct FrameDrill: AuditCheck {
    /// The frames of the drill; none of them is a tick that can be used.
    package static let garbage: [String] = [
        "", "\u{0}\u{1}\u{2}", "HTTP/1.1 400 Bad Request", "[]", "{\"symbol\":\"EURUSD\"",
        "{\"symbol\":\"EURUSD\",\"bid\":NaN,\"ask\":1.1}",
        "{\"symbol\":\"EURUSD\",\"bid\":1e999,\"ask\":1.1}",
        "{\"symbol\":\"EURUSD\",\"bid\":-1.1,\"ask\":1.1}",
        "{\"symbol\":\"EURUSD\",\"bid\":1.1}", "{\"bid\":1.1,\"ask\":1.2}",
        "{\"symbol\":\"EURUSD\",\"bid\":1.1,\"ask\":9.9}",
        String(repeating: "[", count: 1000),
    ]

    /// The frames, each of which must be quarantined.
    package var frames = Self.garbage

    package init() {}

    package func run() -> [AuditResult] {
        var session = MT5Session(
            MT5Session.Configuration(feed: FeedID(rawValue: 0), symbols: 0..<8)
        )
        session.merger.connectionOpened(.a)
        var time = MonotonicTime(nanoseconds: 1_000_000_000)
        for frame in frames {
            time = time + .milliseconds(1)
            session.receive(topic: nil, payload: Array(frame.utf8).span, from: .a, at: time)
        }
        let used = session.merger.tallies.reduce(UInt64(0)) { $0 &+ $1.appended }
        let quarantined = session.merger.tallies.reduce(UInt64(0)) { $0 &+ $1.quarantined }
        let good = "{\"symbol\":\"EURUSD\",\"bid\":1.08500,\"ask\":1.08512}"
        session.receive(topic: nil, payload: Array(good.utf8).span, from: .a, at: time)
        let isNextGood = session.heardSymbol != nil
        return [
            AuditItem(
                .marketData,
                "frames that are no ticks are quarantined",
                limit: "all \(frames.count) quarantined, the next tick delivered",
                remedy: "do not trade with this build: it takes garbage for prices"
            ).result(
                holds: used == 0 && quarantined == UInt64(frames.count) && isNextGood,
                "\(quarantined) quarantined, \(used) used, next tick "
                    + (isNextGood ? "delivered" : "NOT delivered")
            )
        ]
    }
}

package import TradingCore

/// A feed that falls silent, in simulated time and with the configured values.
///
/// It must be told in time, stop opening positions, get a second connection beside the first, and
/// come back as soon as data does.
package struct StarvationDrill: AuditCheck {
    /// What was seen; every time is counted from the last data before the silence.
    package struct Sights: Sendable, Equatable {
        /// When the starvation was told.
        package var toldAfter: Duration?
        /// Why an order was refused while the feed was starved.
        package var refusalWhenStarved: OrderRefusal?
        /// When the second connection was opened.
        package var secondOpenedAfter: Duration?
        /// When the first connection was closed.
        package var firstClosedAfter: Duration?
        /// When the second connection sent its first data.
        package var secondSpokeAfter: Duration?
        /// When the recovery was told.
        package var recoveredAfter: Duration?
        /// Why an order was refused after the recovery and a fresh quote.
        package var refusalWhenRecovered: OrderRefusal?

        package init() {}
    }

    /// `STARVATION_SEC`.
    package var limit: Duration
    /// How the supervisor is set up.
    package var settings: FeedSupervisor.Settings
    /// Whether the second connection brings data; only tests say no.
    package var isAnswered = true

    package init(limit: Duration, settings: FeedSupervisor.Settings) {
        self.limit = limit
        self.settings = settings
    }

    package func run() -> [AuditResult] { judge(drill()) }

    // MARK: Judging

    /// How much later than the limit the starvation may be told: a step of the loop.
    package static let tolerance = Duration.milliseconds(10)

    /// The rows for what was seen.
    package func judge(_ sights: Sights) -> [AuditResult] {
        [
            item(.monitoring, "DATA_STARVED is told in time", Self.shown(limit)).result(
                holds: sights.toldAfter.map { $0 >= limit && $0 <= limit + Self.tolerance }
                    ?? false,
                Self.shown(sights.toldAfter)
            ),
            item(.marketData, "no position is opened on a starved feed", "reduce-only").result(
                holds: sights.refusalWhenStarved == .reduceOnly,
                "order " + sights.refusalWhenStarved.shown
            ),
            replacement(sights),
            item(
                .continuity,
                "data that comes again ends the starvation",
                "recovery told, orders not held back"
            ).result(
                holds: sights.recoveredAfter != nil && sights.refusalWhenRecovered.isClear,
                "recovery: \(Self.shown(sights.recoveredAfter)); order "
                    + sights.refusalWhenRecovered.shown
            ),
        ]
    }

    private func replacement(_ sights: Sights) -> AuditResult {
        let item = item(
            .continuity,
            "a second connection speaks before the first is closed",
            "open, data, then close"
        )
        guard let opened = sights.secondOpenedAfter, let spoke = sights.secondSpokeAfter else {
            return item.result(.fail, "no second connection spoke")
        }
        let closed = sights.firstClosedAfter
        return item.result(
            holds: opened <= spoke && closed.map { $0 >= spoke } ?? true,
            "opened \(Self.shown(opened)), data \(Self.shown(spoke)), closed \(Self.shown(closed))"
        )
    }

    private func item(_ rule: AuditRule, _ name: String, _ limit: String) -> AuditItem {
        AuditItem(
            rule,
            name,
            limit: limit,
            remedy: "check STARVATION_SEC, the session calendars and the NETWORK_ variables"
        )
    }

    private static func shown(_ time: Duration?) -> String {
        time.map { "after " + seconds($0) + " s" } ?? "never"
    }

    // MARK: The drill

    private func drill() -> Sights {
        var sights = Sights()
        var desk = SimulatedDesk()
        var feed = FeedSimulation(settings, seed: 1)
        let symbolCount = settings.symbols.count
        feed.send(.started)
        feed.send(.handshakeSucceeded(.a))
        feed.data(.a, symbolCount: symbolCount)
        desk.quote()
        let patience = limit * 3 + .seconds(60)
        guard feed.run(until: patience, isDone: { $0.alert(.dataStarved) != nil }) else {
            return sights
        }
        sights.toldAfter = feed.alert(.dataStarved)
        desk.setFeed(feed.state, isStarved: feed.isStarved)
        sights.refusalWhenStarved = desk.order()
        // A back-off that was drawn before must pass first.
        let later = feed.elapsed + settings.policy.feedMaxDelay + settings.policy.connectionTimeout
        guard feed.run(until: later, isDone: { $0.open.contains(.b) }), isAnswered else {
            sights.firstClosedAfter = closing(of: .a, feed)
            return sights
        }
        sights.secondOpenedAfter = opening(of: .b, feed)
        feed.wait(.milliseconds(20))
        feed.send(.handshakeSucceeded(.b))
        feed.wait(.milliseconds(20))
        sights.secondSpokeAfter = feed.elapsed
        feed.data(.b, symbolCount: symbolCount)
        sights.recoveredAfter = feed.alert(.dataRecovered)
        feed.wait(.milliseconds(20))
        feed.send(.seamSettled(.b))
        sights.firstClosedAfter = closing(of: .a, feed)
        desk.setFeed(feed.state, isStarved: feed.isStarved)
        desk.quote()
        sights.refusalWhenRecovered = desk.order()
        return sights
    }

    private func opening(of slot: ConnectionSlot, _ feed: FeedSimulation) -> Duration? {
        feed.log.last { entry in
            if case .open(slot, _) = entry.action { true } else { false }
        }?.time
    }

    private func closing(of slot: ConnectionSlot, _ feed: FeedSimulation) -> Duration? {
        feed.log.first { $0.action == .close(slot) }?.time
    }
}

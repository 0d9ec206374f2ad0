internal import Alerting
internal import MarketFeed
internal import TradingCore

// What is looked at again and again, so that a lost notice is made up for.

extension AlertSource {
    /// What the kill switch's latch holds.
    func events(for trips: [KillSwitchTrip]) -> [AlertEvent] {
        [
            .standing(
                .killSwitch,
                trips.map { trip in
                    let reason = trip.reason.isEmpty ? "no reason given" : trip.reason
                    return AlertReport(
                        .killSwitch,
                        "\(trip.scope)/\(trip.cause.rawValue)",
                        .critical,
                        "engaged for \(trip.scope) by \(trip.operatorName): \(reason)"
                    )
                }
            ),
            .standing(
                .ledgerFailed,
                trips.filter { $0.cause == .ledger }.prefix(1)
                    .map { AlertReport(.ledgerFailed, "", .critical, $0.reason) }
            ),
        ]
    }

    /// What the loop's part of the process's state says.
    ///
    /// A snapshot that is old, because the loop is late, may not hold what notices told since.
    func events(for report: StatusReport) -> [AlertEvent] {
        let stall = "the loop has not stepped for \(seconds(report.loopAge)) s"
        let isStalled = report.loopAge > .seconds(1)
        var events: [AlertEvent] = [
            .standing(
                .loopStalled,
                isStalled ? [AlertReport(.loopStalled, "", .critical, stall)] : []
            )
        ]
        guard report.loopAge < Self.freshAge else { return events }
        let orders = report.loop.orders
        let unknown = orders.open.filter(\.state.isUnknown).map(Self.unknown)
        events.append(.standing(.orderUnknown, unknown))
        if let event = Self.gateway(orders.gateway.link) { events.append(event) }
        return events
    }

    /// The loop answers a request for its state within this time, or the one before is taken.
    private static let freshAge = Duration.milliseconds(100)

    /// The names of the feeds about which nothing is wrong.
    ///
    /// While a replacement is being made beside a connection, its failures still count.
    func wellFeeds(_ report: StatusReport) -> [String] {
        report.feeds.filter { feed in
            let snapshot = feed.snapshot
            return !snapshot.isStarved && snapshot.state == .connected
                && snapshot.connection.consecutiveFailures == 0
        }
        .map(\.name)
    }

    /// What is over when nothing has been wrong about a feed for a while.
    func events(forWellFeed name: String) -> [AlertEvent] {
        [.resolved(.dataStarved, subject: name)] + connected(name)
    }

    /// What the link to the order gateway says; `nil` while it says nothing new.
    static func gateway(_ link: GatewayLink) -> AlertEvent? {
        switch link {
        case .none, .connecting: nil
        case .alive: .standing(.gatewaySilent, [])
        case .silent:
            .standing(
                .gatewaySilent,
                [
                    AlertReport(
                        .gatewaySilent,
                        "",
                        .warning,
                        "the order gateway does not answer heartbeats: reduce-only"
                    )
                ]
            )
        case .lost:
            .standing(
                .gatewaySilent,
                [AlertReport(.gatewaySilent, "", .critical, "the order gateway is lost")]
            )
        }
    }

    /// The report of an order of unknown outcome.
    static func unknown(_ record: OrderRecord) -> AlertReport {
        let intent = record.intent
        let isManual = record.state == .manual
        let what =
            "\(intent.command.name) \(intent.side == .buy ? "buy" : "sell") \(intent.quantity) "
            + intent.symbol
        return AlertReport(
            .orderUnknown,
            intent.id.description,
            isManual ? .critical : .warning,
            isManual
                ? "\(what): an operator must settle it: live-loop orders --unknown"
                : "\(what): nobody knows if it was executed; asking"
        )
    }
}

internal import TradingCore

/// How orders are sent and followed; every wait and every queue has its bound here.
package struct OrderDispatchSettings: Sendable {
    /// Commands that may wait for their answers at once (`ORDERS_IN_FLIGHT_MAX`).
    package var ordersInFlightMax = 8
    /// Commands that may wait to be sent.
    package var queueMax = 256
    /// Orders to which something can still happen.
    package var openOrdersMax = 4096
    /// How long the answer to a command may take; longer than a command lives.
    package var replyTimeout = Duration.milliseconds(2500)
    /// How long the answer to a question may take.
    package var queryTimeout = Duration.seconds(2)
    /// How often a heartbeat is sent (`HEARTBEAT_SEC`).
    package var heartbeatInterval = Duration.seconds(5)
    /// Heartbeats in a row without an answer that make the gateway silent.
    package var heartbeatsMissedMax = 3
    /// Silence after which the gateway is lost.
    package var lostAfter = Duration.seconds(60)
    /// How often the account is fetched without a reason.
    package var synchronizeInterval = Duration.seconds(30)
    /// How old the quote may be on which new exposure rests (`RISK_MAX_QUOTE_AGE_MS`).
    package var quoteAgeMax = Duration.seconds(5)
    /// After this an order whose outcome is still unknown becomes an operator's.
    package var settleLimit = Duration.seconds(14)
    /// How often an order that is an operator's is still asked for.
    package var manualInterval = Duration.seconds(30)
    /// How long answers are waited for when the process stops.
    package var stopGrace = Duration.seconds(1)
    /// How long the answer to new exposure is waited for after a kill, before its socket is closed.
    package var killGrace = Duration.milliseconds(250)
    /// The budget of what may be retried.
    package var waitOrDie = WaitOrDie.Policy()
    /// Whether an answer without an id is taken, because a socket carries one question at a time.
    package var acceptsRepliesWithoutID = true
    /// Marks our orders and positions at the venue.
    package var magic: Int64 = 107

    package init() {}

    /// The slot that carries questions; those before it carry commands.
    package var querySlot: Int { ordersInFlightMax }
    /// All slots.
    package var slotCount: Int { ordersInFlightMax + 1 }
    /// Questions that may wait.
    package static let queriesMax = 512
}

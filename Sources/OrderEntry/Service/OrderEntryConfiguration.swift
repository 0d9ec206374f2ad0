package import Telemetry
package import TradingCore
package import ZeroMQ

/// How the order thread reaches the gateway.
package struct OrderEntryConfiguration: Sendable {
    /// Where the gateway takes commands (`ORDER_GATEWAY_URL`).
    package var endpoint: String
    /// Where it publishes `EXEC` events; without it only `SYNC_ALL` tells what happens by itself.
    package var eventsEndpoint: String?
    /// How orders are sent and followed.
    package var dispatch = OrderDispatchSettings()
    /// Options of the command sockets; keys for CURVE are among them.
    package var socket = DealerSocket.Options()
    /// Options of the event socket; keys for CURVE are among them.
    package var eventSocket = SubscribeSocket.Options()
    /// Spreads retries; two processes should be given different ones.
    package var seed: UInt64 = 1
    /// Approved orders that may wait for the thread to take them.
    package var inboxMax = 1024
    /// Called at each place where a process may die; for tests, which end it there.
    package var didReach: (@Sendable (OrderStep) -> Void)?

    package init(endpoint: String) {
        self.endpoint = endpoint
        eventSocket.prefixes = [#"{"type":"EXEC""#, #"{"type":"HEARTBEAT""#]
    }
}

/// How the order thread fares, of one moment.
package struct OrderEntrySnapshot: Sendable, Equatable {
    /// What it has counted.
    package var counters = OrderEntryCounters()
    /// Whether the gateway can be relied on.
    package var link = GatewayLink.connecting
    /// Which start of the gateway answered last.
    package var bootID = ""
    /// Commands to which something can still happen.
    package var openCount = 0
    /// Commands whose outcome is unknown.
    package var unknownCount = 0
    /// Until when the gateway serves orders without another heartbeat; `nil` where it keeps no lease.
    package var leaseUntil: MonotonicTime?
    /// The times that commits of the ledger took.
    package var commitDurations = BucketHistogram(bounds: BucketBounds.append)
    /// Whether the ledger has failed.
    package var hasLedgerFailed = false

    package init() {}
}

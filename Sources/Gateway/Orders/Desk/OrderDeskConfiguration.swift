/// Everything that can be chosen about the order side of a gateway.
package struct OrderDeskConfiguration: Sendable, Equatable {
    /// What it promises.
    package var contract = GatewayContract.all
    /// The account, and how the paper venue behaves.
    package var venue = PaperVenueOptions()
    /// Where it stores what it must not forget; `nil` keeps it in memory, and forgets at the end.
    package var stateDirectory: String?
    /// Its own look at a kill file before each execution; `nil` looks at none.
    package var killFile: String?
    /// G5: how long one heartbeat of the client lasts.
    package var leaseLength = Duration.seconds(15)
    /// G6: the most new orders and modifications a second.
    package var ordersPerSecond = 1000
    /// Whether commands without `valid_until` are taken, as older clients send them.
    package var acceptsOrdersWithoutExpiry = false
    /// How long after a restart an order in doubt is left so, before the venue's books are believed.
    package var settlementDelay = Duration.seconds(1)
    /// The most ids that are remembered; nothing new is taken beyond, since no id may be forgotten.
    package var commandsMax = 500_000
    /// The most commands that wait for their execution.
    package var queueMax = 10_000
    /// Whether a crash on command ends the process at once; else only the gateway's thread ends.
    package var crashEndsProcess = false

    package init() {}
}

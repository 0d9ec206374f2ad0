/// How hard a feed tries to get its connection back: the table of the network-reconnect document.
package struct NetworkPolicy: Sendable, Equatable {
    /// Consecutive failures after which the feed is called *failed*; −1 is never.
    ///
    /// Attempts go on at the longest delay even then: a feed is never given up in silence.
    package var maxRetries = 10
    /// The delay before the first retry.
    package var initialDelay = Duration.seconds(1)
    /// The longest delay, jitter included.
    package var maxDelay = Duration.seconds(300)
    /// How much longer each delay is than the one before, at least 1.
    package var backoffMultiplier = 2.0
    /// How far a delay may be from its nominal value, as a fraction of it, 0...1.
    package var jitterFactor = 0.1
    /// The longest time between two looks at a feed.
    package var healthCheckInterval = Duration.seconds(30)
    /// The longest time from opening a socket to its finished handshake.
    package var connectionTimeout = Duration.seconds(30)
    /// The time between two pings.
    package var pingInterval = Duration.seconds(30)
    /// The longest time from a ping to its pong.
    package var pongTimeout = Duration.seconds(10)
    /// Consecutive failures at which the alert becomes critical.
    package var maxConsecutiveFailures = 5
    /// Consecutive failures at which the alert becomes a warning.
    package var alertThreshold = 3
    /// The longest delay while the feed's session is open; five minutes of it are five blind minutes.
    package var feedMaxDelay = Duration.seconds(30)
    /// How long a connection must be up before the delays start from the beginning again.
    ///
    /// Twice ``feedMaxDelay``: a link that flaps faster than the longest delay stays on it.
    package var stablePeriod = Duration.seconds(60)

    /// Creates the policy of the production profile.
    package init() {}

    /// The document's production profile, which is the default.
    package static let production = NetworkPolicy()

    /// The document's development profile: fewer retries, shorter waits, earlier alerts.
    package static let development: NetworkPolicy = {
        var policy = NetworkPolicy()
        policy.maxRetries = 5
        policy.maxDelay = .seconds(60)
        policy.maxConsecutiveFailures = 3
        policy.alertThreshold = 2
        return policy
    }()

    /// The document's high-load profile: quicker checks, slower growth, more jitter.
    package static let highLoad: NetworkPolicy = {
        var policy = NetworkPolicy()
        policy.maxRetries = 15
        policy.initialDelay = .milliseconds(500)
        policy.maxDelay = .seconds(600)
        policy.backoffMultiplier = 1.5
        policy.jitterFactor = 0.2
        policy.healthCheckInterval = .seconds(15)
        policy.connectionTimeout = .seconds(15)
        policy.pingInterval = .seconds(15)
        policy.pongTimeout = .seconds(5)
        policy.maxConsecutiveFailures = 10
        policy.alertThreshold = 5
        return policy
    }()
}

/// Where the bodies come from and who does what is asked.
///
/// The interface knows no part of the process: it is handed texts, and hands over what an operator
/// wants. All of them are called on the interface's thread and must return in bounded time, also
/// while the loop is stuck.
package struct StatusSources: Sendable {
    /// Whether a probe is passed, with the JSON that says why.
    package struct Probe: Sendable, Equatable {
        /// Whether the answer is 200; else it is 503.
        package var isPassed: Bool
        /// One JSON object.
        package var json: String

        package init(isPassed: Bool, json: String) {
            self.isPassed = isPassed
            self.json = json
        }
    }

    /// The operator's page.
    package var page: @Sendable () -> [UInt8] = { Array(EmbeddedPage.text.utf8) }
    /// The metrics, as OpenMetrics or in the older text format.
    package var metrics: @Sendable (_ openMetrics: Bool) -> String = { $0 ? "# EOF\n" : "" }
    /// Whether the process is alive.
    package var health: @Sendable () -> Probe = { Probe(isPassed: true, json: "{}") }
    /// Whether it may trade now.
    package var readiness: @Sendable () -> Probe = { Probe(isPassed: true, json: "{}") }
    /// All connections, as the network-reconnect document has them.
    package var connections: @Sendable () -> String = { #"{"connections":{}}"# }
    /// One connection by its id; `nil` when there is none.
    package var connection: @Sendable (String) -> String? = { _ in nil }
    /// The state of the process.
    package var status: @Sendable () -> String = { "{}" }
    /// Limits, and what of them is used.
    package var risk: @Sendable () -> String = { "{}" }
    /// Orders and positions.
    package var orders: @Sendable () -> String = { "{}" }
    /// What is missing in each stream.
    package var gaps: @Sendable () -> String = { "{}" }
    /// What operators were alerted to.
    package var alerts: @Sendable () -> String = { #"{"alerts":[]}"# }
    /// Whether the kill switch is engaged, by whom and why.
    package var killSwitch: @Sendable () -> String = { "{}" }
    /// Engages the kill switch.
    package var kill: @Sendable (OperatorRequest) -> OperatorReply = { _ in .refused("not here") }
    /// Lifts the kill switch's latch.
    package var reset: @Sendable (OperatorRequest) -> OperatorReply = { _ in .refused("not here") }
    /// Reads the settings again.
    package var reload: @Sendable (OperatorRequest) -> OperatorReply = { _ in .refused("not here") }
    /// Asks for a new connection in place of the one with this id.
    package var reconnect: @Sendable (String, OperatorRequest) -> OperatorReply = { _, _ in
        .unknown
    }

    package init() {}
}

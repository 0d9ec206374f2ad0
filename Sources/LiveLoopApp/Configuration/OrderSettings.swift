/// Where orders go and how long anything about them may take.
package struct OrderSettings: Sendable, Equatable {
    /// What an engaged kill switch does beyond stopping new exposure.
    package enum KillAction: String, Sendable, CaseIterable {
        /// Takes back working orders.
        case cancel
        /// Takes back working orders and closes our positions.
        case flatten
    }

    /// Where commands are answered; `nil` is the embedded paper venue.
    package var gateway: Endpoint?
    /// Where the gateway tells of executions; `nil` leaves that to the regular comparison.
    package var events: Endpoint?
    /// The mark by which our orders and positions are told from others'.
    package var magic = 20_260_115
    /// How long an answer may take before the outcome is unknown.
    package var replyTimeout = Duration.milliseconds(2500)
    /// How long an order may be executed after it was sent.
    package var lifetime = Duration.milliseconds(2000)
    /// How many commands may wait for answers at once.
    package var inFlightMax = 8
    /// The time between two comparisons with the gateway's account.
    package var syncInterval = Duration.seconds(30)
    /// Whether paper mode may use an account that is not shown to be a demo account.
    package var allowsRealAccountOnPaper = false
    /// What an engaged kill switch does.
    package var killAction = KillAction.cancel

    package init() {}
}

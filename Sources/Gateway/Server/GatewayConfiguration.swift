/// Everything that can be chosen about a gateway.
package struct GatewayConfiguration: Sendable {
    /// Where ticks come from.
    package enum Market: Sendable, Equatable {
        /// Recordings, merged by time; `repeats` starts again at the end.
        case replay([ReplayFile], repeats: Bool)
        /// Made-up quotes: so many per second of all symbols together.
        case synthetic(symbols: [String], rate: Double, seed: UInt64)

        /// What is quoted when nothing is configured.
        package static let standard = Market.synthetic(
            symbols: SyntheticMarket.defaultSymbols,
            rate: SyntheticMarket.defaultRate,
            seed: 1
        )

        /// How long a gateway waits for its first subscriber when nothing else is said.
        ///
        /// A replay waits, so that its ticks can be counted on both sides; a live market does not.
        package var subscriberWaitDefault: Duration {
            switch self {
            case .replay: .seconds(10)
            case .synthetic: .zero
            }
        }
    }

    /// Where ticks are published; port `*` takes any free one.
    package var publishEndpoint = "tcp://127.0.0.1:5556"
    /// Where commands are answered; port `*` takes any free one.
    package var replyEndpoint = "tcp://127.0.0.1:5555"
    /// Where ticks come from.
    package var market = Market.standard
    /// Quotes that this process received, for the venue alone; nothing is published then but what
    /// concerns orders, and ``market`` is not opened.
    package var quotes: ReceivedQuotes?
    /// How fast ticks follow each other.
    package var pace = PublishSchedule.Pace.multiple(1)
    /// How ticks are written.
    package var form = FrameForm.sequenced
    /// The order side; `nil` answers no order commands.
    package var orders: OrderDeskConfiguration?
    /// Faults at given times after publishing began.
    package var faults: [ScheduledFault] = []
    /// Whether faults are taken as commands, which only a gateway to test with should do.
    package var acceptsFaultCommands = true
    /// How long the first tick waits for a subscriber; `nil` is ``Market/subscriberWaitDefault``.
    package var subscriberWait: Duration?
    /// When everything ends, counted from the start; `nil` is never.
    package var runTime: Duration?
    /// How long a finished replay stays, for subscribers to take what is queued; `nil` is for ever.
    package var stayAfterReplay: Duration?
    /// Messages queued for one subscriber; what comes on top is dropped or waits.
    package var queuedMessagesMax: Int32 = 100_000
    /// How long a flat-out replay waits for a subscriber that takes nothing.
    package var fullQueueWaitMax = Duration.seconds(30)
    /// How often a heartbeat is sent in the sequenced form.
    package var heartbeatInterval = Duration.seconds(1)

    /// The most faults that can be scheduled.
    package static let faultsMax = 10_000

    package init() {}
}

/// How much a line of the gateway's log matters.
package enum GatewayLogLevel: Sendable {
    case info
    case warning
    case error
}

/// Takes the gateway's log lines; called on the gateway's thread.
package typealias GatewayLog = @Sendable (GatewayLogLevel, String) -> Void

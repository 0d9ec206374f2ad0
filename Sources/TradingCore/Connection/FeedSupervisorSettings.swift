extension FeedSupervisor {
    /// What is expected of a feed, and how patient its supervisor is.
    package struct Settings: Sendable {
        /// The delays, limits and thresholds of reconnecting.
        package var policy = NetworkPolicy.production
        /// The number of alternate endpoints; each attempt takes the next one in turn.
        package var endpointCount = 1
        /// The symbols that are expected from the start, in the order of their numbers.
        package var symbols: [WatchedSymbol] = []
        /// The session of a feed of which no symbol is known yet.
        package var defaultCalendar = SessionCalendar.alwaysOpen
        /// Silence of the whole feed in session that is starvation; `STARVATION_SEC`.
        package var starvationLimit = Duration.seconds(10)
        /// From the handshake to first data; `FIRST_MESSAGE_SEC`.
        package var firstMessageLimit = Duration.seconds(15)
        /// Silence of one symbol in session that is an alarm; `STREAM_IDLE_SEC`.
        package var streamIdleLimit = Duration.seconds(120)
        /// From first data on the new connection to the end of the old one, at the latest.
        package var seamLimit = Duration.seconds(2)
        /// Silence in session after which an old connection is not kept when a replacement fails.
        ///
        /// Until then it may still come back with all it missed, and keeping it costs one descriptor.
        package var silentLimit = Duration.seconds(120)
        /// The shortest time between two reconnects that operators ask for.
        package var forcedSpacing = Duration.seconds(10)
        /// The most symbols that are watched.
        package var symbolsMax = 1024

        /// Creates the settings of one always-open feed with one endpoint.
        package init() {}
    }

    /// The limits that may change while a feed runs.
    package struct Limits: Sendable, Equatable {
        /// Silence of the whole feed in session that is starvation; `STARVATION_SEC`.
        package var starvation: Duration
        /// From the handshake to first data; `FIRST_MESSAGE_SEC`.
        package var firstMessage: Duration
        /// Silence of one symbol in session that is an alarm; `STREAM_IDLE_SEC`.
        package var streamIdle: Duration

        package init(starvation: Duration, firstMessage: Duration, streamIdle: Duration) {
            self.starvation = starvation
            self.firstMessage = firstMessage
            self.streamIdle = streamIdle
        }
    }
}

/// A connection that was replaced and waits for its seam.
struct Retirement: Sendable {
    /// The replaced connection.
    var slot: ConnectionSlot
    /// When it is closed at the latest.
    var deadline: MonotonicTime
    /// Why it was replaced; still true if the new connection ends before the seam is settled.
    var reason: ReconnectTrigger?
}

/// One of a feed's two connections, as far as its supervisor knows.
struct SupervisedConnection: Sendable {
    /// How far the connection has come.
    enum Phase: UInt8, Sendable {
        /// No socket.
        case free
        /// A socket that has no handshake yet.
        case opening
        /// The handshake is done, data is awaited.
        case handshaken
        /// Data was seen.
        case speaking
        /// No data came in time; kept because it may still come and there is nothing better.
        case silent
    }

    var phase = Phase.free
    var endpoint = 0
    var isFirstEver = false
    var openedAt = MonotonicTime.zero
    var handshakenAt = MonotonicTime.zero
    var firstData: MonotonicTime?
    var lastData: MonotonicTime?
}

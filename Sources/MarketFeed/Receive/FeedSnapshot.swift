package import TradingCore

/// What a feed thread knows of its connection, of one moment.
package struct FeedSnapshot: Sendable {
    /// The state of the connection.
    package var state = ConnectionState.disconnected
    /// Whether the feed is starved of data.
    package var isStarved = false
    /// Whether a symbol of the feed is in session.
    package var isInSession = false
    /// The endpoint that was opened last.
    package var endpoint = ""
    /// What the connection has been through.
    package var connection: ConnectionCounters
    /// When the last tick that could be decoded came.
    package var lastData: MonotonicTime?
    /// Messages held back while two connections overlap.
    package var heldCount = 0
    /// What the thread counts of the connection.
    package var figures = FeedFigures()
    /// What the frames were like.
    package var frames = MT5SessionCounters()
    /// How far the publisher's clock is behind ours, at least; `nil` while it sends no times.
    package var venueClockOffset: Duration?

    package init(connection: ConnectionCounters) { self.connection = connection }
}

/// Something a feed has to tell people.
package enum FeedNotice: Sendable {
    /// A symbol was met for the first time.
    case symbolMet(SymbolID, name: String)
    /// About the connection or a symbol's silence.
    case alert(FeedID, FeedAlert, symbolName: String?)
    /// The connection's state changed.
    case stateChanged(FeedID, ConnectionState, isStarved: Bool)
    /// The seam of an overlap that has ended.
    case seam(FeedID, SeamReport)
    /// A socket could not be made.
    case openFailed(FeedID, endpoint: String, message: String)
}

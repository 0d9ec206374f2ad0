internal import Alerting
internal import MarketFeed
internal import TradingCore

/// Hands to the alerts what the main thread hears, and looks by itself every two seconds.
struct AlertWatch {
    private static let interval = Duration.seconds(2)

    let board: AlertBoard
    let source: AlertSource
    private var nextLook = MonotonicTime.zero
    private var toldLost: UInt64 = 0
    /// The feeds about which nothing was wrong at the last look.
    private var wellFeeds: [String] = []

    init(_ board: AlertBoard, _ source: AlertSource) {
        self.board = board
        self.source = source
    }

    /// Takes a feed's notice.
    func note(_ notice: FeedNotice) { board.take(source.events(for: notice)) }

    /// Takes a notice of the loop.
    func note(_ notice: LoopNotice, symbolName: (SymbolID) -> String) {
        board.take(source.events(for: notice, symbolName: symbolName))
    }

    /// Takes what happened to something of which there is only one.
    func note(_ type: AlertType, _ severity: AlertSeverity, _ text: String) {
        board.take([source.report(type, severity, text)])
    }

    /// Looks at what the kill switch's latch holds, and at the time.
    func attend(_ trips: [KillSwitchTrip]) {
        board.take(source.events(for: trips))
        board.advance()
    }

    /// Looks at the process, when it is time.
    mutating func look(_ report: @autoclosure () -> StatusReport, at now: MonotonicTime) {
        guard now >= nextLook else { return }
        nextLook = now + Self.interval
        let report = report()
        board.take(source.events(for: report))
        // Twice in a row: a feed's snapshot may be a moment older than its last notice.
        let well = source.wellFeeds(report)
        for name in well where wellFeeds.contains(name) {
            board.take(source.events(forWellFeed: name))
        }
        wellFeeds = well
        let lost = report.droppedLogLines &+ report.droppedNotices &+ report.loop.refusedNotices
        guard lost > toldLost else { return }
        note(.logIncomplete, .warning, "\(lost - toldLost) lines of the log were lost")
        toldLost = lost
    }
}

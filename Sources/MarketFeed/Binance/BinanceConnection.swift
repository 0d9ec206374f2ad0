package import TradingCore

/// One connection of a feed: its path, and which of the two that may overlap there.
package struct BinanceConnection: Sendable, Hashable {
    /// The path.
    package var route: BinanceRoute
    /// The slot.
    package var slot: ConnectionSlot

    package init(_ route: BinanceRoute, _ slot: ConnectionSlot) {
        self.route = route
        self.slot = slot
    }

    /// The place in tables of connections.
    var index: Int { Int(route.rawValue) * 2 + Int(slot.rawValue) }
    /// The number of places in tables of connections.
    static let count = BinanceRoute.allCases.count * ConnectionSlot.allCases.count
}

/// Why a connection should be replaced, make before break.
package enum BinanceReplacement: Sendable, Equatable {
    /// A request was not answered in time.
    case noAcknowledgement
    /// Nothing came on any stream in time; the path may be wrong.
    case noFirstData
    /// A stream stayed silent though it was asked for again.
    case streamSilent(StreamID)
    /// The server will close it.
    case serverShutdown
}

/// Something that a session has to tell.
package enum BinanceNotice: Sendable, Equatable {
    /// All streams of a connection are acknowledged.
    case subscribed(BinanceConnection)
    /// A request on a connection was refused.
    case refused(BinanceConnection, code: Int64, message: String)
    /// A connection should be replaced.
    case replace(BinanceConnection, BinanceReplacement)
    /// A stream has sent nothing in time since it was asked for, and is asked for again.
    case firstDataMissing(StreamID, BinanceConnection)
    /// A stream is silent, and is asked for again, alone.
    case streamIdle(StreamID, silent: Duration)
    /// A stream is late.
    case streamLate(StreamID, silent: Duration)
    /// A stream speaks again.
    case streamRecovered(StreamID, silent: Duration)
    /// A gap began; its number in the ledger.
    case gapBegan(UInt64)
    /// A gap ended; its number in the ledger.
    case gapEnded(UInt64)
    /// A symbol's book lost an update.
    case bookInvalid(SymbolID)
    /// A symbol's book is whole, at this update.
    case bookValid(SymbolID, update: UInt64)
    /// A request over REST had no usable answer.
    case requestFailed(BinanceRequest, BinanceRequestFailure)
    /// An answer over REST was not understood.
    case replyRefused(BinanceRequest, BinanceFault)
}

/// What a session has seen since start; each member is a counter.
package struct BinanceCounters: Sendable, Equatable {
    /// Messages by kind.
    package private(set) var kinds = [UInt64](
        repeating: 0,
        count: BinanceFrame.Kind.allCases.count
    )
    /// Messages that were not understood, by reason.
    package private(set) var faults = [UInt64](
        repeating: 0,
        count: BinanceFault.Reason.allCases.count
    )
    /// Market data of symbols or streams that were not asked for; it belongs to no stream.
    package internal(set) var unlisted: UInt64 = 0
    /// Messages with a trade's id that are no trade.
    package internal(set) var nonTrades: UInt64 = 0
    /// Keys that mean nothing to us.
    package internal(set) var unknownKeys: UInt64 = 0
    /// Held book messages that made room for newer ones.
    package internal(set) var heldDropped: UInt64 = 0
    /// Trades of answers that were not missing.
    package internal(set) var surplusRows: UInt64 = 0
    /// Answers that nobody waited for.
    package internal(set) var strayReplies: UInt64 = 0
    /// Notices that found no room.
    package internal(set) var droppedNotices: UInt64 = 0
    /// Requests over REST that were handed out.
    package internal(set) var requests: UInt64 = 0
    /// Requests on a connection that were handed out.
    package internal(set) var controlMessages: UInt64 = 0

    package init() {}

    /// Messages of a kind.
    package subscript(kind: BinanceFrame.Kind) -> UInt64 { kinds[Int(kind.rawValue)] }
    /// Messages that were not understood, for one reason.
    package subscript(reason: BinanceFault.Reason) -> UInt64 { faults[Int(reason.rawValue)] }

    @inline(__always)
    mutating func count(_ kind: BinanceFrame.Kind) { kinds[Int(kind.rawValue)] &+= 1 }
    mutating func count(_ reason: BinanceFault.Reason) { faults[Int(reason.rawValue)] &+= 1 }
}

import Platform
import TradingCore
import WebSocket

/// One client on the simulator's thread.
final class VenueClient {
    let channel: WebSocketChannel
    /// Its place among the connections, once it has one.
    var slot: Int?
    var pollIndex: Int?
    /// Whether something was queued since the last flush.
    var hasQueued = false
    /// Whether nothing is to be read, sent or answered.
    var isHeld = false
    /// Why we ended it.
    var reason: String?

    init(_ channel: WebSocketChannel) { self.channel = channel }

    /// Whether there may be something to do.
    func isDue(in poll: PollSet, _ now: MonotonicTime) -> Bool {
        guard !isHeld else { return false }
        guard let pollIndex else { return true }
        return poll.isReady(pollIndex) || channel.patience(at: now.nanoseconds) == 0
    }

    /// Its number.
    func number(in control: VenueControl) -> Int {
        guard let slot else { return 0 }
        return control.core.withLock { $0.distributor.connections[slot]?.number ?? 0 }
    }
}

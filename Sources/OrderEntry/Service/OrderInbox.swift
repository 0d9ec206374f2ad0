internal import Platform
internal import TradingCore

/// What others have for the order thread; bounded, and closed when the thread ends.
final class OrderInbox: Sendable {
    /// What was waiting.
    struct Content {
        /// Approved orders; each is taken out of its box once, because it cannot be copied.
        var orders: [Locked<ApprovedOrder?>] = []
        var errands: [OrderErrand] = []
        var isKilled = false
        var isStopping = false
        var isClosed = false
    }

    /// Errands that may wait.
    private static let errandsMax = 1024

    /// Wakes the thread.
    let wakeUp: WakeUp
    private let ordersMax: Int
    private let content = Locked(Content())

    init(wakeUp: WakeUp, ordersMax: Int) {
        self.wakeUp = wakeUp
        self.ordersMax = ordersMax
    }

    /// Adds an order; returns why it was not taken.
    func add(_ order: consuming ApprovedOrder) -> OrderBlock? {
        let slip = Locked<ApprovedOrder?>(order)
        let block: OrderBlock? = content.withLock { content in
            if content.isClosed || content.isStopping { return .stopping }
            guard content.orders.count < ordersMax else { return .inFlight }
            content.orders.append(slip)
            return nil
        }
        if block == nil { wakeUp.signal() }
        return block
    }

    /// Adds an errand; a newer risk state replaces an older one.
    func add(_ errand: OrderErrand) -> Bool {
        let isTaken = content.withLock { content in
            if case .storeRisk = errand {
                content.errands.removeAll { if case .storeRisk = $0 { true } else { false } }
            }
            guard !content.isClosed, content.errands.count < Self.errandsMax else { return false }
            content.errands.append(errand)
            return true
        }
        if isTaken { wakeUp.signal() }
        return isTaken
    }

    func engageKillSwitch() {
        content.withLock { $0.isKilled = true }
        wakeUp.signal()
    }

    func stop() {
        content.withLock { $0.isStopping = true }
        wakeUp.signal()
    }

    /// Takes everything that waits.
    func takeAll() -> Content {
        content.withLock { content in
            let taken = content
            content.orders = []
            content.errands = []
            content.isKilled = false
            return taken
        }
    }

    /// Takes nothing more; returns the orders that nobody will send.
    func close() -> [OrderID] {
        let left = content.withLock { content in
            content.isClosed = true
            defer { content.orders = [] }
            return content.orders
        }
        return left.compactMap { slip in slip.withLock { order in order?.intent.id } }
    }
}

/// The orders of the last seconds: against duplicates, drift, and too much within a short time.
struct RecentOrders: Sendable {
    /// The most orders that are remembered; when they are all within the window, the next is refused.
    static let countMax = 4096

    /// What is remembered of an order.
    struct Order: Sendable, Equatable {
        var time = MonotonicTime.zero
        var strategy = -1
        var instrument = InstrumentID(rawValue: 0)
        var side = OrderRequest.Side.buy
        var kind = OrderRequest.Kind.market
        var lots = Amount.zero
        var price = Amount.zero
        var value = Amount.zero
    }

    private var window: Int64
    private var orders: [Order]
    private var first = 0
    private var held = 0
    private var lots: [Amount]
    private var value = Amount.zero

    init(window: Duration, capacity: Int) {
        self.window = window.wholeNanoseconds
        orders = Array(repeating: Order(), count: min(capacity, Self.countMax))
        lots = Array(repeating: .zero, count: InstrumentTable.countMax)
    }

    /// Remembers orders for longer from now on; what was forgotten stays so.
    mutating func extend(to window: Duration) {
        self.window = max(self.window, window.wholeNanoseconds)
    }

    /// Forgets what has left the window.
    mutating func expire(at now: MonotonicTime) {
        while held > 0, now.nanoseconds &- orders[first].time.nanoseconds >= window {
            let old = orders[first]
            lots[old.instrument.index].units -= old.lots.units
            value.units -= old.value.units
            first = first + 1 == orders.count ? 0 : first + 1
            held -= 1
        }
    }

    /// Whether one more can be remembered.
    var hasRoom: Bool { held < orders.count }

    /// The value of all orders in the window and one more; `nil` when it does not fit.
    func value(adding value: Amount) -> Amount? { self.value.adding(value) }

    /// The lots of an instrument in the window and some more; `nil` when it does not fit.
    func lots(of id: InstrumentID, adding lots: Amount) -> Amount? {
        self.lots[id.index].adding(lots)
    }

    /// Remembers an order.
    ///
    /// - Precondition: ``hasRoom``, and the sums fit.
    mutating func record(_ order: Order) {
        precondition(hasRoom, "\(held) orders are remembered already")
        orders[(first + held) % orders.count] = order
        held += 1
        lots[order.instrument.index].units += order.lots.units
        value.units += order.value.units
    }

    /// The age of the newest order like another one.
    func age(ofLike order: Order) -> Duration? {
        var index = held
        while index > 0 {
            index -= 1
            let other = orders[(first + index) % orders.count]
            if other.instrument == order.instrument, other.side == order.side,
                other.strategy == order.strategy, other.lots == order.lots,
                other.kind == order.kind
            {
                return order.time - other.time
            }
        }
        return nil
    }

    /// The lowest and highest price of an instrument's orders in the window, one more included.
    func priceRange(with order: Order) -> (low: Amount, high: Amount) {
        var range = (low: order.price, high: order.price)
        for index in 0..<held {
            let other = orders[(first + index) % orders.count]
            guard other.instrument == order.instrument else { continue }
            range = (min(range.low, other.price), max(range.high, other.price))
        }
        return range
    }
}

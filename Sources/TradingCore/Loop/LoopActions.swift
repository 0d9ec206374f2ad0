/// What one step of the loop wants done; reused, bounded, and refusing when full.
package struct LoopActions: ~Copyable {
    /// The most notices of one step.
    package static let noticesMax = 64
    /// The most orders of one step.
    package static let ordersMax = 64
    /// The most errands of one step.
    package static let errandsMax = 256
    /// The most reasons of one step to engage the kill switch.
    package static let tripsMax = 8

    /// A reason to engage the kill switch.
    package struct Trip: Sendable, Equatable {
        /// Why, in one word.
        package var cause: KillSwitchCause
        /// Why, in words.
        package var reason: String
    }

    /// Room for what a step may collect, in one allocation that is made once.
    ///
    /// Inside the value it would be copied, all of its 34 kB, by each look at a count.
    private final class Room {
        var notices = InlineArray<64, LoopNotice?>(repeating: nil)
        var orders = InlineArray<64, ApprovedOrder?> { _ in nil }
    }

    private let room = Room()
    private var orderCount = 0
    private var takenCount = 0
    private var errands: [OrderErrand] = []
    private var trips: [Trip] = []
    /// Notices held.
    package private(set) var noticeCount = 0
    /// Notices and errands that found no room, since start.
    package private(set) var refusedCount: UInt64 = 0

    package init() {
        errands.reserveCapacity(Self.errandsMax)
        trips.reserveCapacity(Self.tripsMax)
    }

    mutating func append(_ notice: LoopNotice) {
        guard noticeCount < Self.noticesMax else {
            refusedCount &+= 1
            return
        }
        room.notices[noticeCount] = notice
        noticeCount += 1
    }

    /// Whether an order would find room.
    var hasRoomForOrder: Bool { orderCount < Self.ordersMax }

    /// - Precondition: ``hasRoomForOrder``.
    mutating func append(_ order: consuming ApprovedOrder) {
        precondition(hasRoomForOrder, "no room for an approved order")
        room.orders[orderCount] = consume order
        orderCount += 1
    }

    /// Errands repeat by themselves, so that one without room is not lost for good.
    mutating func append(_ errand: OrderErrand) {
        guard errands.count < Self.errandsMax else {
            refusedCount &+= 1
            return
        }
        errands.append(errand)
    }

    /// Engages the kill switch; the first reasons of a step are kept.
    mutating func trip(_ cause: KillSwitchCause, _ reason: String) {
        guard trips.count < Self.tripsMax else { return }
        trips.append(Trip(cause: cause, reason: reason))
    }

    /// Hands over what was collected, oldest first, and forgets it.
    package mutating func drain(_ body: (LoopNotice) -> Void) {
        for index in 0..<noticeCount {
            if let notice = room.notices[index].take() { body(notice) }
        }
        noticeCount = 0
    }

    /// Whether there is anything besides notices.
    package var hasOrderWork: Bool { orderCount > 0 || !errands.isEmpty || !trips.isEmpty }

    /// Takes the oldest approved order.
    package mutating func takeOrder() -> ApprovedOrder? {
        guard takenCount < orderCount else {
            takenCount = 0
            orderCount = 0
            return nil
        }
        defer { takenCount += 1 }
        return room.orders[takenCount].take()
    }

    /// Hands over errands, oldest first.
    package mutating func drainErrands(_ body: (OrderErrand) -> Void) {
        for errand in errands { body(errand) }
        errands.removeAll(keepingCapacity: true)
    }

    /// Hands over the reasons to engage the kill switch.
    package mutating func drainTrips(_ body: (Trip) -> Void) {
        for trip in trips { body(trip) }
        trips.removeAll(keepingCapacity: true)
    }
}

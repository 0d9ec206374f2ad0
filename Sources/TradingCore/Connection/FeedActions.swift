/// Something that the owner of a feed's sockets must do.
package enum FeedAction: Sendable, Equatable {
    /// Make a new socket in an empty slot and connect it to an endpoint of the feed.
    case open(ConnectionSlot, endpoint: Int)
    /// Destroy the socket of a slot, which is empty afterwards.
    case close(ConnectionSlot)
    /// Ask for one silent symbol again on the current connection, where the protocol can do that.
    case resubscribe(symbol: Int)
    /// Tell strategies and operators the feed's state.
    case stateChanged(ConnectionState, isStarved: Bool)
    /// Tell people.
    case alert(FeedAlert)
}

/// The actions of one step, in the order in which they must be done.
///
/// It is made once and used again for each step, so that no step allocates.
package struct FeedActions: Sendable {
    /// The most actions of one step; changes of symbols beyond it wait for the next step.
    package static let capacity = 32
    /// What is kept free for the connection's own actions when changes of symbols are told.
    static let reserve = 12

    private var storage: [FeedAction] = []

    /// Creates an empty list.
    package init() { storage.reserveCapacity(Self.capacity) }

    /// The number of actions.
    package var count: Int { storage.count }

    /// The action at a position.
    package subscript(index: Int) -> FeedAction { storage[index] }

    var hasRoomForSymbols: Bool { storage.count < Self.capacity - Self.reserve }

    mutating func removeAll() { storage.removeAll(keepingCapacity: true) }

    mutating func append(_ action: FeedAction) {
        precondition(
            storage.count < Self.capacity,
            "a step must give at most \(Self.capacity) actions, was to add \(action)"
        )
        storage.append(action)
    }
}

internal import Platform
internal import TradingCore

/// A queue between a thread that must never wait and the reporter, which takes all of it at once.
///
/// When it is full the newest entry is refused and counted: the first entries of a storm tell why.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State: Sendable {
        var elements: [Element] = []
        var refusedCount: UInt64 = 0
    }

    private let capacity: Int
    private let wakeUp: WakeUp
    private let state: Locked<State>

    /// Creates a queue that wakes its reader by `wakeUp`.
    init(capacity: Int, wakeUp: WakeUp) {
        precondition(capacity > 0, "capacity must be positive, was \(capacity)")
        self.capacity = capacity
        self.wakeUp = wakeUp
        var initial = State()
        initial.elements.reserveCapacity(capacity)
        state = Locked(initial)
    }

    /// Adds an entry, or counts that it was refused.
    func append(_ element: Element) {
        let wasEmpty = state.withLock { state -> Bool in
            guard state.elements.count < capacity else {
                state.refusedCount &+= 1
                return false
            }
            state.elements.append(element)
            return state.elements.count == 1
        }
        if wasEmpty { wakeUp.signal() }
    }

    /// Takes every entry, oldest first.
    func takeAll() -> [Element] {
        state.withLock { state in
            let taken = state.elements
            state.elements.removeAll(keepingCapacity: true)
            return taken
        }
    }

    /// Entries refused since start.
    var refusedCount: UInt64 { state.withLock { $0.refusedCount } }
}

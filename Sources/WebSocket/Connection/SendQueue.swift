/// What waits to be sent, bounded.
struct SendQueue: Sendable {
    /// Room beyond the bound for pongs and the close, so that messages cannot push them out.
    static let controlRoom = 1024

    private var bytes: [UInt8] = []
    private var taken = 0
    private let max: Int

    init(max: Int) { self.max = max }

    var count: Int { bytes.count - taken }
    var isEmpty: Bool { count == 0 }

    func hasRoom(forMessage size: Int) -> Bool { size <= max - count }

    func hasRoom(forControl size: Int, isLast: Bool = false) -> Bool {
        size <= max + (isLast ? Self.controlRoom : Self.controlRoom / 2) - count
    }

    mutating func append(_ write: (inout [UInt8]) -> Void) {
        if taken > 0, taken >= bytes.count / 2 {
            bytes.removeFirst(taken)
            taken = 0
        }
        write(&bytes)
    }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        unsafe bytes.withUnsafeBytes { all in
            unsafe body(UnsafeRawBufferPointer(rebasing: all[taken...]))
        }
    }

    /// Forgets what the system has taken.
    mutating func drop(_ count: Int) {
        precondition(count <= self.count, "\(count) of \(self.count) bytes were taken")
        taken += count
        guard taken == bytes.count else { return }
        bytes.removeAll(keepingCapacity: true)
        taken = 0
    }
}

/// Why a message was not queued.
package enum SendFault: Error, Sendable, Equatable {
    /// The connection is not open.
    case notOpen
    /// Too much waits already; the message may be tried again when some was taken.
    case full(waiting: Int, max: Int)
}

extension SendFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notOpen: "the connection is not open"
        case .full(let waiting, let max): "\(waiting) bytes wait to be sent; \(max) may"
        }
    }
}

/// The memory that a connection receives into, in one piece, bounded.
///
/// Kept are the fragments of an unfinished message (`kept`) and what has come after them and was not read yet
/// (`unread`). Whatever lies between the two is waste, and is squeezed out when room is needed.
@safe
struct ReceiveBuffer: ~Copyable, @unchecked Sendable {
    // Unchecked: it cannot be copied, so that one thread at a time uses it.

    private var base: UnsafeMutableRawPointer
    private(set) var capacity: Int
    private let capacityMax: Int
    /// The fragments of the unfinished message; empty when there is none.
    private(set) var kept = 0..<0
    private(set) var unread = 0..<0

    init(capacity: Int, max: Int) {
        self.capacity = min(capacity, max)
        capacityMax = max
        unsafe base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { unsafe base.deallocate() }

    /// Whether the next ``fill(_:)`` moves what is there, or grows.
    var isTight: Bool {
        capacity - unread.upperBound < max(MessageLimits.roomMin, capacity / 4)
    }

    /// The bytes of a range.
    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    }

    /// The bytes of a range, to be changed.
    mutating func mutableBytes(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(start: base + range.lowerBound, count: range.count)
    }

    /// Leaves the first unread bytes behind.
    mutating func skip(_ count: Int) {
        precondition(count <= unread.count, "\(count) of \(unread.count) bytes are skipped")
        unread = unread.lowerBound &+ count..<unread.upperBound
    }

    /// Keeps bytes that were unread as the next fragment, behind those before.
    mutating func keep(_ range: Range<Int>) {
        if kept.isEmpty {
            kept = range
            return
        }
        unsafe (base + kept.upperBound).copyMemory(
            from: base + range.lowerBound,
            byteCount: range.count
        )
        kept = kept.lowerBound..<kept.upperBound + range.count
    }

    /// Forgets the fragments; their bytes stay in place until room is made.
    mutating func release() { kept = 0..<0 }

    /// Lets somebody write behind the unread bytes.
    ///
    /// - Parameter body: Gets the free room, which is empty when the buffer is full of unread bytes,
    ///   and returns how many bytes of it were used.
    /// - Returns: How many bytes were used.
    /// - Throws: What `body` throws; nothing is received then.
    mutating func fill<E: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        makeRoom()
        let room = unread.upperBound..<capacity
        let count = try unsafe body(mutableBytes(room))
        precondition(count >= 0 && count <= room.count, "\(count) of \(room.count) bytes written")
        unread = unread.lowerBound..<unread.upperBound + count
        return count
    }

    private mutating func makeRoom() {
        if kept.isEmpty, unread.isEmpty {
            (kept, unread) = (0..<0, 0..<0)
            return
        }
        guard isTight else { return }
        let needed = kept.count + unread.count
        guard needed > capacity / 2, capacity < capacityMax else {
            unsafe squeeze(into: base)
            return
        }
        // A buffer grows with what has come, never with what a header announces.
        let larger = min(capacityMax, capacity * 2)
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        unsafe squeeze(into: fresh)
        unsafe base.deallocate()
        unsafe base = unsafe fresh
        capacity = larger
    }

    /// Moves what is needed to the beginning.
    private mutating func squeeze(into target: UnsafeMutableRawPointer) {
        if unsafe target != base || kept.lowerBound > 0 {
            unsafe target.copyMemory(from: base + kept.lowerBound, byteCount: kept.count)
        }
        if unsafe target != base || unread.lowerBound > kept.count {
            unsafe (target + kept.count).copyMemory(
                from: base + unread.lowerBound,
                byteCount: unread.count
            )
        }
        unread = kept.count..<kept.count + unread.count
        kept = 0..<kept.count
    }
}

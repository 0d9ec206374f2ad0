/// How many messages were sent in the last 60 seconds, exactly.
///
/// A ring of times as long as the limit: what would not fit is not sent.
struct OrderRateWindow: Sendable {
    /// The length of the window in nanoseconds.
    static let length: Int64 = 60_000_000_000

    private var times: [Int64]
    private var first = 0
    private var held = 0

    init(capacity: Int) { times = Array(repeating: 0, count: capacity) }

    /// The messages in the window that ends now; one that is exactly 60 s old is not in it.
    mutating func count(at now: MonotonicTime) -> Int {
        while held > 0, now.nanoseconds &- times[first] >= Self.length {
            first = first + 1 == times.count ? 0 : first + 1
            held -= 1
        }
        return held
    }

    /// Counts a message.
    ///
    /// - Precondition: There is room, which the limit has shown.
    mutating func record(at now: MonotonicTime) {
        precondition(held < times.count, "\(held) messages, room for \(times.count)")
        let newest = held == 0 ? now.nanoseconds : times[(first + held - 1) % times.count]
        times[(first + held) % times.count] = max(now.nanoseconds, newest)
        held += 1
    }

    /// The ages of the messages before a restart, as far as the window and its room go.
    mutating func restore(ages: [Int64], now: MonotonicTime) {
        let inWindow = ages.map { max(0, $0) }.filter { $0 < Self.length }.sorted(by: >)
        for age in inWindow.suffix(times.count - held) {
            times[(first + held) % times.count] = now.nanoseconds &- age
            held += 1
        }
    }
}

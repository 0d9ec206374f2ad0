import Platform

/// Measures work that one thread does alone, by the processor time of that thread.
///
/// The processor time leaves out what other work on the machine took away, but not what it did to
/// the caches.
enum CPURounds {
    /// The rounds that are measured; one more comes first and warms up.
    static let count = 7

    /// Measures `body`, which does its work `operations` times in each round.
    ///
    /// - Returns: The nanoseconds of one operation, for each round.
    static func measure(operations: Int, _ body: () -> Void) -> [Double] {
        body()
        return (0..<count).map { _ in
            let start = SystemClock.threadProcessorNanoseconds()
            body()
            let end = SystemClock.threadProcessorNanoseconds()
            return Double(end - start) / Double(operations)
        }
    }
}

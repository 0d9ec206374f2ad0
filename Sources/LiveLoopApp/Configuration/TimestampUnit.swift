/// The unit of the times that a gateway sends, all counted from 1970.
package enum TimestampUnit: Sendable, CaseIterable {
    /// Told from the size of each value.
    case auto
    case seconds
    case milliseconds
    case microseconds
    case nanoseconds
}

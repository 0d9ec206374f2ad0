package import TradingCore

/// One moment on both clocks of a gateway.
package struct DeskMoment: Sendable, Equatable {
    /// The gateway's wall clock, which `valid_until` is compared with.
    package var wall: WallTime
    /// The clock that measures: leases, rates and delays.
    package var monotonic: MonotonicTime

    package init(wall: WallTime, monotonic: MonotonicTime) {
        self.wall = wall
        self.monotonic = monotonic
    }
}

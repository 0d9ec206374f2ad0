package import Telemetry

/// What the loop's thread measures of itself for metrics; copied into each snapshot.
package struct LoopFigures: Sendable {
    /// From the read of each tick to the end of the step in which strategies saw it.
    package var tickAge = BucketHistogram(bounds: BucketBounds.tickAge)
    /// The length of each step.
    package var stepDurations = BucketHistogram(bounds: BucketBounds.loop)
    /// How late each intended start came.
    package var lateness = BucketHistogram(bounds: BucketBounds.loop)
    /// Steps of the wall clock, and suspends.
    package var clocks = ClockWatch()

    package init() {}
}

/// What is known about the time between a touch and the last action that was still permitted.
///
/// All times are wall nanoseconds. The kernel stamps a file with a clock that advances every few
/// milliseconds, so that the stamp may be older than the touch, never younger; a look that found
/// nothing proves that the touch came later still.
package struct KillSwitchTiming: Sendable {
    /// Since when somebody looks; there is no reaction to what happened before.
    package var lookingSince: Int64
    /// When a look last found nothing.
    package var lastClearLook: Int64?
    /// When the last step that was permitted to act ended; `nil` is the look itself.
    package var actedUntil: Int64?

    package init(lookingSince: Int64) { self.lookingSince = lookingSince }

    /// From the touch to the end of the last permitted action, in microseconds, never too small.
    ///
    /// 0 when that action had ended before; `nil` when nobody looked yet or the clock went back.
    package func reactionMicroseconds(changedAt changed: Int64, seenAt now: Int64) -> Int64? {
        guard changed >= lookingSince, now >= changed else { return nil }
        let touchedAfter = max(changed, lastClearLook ?? changed)
        return max(0, (actedUntil ?? now) - touchedAfter + 999) / 1000
    }
}

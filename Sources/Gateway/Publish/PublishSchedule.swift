package import TradingCore

/// Decides when the next tick is due, and what happens when a subscriber's queue is full.
///
/// A paced schedule never waits for a subscriber: what does not fit is dropped and counted, as a
/// live gateway would. A flat-out one waits, so that a replay loses nothing.
package struct PublishSchedule: Sendable {
    /// How fast ticks follow each other.
    package enum Pace: Sendable, Equatable {
        /// A multiple of the source's own pace.
        case multiple(Double)
        /// As fast as the slowest subscriber takes them.
        case flatOut
    }

    /// What to do about the next tick.
    package enum Step: Sendable, Equatable {
        case publish
        case wait(until: MonotonicTime)
    }

    /// What to do with a message for which there is no room.
    package enum FullQueueStep: Sendable, Equatable {
        case drop
        case retry(at: MonotonicTime)
    }

    /// How soon a full queue is tried again.
    package static let retryInterval = Duration.milliseconds(1)

    private let pace: Pace
    private let fullQueueWaitMax: Duration
    /// When the tick at offset 0 is due.
    private var origin: MonotonicTime
    private var heldUntil = MonotonicTime.zero
    private var fullSince: MonotonicTime?

    /// Starts a schedule.
    ///
    /// - Parameters:
    ///   - pace: How fast ticks follow each other.
    ///   - start: When the first tick is due.
    ///   - fullQueueWaitMax: How long a flat-out schedule waits for a subscriber that takes nothing;
    ///     then it drops and counts, so that one stuck subscriber cannot hold it for ever.
    package init(
        pace: Pace,
        start: MonotonicTime,
        fullQueueWaitMax: Duration = .seconds(30)
    ) {
        self.pace = pace
        self.fullQueueWaitMax = fullQueueWaitMax
        origin = start
    }

    /// Says whether a tick is due.
    ///
    /// - Parameters:
    ///   - offset: The tick's ``GatewayTick/offset``.
    ///   - now: The time.
    /// - Returns: To publish it now, or when it is due.
    package func step(offset: Int64, now: MonotonicTime) -> Step {
        let due = max(dueTime(offset), heldUntil)
        return due <= now ? .publish : .wait(until: due)
    }

    /// When a tick is due, holds left aside.
    package func dueTime(_ offset: Int64) -> MonotonicTime {
        guard case .multiple(let speed) = pace else { return .zero }
        return origin + .nanoseconds(speed == 1 ? offset : Int64(Double(offset) / speed))
    }

    /// Stops for a while, and goes on where it stopped.
    package mutating func pause(until end: MonotonicTime, now: MonotonicTime) {
        let start = max(now, heldUntil)
        guard end > start else { return }
        origin = origin + (end - start)
        heldUntil = end
    }

    /// Makes everything that is not due yet due so much later.
    package mutating func shift(by delay: Duration) { origin = origin + delay }

    /// Stops for a while, and then publishes at once what was due meanwhile.
    package mutating func stall(until end: MonotonicTime) { heldUntil = max(heldUntil, end) }

    /// Whether nothing at all is published now; heartbeats stop too.
    package func isHeld(_ now: MonotonicTime) -> Bool { now < heldUntil }

    /// The end of the pause or stall, if there is one.
    package var holdEnd: MonotonicTime { heldUntil }

    /// Decides about a message that a full queue refused.
    package mutating func onFullQueue(now: MonotonicTime) -> FullQueueStep {
        guard pace == .flatOut else { return .drop }
        let since = fullSince ?? now
        fullSince = since
        return now - since < fullQueueWaitMax ? .retry(at: now + Self.retryInterval) : .drop
    }

    /// Notes that there was room again.
    package mutating func onSent() { fullSince = nil }
}

extension PublishSchedule.Pace {
    /// The multiples that can be asked for.
    package static let multiples = 0.001...1_000_000

    /// Reads `max` or a multiple such as `2.5`; `nil` for anything else.
    package init?(_ text: String) {
        if text == "max" {
            self = .flatOut
        } else if let multiple = Double(text), Self.multiples.contains(multiple) {
            self = .multiple(multiple)
        } else {
            return nil
        }
    }
}

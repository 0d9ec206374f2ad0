/// Since when each session has been open, on the monotonic clock.
///
/// Silence is measured from the opening at the earliest: the first second of a session is not the end
/// of two silent days.
struct SessionClock: Sendable {
    private var openings = InlineArray<3, MonotonicTime?>(repeating: nil)
    private var nextOpenings = InlineArray<3, MonotonicTime>(repeating: .never)

    /// Takes a look at the calendars.
    mutating func update(at now: MonotonicTime, wall: WallTime) {
        for calendar in SessionCalendar.allCases {
            let index = Int(calendar.rawValue)
            guard calendar.isOpen(at: wall) else {
                let opening = calendar.nextOpen(after: wall)
                openings[index] = nil
                nextOpenings[index] = now + .nanoseconds(opening.nanoseconds - wall.nanoseconds)
                continue
            }
            if openings[index] == nil { openings[index] = now }
            nextOpenings[index] = .never
        }
    }

    /// When the session opened, or the first look if it was open then; `nil` while it is closed.
    func openSince(_ calendar: SessionCalendar) -> MonotonicTime? {
        openings[Int(calendar.rawValue)]
    }

    /// When a closed session opens; ``MonotonicTime/never`` for an open one.
    func nextOpening(_ calendar: SessionCalendar) -> MonotonicTime {
        nextOpenings[Int(calendar.rawValue)]
    }
}

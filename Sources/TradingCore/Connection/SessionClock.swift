/// Since when each session has been open, on the monotonic clock.
///
/// Silence is measured from the opening at the earliest: the first second of a session is not the end
/// of two silent days.
struct SessionClock: Sendable {
    private var openings = InlineArray<3, MonotonicTime?>(repeating: nil)
    private var nextOpenings = InlineArray<3, MonotonicTime>(repeating: .never)
    private var closures = InlineArray<3, Closure?>(repeating: nil)

    /// A stretch of wall time that is known to be closed.
    private struct Closure: Sendable {
        var start: WallTime
        var opening: WallTime
    }

    /// Takes a look at the calendars.
    mutating func update(at now: MonotonicTime, wall: WallTime) {
        for calendar in SessionCalendar.allCases {
            let index = Int(calendar.rawValue)
            guard let closure = closure(of: calendar, at: wall) else {
                // A late look counts from the opening that was expected.
                if openings[index] == nil { openings[index] = min(now, nextOpenings[index]) }
                nextOpenings[index] = .never
                closures[index] = nil
                continue
            }
            let wait = closure.opening.nanoseconds - wall.nanoseconds
            openings[index] = nil
            nextOpenings[index] = now + .nanoseconds(wait)
            closures[index] = closure
        }
    }

    /// The closed stretch around `wall`, kept from the last look while it lasts.
    private func closure(of calendar: SessionCalendar, at wall: WallTime) -> Closure? {
        if let known = closures[Int(calendar.rawValue)], wall >= known.start, wall < known.opening {
            return known
        }
        let opening = calendar.nextOpen(after: wall)
        return opening == wall ? nil : Closure(start: wall, opening: opening)
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

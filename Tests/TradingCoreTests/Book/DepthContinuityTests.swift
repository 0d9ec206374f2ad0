import Testing
import TradingCore

@Suite struct DepthContinuityTests {
    private var depth = DepthContinuity()

    /// Holds a message without levels of its own.
    private mutating func hold(_ update: DepthUpdate) -> HeldUpdates.Holding {
        let events = [MarketEvent.bookClear(update: update.last)]
        return depth.held.hold(update, events: events.span, at: .zero)
    }

    private mutating func judge(
        _ update: DepthUpdate,
        from slot: ConnectionSlot = .a,
        other: OtherConnection = .none
    ) -> DepthContinuity.Verdict {
        let verdict = depth.judge(update, from: slot, other: other)
        switch verdict {
        case .hold, .broken, .restarted: _ = hold(update)
        case .deliver, .duplicate: break
        }
        return verdict
    }

    private mutating func released() -> [UInt64] {
        var updates: [UInt64] = []
        while let next = depth.release() { if next.isNew { updates.append(next.update.last) } }
        return updates
    }

    private mutating func start(at position: UInt64) {
        #expect(depth.bridge(position) == .bridged)
    }

    /// What is held as (U, u), the snapshot, and what is delivered after it.
    private static let spot: [([(UInt64, UInt64)], UInt64, [UInt64])] = [
        ([(1, 5), (6, 9)], 9, []), ([(1, 5), (6, 9)], 5, [9]), ([(1, 5), (6, 9)], 7, [9]),
        ([(1, 5), (6, 9)], 20, []), ([(6, 9)], 5, [9]),
    ]

    @Test(arguments: spot)
    mutating func `a spot snapshot bridges where U ≤ L + 1 ≤ u`(
        held: [(UInt64, UInt64)],
        snapshot: UInt64,
        delivered: [UInt64]
    ) {
        for (first, last) in held { #expect(judge(.spot(first: first, last: last)) == .hold) }
        #expect(depth.bridge(snapshot) == .bridged)
        #expect(released() == delivered)
        #expect(depth.held.count == 0)
    }

    @Test mutating func `a snapshot older than what is held is refused`() {
        _ = judge(.spot(first: 10, last: 12))
        #expect(depth.bridge(8) == .tooOld)
        #expect(!depth.isWhole && depth.held.count == 1)
        #expect(depth.bridge(9) == .bridged)
    }

    /// The snapshot, and what is delivered of (pu 90, u 100) and (pu 100, u 120).
    private static let futures: [(UInt64, [UInt64]?)] = [
        (89, nil), (90, [100, 120]), (95, [100, 120]), (100, [120]), (105, [120]), (120, []),
    ]

    @Test(arguments: futures)
    mutating func `a futures snapshot bridges where pu ≤ L ≤ u, as it does at u == L`(
        snapshot: UInt64,
        delivered: [UInt64]?
    ) {
        _ = judge(.futures(previous: 90, last: 100))
        _ = judge(.futures(previous: 100, last: 120))
        #expect((depth.bridge(snapshot) == .bridged) == (delivered != nil))
        #expect(released() == delivered ?? [])
    }

    @Test mutating func `spot continues with U == u + 1 and futures with pu == u`() {
        start(at: 10)
        #expect(judge(.spot(first: 11, last: 14)) == .deliver)
        #expect(judge(.futures(previous: 14, last: 90)) == .deliver)
        #expect(judge(.spot(first: 1, last: 90)) == .duplicate)
        #expect(judge(.spot(first: 92, last: 95)) == .broken(missing: 91...91))
        #expect(!depth.isWhole)
    }

    @Test mutating func `what follows a break is held until a snapshot joins it`() {
        start(at: 10)
        #expect(judge(.futures(previous: 20, last: 30)) == .broken(missing: 11...20))
        #expect(judge(.futures(previous: 30, last: 40)) == .hold)
        #expect(depth.bridge(15) == .tooOld)
        #expect(depth.bridge(25) == .bridged)
        #expect(released() == [30, 40])
        #expect(depth.position == 40)
    }

    @Test
    mutating func `messages cut differently on two connections are merged by what they cover`() {
        start(at: 10)
        let a = OtherConnection.open(.a, isOlder: true)
        let b = OtherConnection.open(.b, isOlder: false)
        #expect(judge(.spot(first: 11, last: 15), from: .a, other: b) == .deliver)
        #expect(judge(.spot(first: 11, last: 13), from: .b, other: a) == .duplicate)
        #expect(judge(.spot(first: 14, last: 20), from: .b, other: a) == .deliver)
        #expect(judge(.spot(first: 16, last: 20), from: .a, other: b) == .duplicate)
        #expect(judge(.spot(first: 16, last: 21), from: .a, other: b) == .deliver)
    }

    @Test mutating func `a jump waits for the connection that is behind, and no longer`() {
        start(at: 10)
        let a = OtherConnection.open(.a, isOlder: true)
        let b = OtherConnection.open(.b, isOlder: false)
        #expect(judge(.spot(first: 16, last: 20), from: .b, other: a) == .hold)
        #expect(depth.isWhole)
        #expect(judge(.spot(first: 11, last: 17), from: .a, other: b) == .deliver)
        #expect(released() == [20])
        #expect(judge(.spot(first: 30, last: 31), from: .b, other: a) == .hold)
        #expect(depth.giveUp(waitingFor: a) == nil)
        #expect(judge(.spot(first: 40, last: 41), from: .a, other: b) == .hold)
        #expect(depth.giveUp(waitingFor: a, b) == 21...29)
    }

    @Test mutating func `what waits is given up when the other connection ends`() {
        start(at: 10)
        let a = OtherConnection.open(.a, isOlder: true)
        #expect(judge(.spot(first: 16, last: 20), from: .b, other: a) == .hold)
        #expect(depth.giveUp(waitingFor: .none) == 11...15)
        #expect(depth.bridge(18) == .bridged)
        #expect(released() == [20])
    }

    @Test
    mutating func `a repeated or disordered frame is a duplicate, a numbering begun anew is not`() {
        start(at: 1000)
        #expect(judge(.spot(first: 1001, last: 1010)) == .deliver)
        #expect(judge(.spot(first: 1001, last: 1010)) == .duplicate)
        #expect(judge(.spot(first: 900, last: 905)) == .duplicate)
        #expect(judge(.spot(first: 1011, last: 1012)) == .deliver)
        for number in 1..<UInt64(DepthContinuity.backwardRunMax) {
            #expect(judge(.spot(first: number, last: number)) == .duplicate)
        }
        #expect(judge(.spot(first: 16, last: 16)) == .restarted)
        #expect(judge(.spot(first: 17, last: 17)) == .hold)
        #expect(depth.bridge(16) == .bridged)
        #expect(released() == [17])
    }

    @Test mutating func `a second connection that is far behind begins no numbering anew`() {
        start(at: 1000)
        let a = OtherConnection.open(.a, isOlder: true)
        for number in 1...UInt64(100) {
            #expect(judge(.spot(first: number, last: number), from: .b, other: a) == .duplicate)
        }
    }

    @Test mutating func `what is held is bounded, and the oldest goes`() {
        let most = UInt64(HeldUpdates.messagesMax)
        for number in 1...most {
            #expect(hold(.spot(first: number, last: number)) == .held(dropped: 0))
        }
        #expect(hold(.spot(first: most, last: most)) == .known)
        #expect(hold(.spot(first: most + 1, last: most + 1)) == .held(dropped: 1))
        #expect(depth.held.count == HeldUpdates.messagesMax)
        #expect(depth.bridge(0) == .tooOld)
        #expect(depth.bridge(1) == .bridged)
    }

    @Test mutating func `the seam is proven where the new connection begins with what is known`() {
        start(at: 10)
        let a = OtherConnection.open(.a, isOlder: true)
        _ = judge(.spot(first: 11, last: 15), from: .a)
        #expect(depth.seam(from: .a, to: .b) == .silent)
        _ = judge(.spot(first: 14, last: 16), from: .b, other: a)
        #expect(depth.seam(from: .a, to: .b) == .proven)
        depth.connectionOpened(.a)
        #expect(depth.seam(from: .b, to: .a) == .silent)
        _ = judge(.spot(first: 19, last: 19), from: .a, other: .open(.b, isOlder: true))
        #expect(depth.seam(from: .b, to: .a) == .broken)
    }
}

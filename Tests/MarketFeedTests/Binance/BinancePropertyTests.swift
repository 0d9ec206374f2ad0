import Foundation
import MarketFeed
import TestSupport
import Testing
import TradingCore

private let seedCount =
    ProcessInfo.processInfo.environment["LIVE_LOOP_LONG"] == "1" ? 300 : 12

@Suite struct BinancePropertyTests {
    /// A session beside the world, fed by both connections in any order.
    private struct Run {
        var world: BinanceWorld
        var replay: BinanceReplay
        var random: SeededRandom
        var now = MonotonicTime.zero
        var wrongBooks: [String] = []

        init(_ market: BinanceMarket, seed: UInt64) {
            world = BinanceWorld(market, seed: seed)
            replay = BinanceReplay(market, streams: [.trade, .depth]) {
                $0.weightPerMinute = 1_000_000
                $0.holdLimit = .seconds(1000)
            }
            random = SeededRandom(seed: seed ^ 0xABCD)
        }

        /// Sends the next message of a connection, perhaps twice, unless it is cut out.
        mutating func send(_ line: Int, isCut: Bool = false, isTwice: Bool = false) {
            guard !world.lines[line].messages.isEmpty else { return }
            let message = world.lines[line].messages.removeFirst()
            now = now + .milliseconds(1)
            guard !isCut else { return }
            for _ in 0..<(isTwice ? 2 : 1) {
                replay.receive(message, from: line == 0 ? .a : .b, at: now)
                check()
            }
        }

        /// A valid book is the venue's book at its update.
        mutating func check() {
            let book = replay.books[0]
            guard book.isValid, let best = world.bestByUpdate[book.updateID] else { return }
            if BinanceWorld.best(book) != best { wrongBooks.append("\(book.updateID)") }
        }

        mutating func answer() {
            while let request = replay.requests.popLast() {
                now = now + .milliseconds(1)
                let body = world.answer(request.query)
                replay.session.receiveReply(request.number, body: body.span, at: now)
                replay.collect()
                check()
            }
            replay.advance(to: now)
        }

        /// Sends everything, and answers until nothing is asked any more.
        mutating func settle() {
            for line in world.lines.indices where world.lines[line].isOpen {
                world.flush(line)
                while !world.lines[line].messages.isEmpty { send(line) }
            }
            for _ in 0..<20 {
                now = now + .seconds(40)
                replay.advance(to: now)
                answer()
            }
        }
    }

    @Test(arguments: BinanceMarket.allCases, 0..<UInt64(seedCount))
    func `F17, F18: a connection replaced again and again loses nothing and gives nothing twice`(
        market: BinanceMarket,
        seed: UInt64
    ) {
        var run = Run(market, seed: seed)
        var current = 0
        run.world.open(0)
        run.replay.open(.a)
        let firstTrade = run.world.lastTrade + 1
        for step in 0..<600 {
            run.world.step()
            for line in 0..<2 where Int.random(in: 0..<3, using: &run.random) > 0 { run.send(line) }
            if step % 3 == 0 { run.answer() }
            if step % 40 == 20 {
                let next = 1 - current
                run.world.open(next)
                run.replay.open(next == 0 ? .a : .b, at: run.now)
            }
            // The old one ends when the seam of every stream is proven, as the supervisor does it.
            let slot: ConnectionSlot = current == 0 ? .a : .b
            let routes = run.replay.session.configuration.routes
            let reports = routes.compactMap { run.replay.session.seamReport($0) }
            let isProven = reports.allSatisfy { $0.silentStreams == 0 && $0.isProven }
            if reports.count == routes.count, isProven, run.replay.session.heldCount == 0 {
                run.world.lines[current] = BinanceWorld.Line()
                run.replay.close(slot, at: run.now)
                current = 1 - current
            }
        }
        run.settle()
        #expect(run.replay.gaps.isEmpty)
        #expect(run.wrongBooks.isEmpty)
        #expect(run.replay.tradeIDs == Array(firstTrade...run.world.lastTrade))
        #expect(run.replay.books[0].isValid && run.replay.books[0].updateID == run.world.lastUpdate)
        #expect(run.replay.unaccounted == 0 && run.replay.session.heldCount == 0)
    }

    @Test(arguments: BinanceMarket.allCases, 0..<UInt64(seedCount))
    func `frames cut, repeated and lost with their connection are all made good, or told`(
        market: BinanceMarket,
        seed: UInt64
    ) {
        var run = Run(market, seed: seed)
        run.world.open(0)
        run.replay.open(.a)
        let firstTrade = run.world.lastTrade + 1
        var isSecondOpen = false
        for step in 0..<500 {
            run.world.step()
            for line in 0..<2 {
                let dice = Int.random(in: 0..<30, using: &run.random)
                if dice > 10 { run.send(line, isCut: dice == 11, isTwice: dice == 12) }
            }
            if Int.random(in: 0..<4, using: &run.random) == 0 { run.answer() }
            guard step % 50 == 25 else { continue }
            if isSecondOpen {
                run.world.lines[1] = BinanceWorld.Line()
                run.replay.close(.b, at: run.now)
            } else {
                run.world.open(1)
                run.replay.open(.b, at: run.now)
            }
            isSecondOpen.toggle()
        }
        run.settle()
        #expect(run.wrongBooks.isEmpty)
        #expect(run.replay.books[0].isValid)
        #expect(run.replay.unaccounted == 0)
        // Each trade at most once; what is missing is told, and the rest was fetched.
        let delivered = run.replay.tradeIDs
        #expect(Set(delivered).count == delivered.count)
        let tally = run.replay.tally(.trade)
        // Nothing tells of trades before the first one seen, or after the last.
        let firstSeen = delivered.min() ?? firstTrade
        let lastSeen = delivered.max() ?? firstTrade
        let accounted = UInt64(delivered.count) + tally.late + tally.missing
        #expect(accounted >= lastSeen - firstSeen + 1)
        #expect(run.replay.session.ledger.gaps.allSatisfy { $0.outcome != .open })
        for kind in [StreamKind.trade, .book] {
            let totals = run.replay.session.ledger.totals(of: run.replay.stream(kind))
            #expect(totals.missing == totals.recovered + totals.lost + totals.awaited)
            #expect(totals[.open] == 0)
        }
    }
}

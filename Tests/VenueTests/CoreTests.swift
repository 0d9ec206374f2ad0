import TestSupport
import Testing
import TradingCore
import WebSocket

@testable import Venue

@Suite struct CoreTests {
    private static let trades = "ethusdt@trade"
    private static let path = "/stream?streams=ethusdt@trade/xrpusdt@trade/ethusdt@depth@100ms"

    private func isWithoutHole(_ ids: [Int64]) -> Bool {
        zip(ids, ids.dropFirst()).allSatisfy { $1 == $0 + 1 }
    }

    @Test func `without faults nothing is missing, and the counts are those of what was sent`()
        throws
    {
        var scene = try CoreScene()
        let slot = try scene.open(Self.path)
        scene.run(.seconds(3))
        let ids = scene.ids(slot, "t", of: Self.trades)
        #expect(ids.count > 50)
        #expect(isWithoutHole(ids))
        let truth = try #require(scene.truth(slot, Self.trades))
        #expect(truth.sent.messages == ids.count)
        #expect(truth.sent.firstID == ids.first)
        #expect(truth.sent.lastID == ids.last)
        let first = scene.ids(slot, "U", of: "ethusdt@depth@100ms")
        let last = scene.ids(slot, "u", of: "ethusdt@depth@100ms")
        #expect(first.count > 20 && first.count <= 31)
        #expect(zip(last, first.dropFirst()).allSatisfy { $1 == $0 + 1 })
    }

    @Test func `dropped messages leave exactly the hole that is told`() throws {
        var scene = try CoreScene()
        let slot = try scene.open(Self.path)
        let other = try scene.open(Self.path)
        scene.run(.seconds(1))
        try scene.fault("drop:3:ethusdt@trade:#1")
        scene.run(.seconds(2))
        let ids = scene.ids(slot, "t", of: Self.trades)
        let whole = scene.ids(other, "t", of: Self.trades)
        #expect(isWithoutHole(whole))
        let missing = Set(whole).subtracting(ids).sorted()
        #expect(missing.count == 3)
        #expect(isWithoutHole(missing))
        let told = scene.core.distributor.connections[slot]?.effects.compactMap(\.ids?.lowerBound)
        #expect(told == missing)
        #expect(scene.truth(slot, Self.trades)?.dropped == 3)
        #expect(isWithoutHole(scene.ids(slot, "t", of: "xrpusdt@trade")))
    }

    @Test func `messages are sent twice and in the wrong order, as often as was asked for`() throws
    {
        var scene = try CoreScene()
        let slot = try scene.open(Self.path)
        let other = try scene.open(Self.path)
        scene.run(.seconds(1))
        try scene.fault("duplicate:2:ethusdt@trade:#1")
        scene.run(.seconds(1))
        try scene.fault("reorder:2:ethusdt@trade:#1")
        scene.run(.seconds(2))
        let ids = scene.ids(slot, "t", of: Self.trades)
        let whole = scene.ids(other, "t", of: Self.trades)
        #expect(ids.count == whole.count + 2)
        #expect(
            ids.sorted().reduce(into: [Int64]()) { if $0.last != $1 { $0.append($1) } } == whole
        )
        #expect(zip(ids, ids.dropFirst()).count { $1 == $0 } == 2)
        #expect(zip(ids, ids.dropFirst()).count { $1 == $0 - 1 } == 2)
    }

    @Test func `faults of the start come at their time after the first message`() throws {
        var scene = try CoreScene {
            $0.subscriberWait = .seconds(60)
            $0.faults = [
                try? ScheduledVenueFault("close@2s:#1"), try? ScheduledVenueFault("drop@1s:2:#1"),
            ].compactMap(\.self)
        }
        scene.run(.seconds(3))
        let slot = try scene.open(Self.path)
        scene.run(.milliseconds(999))
        #expect(scene.core.distributor.connections[slot]?.effects.isEmpty == true)
        scene.run(.milliseconds(990))
        #expect(scene.core.distributor.connections[slot]?.effects.count == 2)
        #expect(scene.commands.isEmpty)
        scene.run(.milliseconds(20))
        #expect(scene.commands == [.close(slot, .goingAway)])
    }

    @Test func `a stalled symbol is silent until it is subscribed to anew, and others are not`()
        throws
    {
        var scene = try CoreScene()
        let slot = try scene.open(Self.path)
        scene.run(.seconds(1))
        try scene.fault("stall:ETHUSDT")
        let before = scene.ids(slot, "t", of: Self.trades).count
        let depth = scene.ids(slot, "u", of: "ethusdt@depth@100ms").count
        scene.run(.seconds(2))
        #expect(scene.ids(slot, "t", of: Self.trades).count == before)
        #expect(scene.ids(slot, "u", of: "ethusdt@depth@100ms").count == depth)
        #expect(isWithoutHole(scene.ids(slot, "t", of: "xrpusdt@trade")))
        for method in ["UNSUBSCRIBE", "SUBSCRIBE"] {
            scene.say(#"{"method":"\#(method)","params":["ethusdt@trade"],"id":1}"#, on: slot)
        }
        scene.run(.seconds(1))
        #expect(scene.ids(slot, "t", of: Self.trades).count > before)
        #expect(scene.ids(slot, "u", of: "ethusdt@depth@100ms").count == depth)
        #expect(try #require(scene.truth(slot, Self.trades)).withheld > 0)
    }

    @Test func `a mute holds for connections that come later, and ends by itself`() throws {
        var scene = try CoreScene()
        _ = try scene.open(Self.path)
        scene.run(.milliseconds(100))
        try scene.fault("mute:1s:ethusdt@trade")
        let late = try scene.open(Self.path)
        scene.run(.milliseconds(900))
        #expect(scene.ids(late, "t", of: Self.trades).isEmpty)
        #expect(!scene.ids(late, "t", of: "xrpusdt@trade").isEmpty)
        scene.run(.seconds(1))
        #expect(!scene.ids(late, "t", of: Self.trades).isEmpty)
    }

    @Test func `one connection is late by a given time, and loses nothing`() throws {
        var scene = try CoreScene()
        let late = try scene.open(Self.path)
        let prompt = try scene.open(Self.path)
        try scene.fault("delay:500ms:#1")
        scene.run(.milliseconds(400))
        #expect(scene.sent[late] == nil)
        scene.run(.milliseconds(600))
        let behind = try #require(scene.sent[late]).count
        #expect(behind < (scene.sent[prompt] ?? []).count)
        try scene.fault("delay:0s:#1")
        scene.run(.milliseconds(500))
        let ids = scene.ids(late, "t", of: Self.trades)
        #expect(isWithoutHole(ids))
        #expect(ids == scene.ids(prompt, "t", of: Self.trades))
    }

    @Test func `silence sends no data and answers what is asked`() throws {
        var scene = try CoreScene()
        let slot = try scene.open(Self.path)
        scene.run(.milliseconds(200))
        try scene.fault("silence:1s")
        let count = scene.sent[slot]?.count
        scene.run(.milliseconds(900))
        #expect(scene.sent[slot]?.count == count)
        scene.say(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#, on: slot)
        #expect(scene.sent[slot]?.last?.hasPrefix(#"{"result":["#) == true)
        scene.run(.seconds(1))
        #expect((scene.sent[slot]?.count ?? 0) > (count ?? 0) + 10)
    }

    @Test func `connections end as they are told to, and by their age`() throws {
        var scene = try CoreScene { $0.connectionLife = .seconds(5) }
        let slots = try (0..<4).map { _ in try scene.open(Self.path) }
        try scene.fault("cut:#1")
        try scene.fault("reset:#2")
        try scene.fault("shutdown:1s:#3")
        #expect(scene.sent[slots[2]]?.last?.hasPrefix(#"{"e":"serverShutdown","E":"#) == true)
        #expect(scene.commands == [.cut(slots[0]), .reset(slots[1])])
        scene.run(.milliseconds(900))
        #expect(scene.commands.count == 2)
        scene.run(.milliseconds(200))
        #expect(scene.commands.last == .close(slots[2], .goingAway))
        for slot in slots.prefix(3) { scene.core.disconnect(slot, "test", at: scene.now) }
        try scene.fault("life:2s:#4")
        scene.run(.seconds(1))
        #expect(scene.commands.last == .close(slots[3], .goingAway))
        let young = try scene.open(Self.path)
        scene.run(.milliseconds(4900))
        #expect(scene.commands.count == 4)
        scene.run(.milliseconds(200))
        #expect(scene.commands.last == .close(young, .goingAway))
    }

    @Test func `connections collect the changes of a book each in its own way, to the same book`()
        throws
    {
        var scene = try CoreScene { $0.merges = [1, 7, 2] }
        var books: [ReferenceBook] = []
        let start = try #require(scene.core.books.books["ETHUSDT"]).snapshot(limit: .max)
        let path = "/stream?streams=ethusdt@depth@100ms"
        let slots = try (0..<3).map { _ in try scene.open(path) }
        scene.run(.seconds(2))
        var counts: [Int] = []
        for slot in slots {
            var book = ReferenceBook(start)
            for text in scene.sent[slot] ?? [] {
                guard case .depth(let update) = try RecordedFrame(Array(text.utf8).span).update
                else { continue }
                let follows = book.apply(update, isFirst: false)
                #expect(follows)
            }
            books.append(book)
            counts.append(scene.sent[slot]?.count ?? 0)
        }
        #expect(counts[2] > counts[1] * 3)
        #expect(Set(books.map(\.lastID)).count > 1)
        for book in books {
            #expect(book.lastID <= scene.core.books.books["ETHUSDT"]?.lastID ?? 0)
        }
    }

    @Test func `a stream that another path serves is silent, without a word`() throws {
        var scene = try CoreScene(.usdm)
        let wrong = try scene.open("/market/stream?streams=ethusdt@depth@100ms/ethusdt@aggTrade")
        let right = try scene.open("/public/stream?streams=ethusdt@depth@100ms")
        scene.run(.seconds(1))
        #expect(scene.ids(wrong, "u", of: "ethusdt@depth@100ms").isEmpty)
        #expect(!scene.ids(wrong, "a", of: "ethusdt@aggTrade").isEmpty)
        let last = scene.ids(right, "u", of: "ethusdt@depth@100ms")
        let previous = scene.ids(right, "pu", of: "ethusdt@depth@100ms")
        #expect(last.count > 5)
        #expect(Array(previous.dropFirst()) == Array(last.dropLast()))
    }

    @Test func `too many connections, a refusal on command and an unknown path are told apart`()
        throws
    {
        var scene = try CoreScene { $0.connectionsPerFiveMinutes = 2 }
        #expect(scene.connect("/nothing") == .failure(ConnectRefusal(status: 404)))
        _ = try scene.open("/ws")
        _ = try scene.open("/ws")
        #expect(scene.connect("/ws") == .failure(ConnectRefusal(status: 429)))
        scene.now = scene.now + .seconds(301)
        try scene.fault("refuse:1s")
        #expect(scene.connect("/ws") == .failure(ConnectRefusal(status: 503)))
        scene.now = scene.now + .seconds(1)
        _ = try scene.open("/ws")
    }

    @Test func `the first message waits for somebody who takes a stream`() throws {
        var scene = try CoreScene { $0.subscriberWait = .seconds(10) }
        scene.run(.seconds(1))
        #expect(scene.core.truth.messages == 0)
        let slot = try scene.open("/ws")
        scene.run(.seconds(1))
        #expect(scene.core.truth.messages == 0)
        scene.say(#"{"method":"SUBSCRIBE","params":["ethusdt@trade"],"id":1}"#, on: slot)
        scene.run(.seconds(1))
        #expect(scene.core.truth.messages > 500)
    }

    @Test func `the first message waits for as many clients as are wanted`() throws {
        var scene = try CoreScene {
            $0.subscriberWait = .seconds(10)
            $0.subscribersWanted = 2
        }
        let first = try scene.open(Self.path)
        scene.run(.seconds(1))
        #expect(scene.sent[first] == nil)
        let second = try scene.open(Self.path)
        scene.run(.seconds(1))
        #expect(scene.sent[first] == scene.sent[second])
        #expect((scene.sent[first] ?? []).count > 100)
    }
}

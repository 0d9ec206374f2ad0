import MarketFeed
import TestSupport
import Testing
import TradingCore

@Suite struct MT5SessionSequenceTests {
    @Test func `a jump of the sequence is a gap, told before the tick that revealed it`() throws {
        var session = MT5Session.opened()
        session.receiveTick(sequence: 1)
        session.receiveTick(sequence: 5)
        #expect(session.merger.output.map(\.kind) == [.quote, .gap, .quote])
        #expect(session.merger.output[1].gapFirst == 2)
        #expect(session.merger.output[1].gapLast == 4)
        #expect(session.tally(1).missing == 3)
        #expect(session.tally(1).isSequenced)
    }

    @Test func `a heartbeat reveals the loss of the last messages of a stream`() {
        var session = MT5Session.opened()
        session.receiveTick(sequence: 1)
        session.receive(#"{"type":"HEARTBEAT","epoch":1,"streams":{"EURUSD":4}}"#)
        #expect(session.tally(1).missing == 3)
        #expect(session.merger.output.last?.kind == .gap)
        session.receive(#"{"type":"HEARTBEAT","epoch":1,"streams":{"EURUSD":4}}"#)
        #expect(session.tally(1).missing == 3)
        session.receiveTick(sequence: 5)
        #expect(session.tally(1).missing == 3)
    }

    @Test func `a heartbeat announces a stream of which nothing came yet`() {
        var session = MT5Session.opened()
        _ = session.drainNewSymbols()
        session.receive(#"{"type":"HEARTBEAT","epoch":1,"timestamp":1.5,"streams":{"XAUUSD":0}}"#)
        #expect(session.drainNewSymbols().map(\.name) == ["XAUUSD"])
        #expect(session.counters.heartbeats == 1)
    }

    @Test(arguments: [
        (#"{"type":"HEARTBEAT","streams":{"X":1}}"#, DecodeFault(.missingField, .epoch)),
        (#"{"type":"HEARTBEAT","epoch":1,"streams":[1]}"#, DecodeFault(.wrongType, .streams)),
        (#"{"type":"HEARTBEAT","epoch":1,"streams":{"X":-1}}"#, DecodeFault(.wrongType, .streams)),
        (
            #"{"streams":{"X":1,"X":2},"epoch":1,"type":"HEARTBEAT"}"#,
            DecodeFault(.duplicateKey, .streams)
        ),
        (
            #"{"type":"HEARTBEAT","epoch":1,"streams":{"":1}}"#,
            DecodeFault(.symbolNotPrintable, .symbol)
        ),
    ])
    func `a heartbeat that cannot be understood is refused as a whole`(
        text: String,
        expected: DecodeFault
    ) {
        #expect(fault(text) == expected)
    }

    @Test func `a heartbeat names at most 64 streams`() {
        func heartbeat(_ count: Int) -> String {
            let streams = (0..<count).map { "\"S\($0)\":1" }.joined(separator: ",")
            return "{\"type\":\"HEARTBEAT\",\"epoch\":1,\"streams\":{\(streams)}}"
        }
        #expect(fault(heartbeat(64)) == nil)
        #expect(fault(heartbeat(65)) == DecodeFault(.tooManyStreams, .streams))
        #expect(fault(heartbeat(200)) == DecodeFault(.tooManyKeys))
    }

    @Test(
        arguments: [
            [1, 2, 2, 3], [3, 2, 1], [1, 1 << 63, 2], [UInt64.max, 1, 2], [.max - 1, .max, .max],
            [5, 4, 6, 1 << 63, 7],
        ] as [[UInt64]]
    )
    func `F20: no order of sequences crashes or loses count`(sequences: [UInt64]) {
        var session = MT5Session.opened()
        for sequence in sequences { session.receiveTick(sequence: sequence) }
        session.merger.flush()
        let tally = session.tally(1)
        #expect(tally.received == UInt64(sequences.count))
        #expect(tally.isConserved)
        let delivered = session.merger.output.filter { $0.kind == .quote }
        #expect(UInt64(delivered.count) == tally.appended)
    }

    @Test func `F20: duplicates and reordering on random streams never break the count`() {
        var random = SeededRandom(seed: 20)
        for _ in 0..<40 {
            var session = MT5Session.opened()
            var sent = 0
            for _ in 0..<200 {
                let sequence = UInt64.random(in: 1...300, using: &random)
                let epoch = UInt64.random(in: 1...2, using: &random)
                let bid = Int.random(in: 0..<10, using: &random) == 0 ? "0" : "1.08500"
                session.receiveTick(sequence: sequence, epoch: epoch, bid: bid)
                sent += 1
            }
            session.merger.flush()
            #expect(session.tally(1).received == UInt64(sent))
            #expect(session.tally(1).isConserved)
            let quotes = session.merger.output.filter { $0.kind == .quote }
            #expect(UInt64(quotes.count) == session.tally(1).appended)
        }
    }

    @Test func `two connections that bring the same messages deliver each once`() {
        var session = MT5Session.opened()
        for sequence in 1...10 as ClosedRange<UInt64> { session.receiveTick(sequence: sequence) }
        session.merger.connectionOpened(.b)
        for sequence in 8...20 as ClosedRange<UInt64> {
            session.receiveTick(sequence: sequence, from: .b)
            session.receiveTick(sequence: sequence + 3, from: .a)
        }
        session.merger.flush()
        let delivered = session.merger.output.filter { $0.kind == .quote }.map(\.sequence)
        #expect(delivered == Array(1...23))
        #expect(session.tally(1).missing == 0)
        #expect(session.tally(1).isConserved)
    }
}

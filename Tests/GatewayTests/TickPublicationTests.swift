import Gateway
import TestSupport
import Testing
import TradingCore

@Suite struct TickPublicationTests {
    private let now = MonotonicTime(nanoseconds: 5)

    @Test func `each symbol counts from 1 in each epoch`() throws {
        var publication = TickPublication(epoch: 100, symbols: ["A", "B"])
        #expect(send(&publication, [0, 0, 1, 0]) == [1, 2, 1, 3])
        publication.restart(epoch: 101)
        #expect(send(&publication, [0, 1]) == [1, 1])
        #expect(publication.truth.epochs.map(\.epoch) == [100, 101])
        #expect(publication.truth.total(\.sent) == 6)
    }

    @Test func `a dropped tick uses up its number`() {
        var publication = TickPublication(epoch: 1, symbols: ["A"])
        publication.plan(tick(0), now: now)
        publication.resolve(.dropped)
        #expect(send(&publication, [0]) == [2])
        #expect(publication.truth.current.symbols[0].dropped == 1)
        #expect(publication.truth.current.symbols[0].sent == 1)
    }

    @Test func `skipped, repeated and wild numbers are what was asked for`() throws {
        var publication = TickPublication(epoch: 1, symbols: ["A", "B"])
        #expect(send(&publication, [0, 1]) == [1, 1])
        try publication.apply(GatewayFault(.skip, count: 3, symbol: "A"), now: now)
        #expect(send(&publication, [1, 0, 0]) == [2, 5, 6])
        try publication.apply(GatewayFault(.back, count: 4, symbol: "A"), now: now)
        #expect(send(&publication, [0, 0]) == [3, 4])
        try publication.apply(GatewayFault(.jump, count: .max, symbol: "A"), now: now)
        #expect(send(&publication, [0, 0]) == [.max, 0])
        #expect(publication.truth.current.symbols[0].skipped == 3)
        #expect(publication.truth.current.symbols[0].rewound == 4)
    }

    @Test func `duplicates keep their number and reordered pairs change places`() throws {
        var publication = TickPublication(epoch: 1, symbols: ["A", "B"])
        try publication.apply(GatewayFault(.duplicate, count: 2), now: now)
        #expect(send(&publication, [0, 1, 0]) == [1, 1, 1, 1, 2])
        try publication.apply(GatewayFault(.reorder, count: 2, symbol: "A"), now: now)
        #expect(send(&publication, [0, 1, 0, 0, 0, 0]) == [2, 4, 3, 6, 5, 7])
        let truth = publication.truth.current.symbols[0]
        #expect(truth.duplicates == 1)
        #expect(truth.reordered == 2)
        #expect(truth.sent == 7)
    }

    @Test func `a tick held back at the end is sent all the same`() throws {
        var publication = TickPublication(epoch: 1, symbols: ["A"])
        try publication.apply(GatewayFault(.reorder), now: now)
        #expect(send(&publication, [0]) == [])
        publication.planEnd()
        #expect(drain(&publication) == [1])
        #expect(publication.truth.current.symbols[0].sent == 1)
    }

    @Test func `a muted symbol is silent for its time and uses no number`() throws {
        var publication = TickPublication(epoch: 1, symbols: ["A", "B"])
        try publication.apply(GatewayFault(.mute, duration: .seconds(1), symbol: "A"), now: now)
        #expect(send(&publication, [0, 1, 0]) == [1])
        let later = now + .seconds(1)
        publication.plan(tick(0), now: later)
        #expect(drain(&publication) == [1])
        #expect(publication.truth.current.symbols[0].muted == 2)
    }

    @Test func `a restart drops what was not sent yet, and counts it`() throws {
        var publication = TickPublication(epoch: 1, symbols: ["A"])
        try publication.apply(GatewayFault(.reorder), now: now)
        publication.plan(tick(0), now: now)
        try publication.apply(GatewayFault(.garbage, count: 5), now: now)
        publication.restart(epoch: 2)
        #expect(publication.next == nil)
        #expect(publication.truth.finished[0].symbols[0].dropped == 1)
        #expect(publication.truth.faultMessagesDropped == 5)
    }

    @Test func `a fault for a foreign symbol is refused and changes nothing`() throws {
        var publication = TickPublication(epoch: 1, symbols: ["A"])
        let before = publication.truth
        let fault = try GatewayFault(.skip, symbol: "Z")
        let error = #expect(throws: GatewayError.self) { try publication.apply(fault, now: now) }
        #expect(error?.code == .invalidFault)
        #expect(publication.truth == before)
    }

    @Test func `heartbeats name at most 64 symbols each`() {
        var publication = TickPublication(epoch: 1, symbols: (0..<130).map { "S\($0)" })
        publication.planHeartbeat()
        var firsts: [Int] = []
        while let message = publication.next {
            if case .heartbeat(let first) = message.content { firsts.append(first) }
            publication.resolve(.sent)
        }
        #expect(firsts == [0, 64, 128])
        #expect(publication.truth.heartbeatsSent == 3)
    }

    @Test(arguments: 0..<20)
    func `whatever the faults, every tick is sent, dropped or muted`(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let names = ["A", "B", "C"]
        var publication = TickPublication(epoch: 1, symbols: names)
        let kinds: [GatewayFault.Kind] = [
            .skip, .duplicate, .reorder, .back, .jump, .crossed, .negative, .nan, .garbage,
        ]
        var time = MonotonicTime.zero
        for _ in 0..<2000 {
            time = time + .milliseconds(1)
            if random.next() % 16 == 0, let kind = kinds.randomElement(using: &random) {
                let fault = try GatewayFault(
                    kind,
                    count: 1 + random.next() % 5,
                    symbol: random.next() % 2 == 0 ? names.randomElement(using: &random) : nil
                )
                try publication.apply(fault, now: time)
            }
            if random.next() % 64 == 0 {
                let mute = try GatewayFault(.mute, duration: .milliseconds(9), symbol: "B")
                try publication.apply(mute, now: time)
            }
            if random.next() % 512 == 0 { publication.restart(epoch: publication.epoch + 1) }
            publication.plan(tick(Int(random.next() % 3)), now: time)
            while publication.next != nil {
                publication.resolve(random.next() % 10 == 0 ? .dropped : .sent)
            }
        }
        publication.planEnd()
        while publication.next != nil { publication.resolve(.sent) }
        for epoch in publication.truth.epochs {
            for symbol in epoch.symbols {
                let parts = symbol.sent + symbol.dropped + symbol.muted
                #expect(symbol.ticks == parts, "\(symbol)")
            }
        }
        #expect(publication.truth.total(\.ticks) == 2000)
    }

    private func tick(_ symbol: Int) -> GatewayTick {
        GatewayTick(
            symbol: symbol,
            bid: ExactDecimal(mantissa: 1, scale: 0),
            ask: ExactDecimal(mantissa: 2, scale: 0),
            volume: .zero,
            time: WallTime(nanoseconds: 0)
        )
    }

    /// Plans ticks of symbols and returns the numbers of what is sent.
    private func send(_ publication: inout TickPublication, _ symbols: [Int]) -> [UInt64] {
        var numbers: [UInt64] = []
        for symbol in symbols {
            publication.plan(tick(symbol), now: now)
            numbers += drain(&publication)
        }
        return numbers
    }

    private func drain(_ publication: inout TickPublication) -> [UInt64] {
        var numbers: [UInt64] = []
        while let message = publication.next {
            if case .tick = message.content { numbers.append(message.sequence) }
            publication.resolve(.sent)
        }
        return numbers
    }
}

import OrderEntry
import TestSupport
import Testing

@testable import TradingCore

@Suite struct DispatcherPropertyTests {
    /// Commands that end in one of these have been settled.
    private static let ends: Set = [
        "blocked", "notSent", "answered", "found", "fenced", "needsOperator", "unanswered",
    ]

    @Test(arguments: Array(UInt64(1)...120))
    func `whatever happens, no order is sent twice and each has an end`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var world = DispatcherWorld(seed: seed)
        for _ in 0..<120 { world.disturb(using: &random) }
        world.calm()
        for id in world.submitted {
            let sends = world.harness.sends(of: id)
            #expect(sends.count <= 1, "seed \(seed): \(id) was sent \(sends.count) times")
            let words = world.harness.facts(of: id).map(\.word)
            #expect(
                !words.isEmpty && Self.ends.contains(words.last ?? ""),
                "seed \(seed): \(words)"
            )
            if let unknown = words.firstIndex(of: "unanswered") {
                #expect(!words[unknown...].contains("sent"), "seed \(seed): \(words)")
            }
        }
        let open = world.harness.dispatcher
        #expect(open.openCount == open.unknownCount, "seed \(seed)")
        world.checkLedger(seed)
    }

    @Test(arguments: Array(UInt64(1)...60))
    func `a crash anywhere leaves nothing that the next life would send again`(seed: UInt64) {
        var random = SeededRandom(seed: seed &+ 1000)
        var world = DispatcherWorld(seed: seed)
        for _ in 0..<Int.random(in: 1..<60, using: &random) { world.disturb(using: &random) }
        let before = world.harness.sent
        world.restart()
        world.calm()
        for id in world.submitted {
            let sends =
                before.filter { $0.requestID == id.description } + world.harness.sends(of: id)
            #expect(sends.count <= 1, "seed \(seed): \(id) was sent \(sends.count) times")
        }
        #expect(world.harness.actions("ORDER_SEND").isEmpty)
    }
}

/// A dispatcher among gateways that do what they like.
struct DispatcherWorld {
    private(set) var harness: DispatcherHarness
    private(set) var submitted: [OrderID] = []
    private var sequence: UInt64 = 0
    private let settings: OrderDispatchSettings

    init(seed: UInt64) {
        var settings = OrderDispatchSettings()
        settings.ordersInFlightMax = 3
        settings.queueMax = 8
        self.settings = settings
        harness = DispatcherHarness(settings, seed: seed)
        harness.run(.started)
        harness.answerQueries()
    }

    /// One thing that can happen, at random.
    mutating func disturb(using random: inout SeededRandom) {
        switch Int.random(in: 0..<17, using: &random) {
        case 0...3: submit(using: &random)
        case 4, 5: harness.advance(by: .milliseconds(Int.random(in: 1..<3000, using: &random)))
        case 6: harness.answerQueries()
        case 7, 8: if let frame = anyFrame(using: &random) { harness.fill(frame) }
        case 9: answerStatus(using: &random)
        case 10:
            harness.run(.disconnected(slot: Int.random(in: 0...3, using: &random), .ended))
        case 11: harness.connectsAtOnce.toggle()
        case 12:
            harness.outcome =
                [.accepted, .refused, .uncertain].randomElement(using: &random)
                ?? .accepted
        case 13: harness.block = Bool.random(using: &random) ? nil : .killSwitch
        case 14: harness.bootID = "boot-\(Int.random(in: 1...3, using: &random))"
        case 15: harness.run(.receivedMalformed(slot: Int.random(in: 0...3, using: &random)))
        default: harness.receive("garbage", on: Int.random(in: 0...3, using: &random))
        }
    }

    private mutating func submit(using random: inout SeededRandom) {
        sequence += 1
        let id = SampleOrders.id(sequence)
        let commands: [OrderCommand] = [
            .place, .place, .cancel(ticket: 1, of: nil), .close(position: 1),
        ]
        let command = commands.randomElement(using: &random) ?? .place
        submitted.append(id)
        harness.submit(SampleOrders.intent(id, command))
    }

    /// Any frame that was ever sent, so that answers come late, twice and to the wrong slot.
    private func anyFrame(using random: inout SeededRandom) -> DispatcherHarness.Sent? {
        guard var frame = harness.sent.suffix(12).randomElement(using: &random) else { return nil }
        if Int.random(in: 0..<4, using: &random) == 0 {
            frame.slot = Int.random(in: 0...3, using: &random)
        }
        return frame
    }

    private mutating func answerStatus(using random: inout SeededRandom) {
        guard
            let frame = harness.sent.last(where: {
                ["ORDER_STATUS", "ORDER_FENCE"].contains($0.action)
            })
        else { return }
        let id = DispatcherHarness.field("order_id", in: frame.text)
        let answers = [
            #""data":{"known":false,"fenced":false,"in_flight":false}"#,
            #""data":{"known":true,"fenced":false,"in_flight":true}"#,
            #""data":{"known":false,"fenced":true,"in_flight":false}"#,
            #""data":{"known":true,"retcode":10009,"report":\#(DispatcherHarness.filledData(id, 9))}"#,
        ]
        harness.reply(frame, answers.randomElement(using: &random) ?? "")
    }

    /// The world becomes whole, but nobody answers commands any more.
    mutating func calm() {
        harness.connectsAtOnce = true
        harness.outcome = .accepted
        harness.block = nil
        harness.bootID = "boot-1"
        harness.advance(by: .seconds(60), answering: true)
    }

    /// The process ends here and starts again with what the ledger holds.
    mutating func restart() {
        var records: [OrderID: OrderRecord] = [:]
        for entry in harness.entries {
            switch entry {
            case .intent(let intent): records[intent.id] = OrderRecord(intent)
            case .fact(let record, _): records[record.intent.id] = record
            case .deal, .dealsKnown, .risk: break
            }
        }
        let open = records.values.filter { !$0.state.isTerminal }.sorted {
            $0.intent.id < $1.intent.id
        }
        let recovery = OrderRecovery(
            ledger: SampleOrders.ledger,
            epoch: 2,
            records: open.map { record in
                var record = record
                _ = record.apply(.unanswered(.crash))
                return record
            }
        )
        let now = harness.now
        harness = DispatcherHarness(settings, recovery: recovery)
        harness.now = now
        harness.run(.started)
    }

    /// The ledger tells the same story as the loop was told.
    func checkLedger(_ seed: UInt64) {
        for id in submitted {
            var record: OrderRecord?
            for case .fact(let after, let fact) in harness.entries where after.intent.id == id {
                if record == nil {
                    record = OrderRecord(after.intent)
                    _ = record?.apply(.durable)
                }
                _ = record?.apply(fact)
                #expect(record?.state == after.state, "seed \(seed): \(id)")
            }
        }
    }
}

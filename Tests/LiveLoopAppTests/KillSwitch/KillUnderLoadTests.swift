import Gateway
import OrderEntry
import Platform
import TestSupport
import Testing
import ZeroMQ

@testable import LiveLoopApp
@testable import TradingCore

/// The kill switch against a full stream of orders: the order thread, its ledger, sockets and files are
/// the real ones.
@Suite(.timeLimit(.minutes(3))) struct KillUnderLoadTests {
    /// Answered orders after which the kill comes.
    private static let killAfter = 500
    private static let total = 1000

    @Test func `K01: of a full stream of orders none leaves that was looked at after the touch`()
        throws
    {
        try KillSwitchScene.run { scene in
            let gateway = try Self.gateway()
            let stream = try OrderStream(scene, gateway)
            #expect(stream.waitUntilAlive())
            var touch: (before: Int64, after: Int64)?
            let start = SystemClock.monotonicNanoseconds()
            while stream.submittedCount < Self.total {
                try #require(stream.waitForTurn(), "nothing moves any more")
                stream.submit()
                guard touch == nil, stream.answeredCount >= Self.killAfter else { continue }
                let seconds = Double(SystemClock.monotonicNanoseconds() - start) / 1e9
                func rate(_ count: Int) -> String { "\(Int(Double(count) / seconds))/s" }
                print(
                    "system: \(rate(stream.submittedCount)) orders wished for, "
                        + "\(rate(stream.answeredCount)) answered at the kill"
                )
                let before = SystemClock.wallNanoseconds()
                try AtomicFile.createEmpty(scene.paths.killFile)
                touch = (before, SystemClock.wallNanoseconds())
            }
            #expect(stream.waitUntilSettled())
            stream.stop()
            gateway.stop()
            gateway.join()
            try check(stream, gateway.orderTruth, #require(touch))
        }
    }

    private func check(
        _ stream: OrderStream,
        _ truth: OrderTruth,
        _ touch: (before: Int64, after: Int64)
    ) throws {
        let looks = stream.looks
        let lateLooks = looks.filter { $0.began > touch.after }
        #expect(!lateLooks.isEmpty)
        #expect(lateLooks.allSatisfy { $0.block == .killSwitch })
        #expect(looks.filter { $0.began < touch.before }.allSatisfy { $0.block == nil })

        // One thread looks and sends, so that one order at most was between the two.
        let sent = stream.sent
        #expect(sent.count >= Self.killAfter && sent.count < Self.total)
        #expect(sent.filter { $0.at.nanoseconds > touch.after }.count <= 1)
        let passed = Set(looks.filter { $0.block == nil }.map(\.id))
        #expect(Set(sent.map(\.id)) == passed && passed.count == sent.count)

        // What the gateway has is what was handed over, and it was executed in time.
        #expect(truth.counts.commands == UInt64(sent.count))
        #expect(truth.executionsMax == 1)
        let limits = Dictionary(uniqueKeysWithValues: sent.map { ($0.id, $0.validUntil) })
        for deal in stream.deals {
            let limit = try #require(deal.orderID.flatMap { limits[$0] }, "\(deal)")
            #expect(deal.time <= limit, "\(deal)")
        }
        for record in try stream.ledger() {
            let times = truth.executions(of: record.intent.id.description)
            #expect(times == (record.state == .filled ? 1 : 0), "\(record)")
        }
    }

    private static func gateway() throws -> GatewayServer {
        var configuration = GatewayConfiguration()
        configuration.publishEndpoint = "tcp://127.0.0.1:*"
        configuration.replyEndpoint = "tcp://127.0.0.1:*"
        // A few quotes to fill at; to make and publish many would only take from the orders.
        configuration.market = .synthetic(symbols: ["EURUSD"], rate: 50, seed: 1)
        // Neither a limit of its own nor a kill switch of its own helps here.
        var desk = OrderDeskConfiguration()
        desk.ordersPerSecond = 1_000_000
        desk.leaseLength = .seconds(600)
        desk.venue.marginMode = .netting
        configuration.orders = desk
        return try GatewayServer(configuration: configuration, context: Context())
    }
}

/// Orders that are wished for at a steady pace, as far as there is room, and what is learned of them.
private final class OrderStream {
    /// A last look at the kill switch.
    struct Look {
        var id: OrderID
        /// On the wall clock.
        var began: Int64
        var block: OrderBlock?
    }

    /// An order that was handed over.
    struct Handover {
        var id: OrderID
        var at: WallTime
        var validUntil: WallTime
    }

    private struct Learned {
        var answered = 0
        /// Orders of which nothing more is learned.
        var ended = 0
        var sent: [Handover] = []
        var deals: [Deal] = []
        var hasAccount = false
    }

    /// The last look of the program, with a witness.
    private final class WitnessedLook: LastHopCheck {
        let looks = Locked<[Look]>([])
        private let hop: LastHop

        init(_ hop: LastHop) { self.hop = hop }

        func block(of intent: OrderIntent) -> OrderBlock? {
            let began = SystemClock.wallNanoseconds()
            let block = hop.block(of: intent)
            looks.withLock { $0.append(Look(id: intent.id, began: began, block: block)) }
            return block
        }
    }

    /// As many as may wait without being refused for their number.
    private static let openMax = 200
    /// The time from one wish to the next: 1000 in a second.
    private static let paceNanoseconds: Int64 = 1_000_000
    /// How far wishes that had no room are made up for.
    private static let backlogNanoseconds: Int64 = 200_000_000

    private let service: OrderEntryService
    private let check: WitnessedLook
    private let learned = Locked(Learned())
    private let wakeUp: WakeUp
    private let thread: Thread
    private let context: Context
    private let path: String
    private let start: (ledger: UInt32, epoch: UInt32)
    private(set) var submittedCount = 0
    private var nextWish: Int64 = 0

    init(_ scene: KillSwitchScene, _ gateway: GatewayServer) throws {
        var configuration = OrderEntryConfiguration(endpoint: gateway.replyEndpoint)
        configuration.eventsEndpoint = gateway.publishEndpoint
        configuration.dispatch.ordersInFlightMax = 16
        path = scene.base + "/orders.db"
        let now = WallTime(nanoseconds: SystemClock.wallNanoseconds())
        let opened = try OrderStore.open(path: path, at: now)
        start = (opened.recovery.ledger, opened.recovery.epoch)
        let (learned, wakeUp) = (learned, try WakeUp())
        self.wakeUp = wakeUp
        let guarded = KillSwitchGuard(
            scene.paths,
            allowingAnyFileSystem: true,
            wakeUp: try WakeUp(),
            time: now
        )
        check = WitnessedLook(LastHop(guarded))
        service = try OrderEntryService(
            configuration,
            ledger: opened,
            outlet: OrderEntryOutlet(
                check: check,
                tell: { input in
                    learned.withLock { Self.learn(input, &$0) }
                    wakeUp.signal()
                },
                log: { _ in }
            )
        )
        context = try Context()
        thread = try service.start(context: context)
    }

    private static func learn(_ input: OrderInput, _ learned: inout Learned) {
        switch input {
        case .account: learned.hasAccount = true
        case .fact(let id, let fact):
            switch fact {
            case .sent(let time, let limit):
                learned.sent.append(Handover(id: id, at: time, validUntil: limit))
            case .answered(let report), .found(let report):
                learned.answered += 1
                learned.ended += 1
                learned.deals += report.deals
            case .blocked, .notSent, .fenced: learned.ended += 1
            default: break
            }
        default: break
        }
    }

    var looks: [Look] { check.looks.withLock { $0 } }
    var sent: [Handover] { learned.withLock { $0.sent } }
    var deals: [Deal] { learned.withLock { $0.deals } }
    var answeredCount: Int { learned.withLock { $0.answered } }

    /// Buys and sells in turns.
    func submit() {
        let now = SystemClock.monotonicNanoseconds()
        nextWish = submittedCount == 0 ? now : max(nextWish, now - Self.backlogNanoseconds)
        nextWish += Self.paceNanoseconds
        submittedCount += 1
        let id = OrderID(
            ledger: start.ledger,
            epoch: start.epoch,
            sequence: UInt64(submittedCount)
        )
        let intent = OrderIntent(
            id: id,
            command: .place,
            origin: .strategy(0, request: id.sequence),
            symbol: "EURUSD",
            side: submittedCount % 2 == 0 ? .sell : .buy,
            kind: .market,
            quantity: ExactDecimal(mantissa: 1, scale: 2),
            referencePrice: ExactDecimal(mantissa: 108_500, scale: 5),
            quoteTime: .never,
            createdAt: WallTime(nanoseconds: SystemClock.wallNanoseconds()),
            lifetime: .seconds(30),
            isReducing: false
        )
        service.submit(ApprovedOrder(approving: intent))
    }

    func waitUntilAlive() -> Bool { wait { $0.hasAccount } }

    /// Waits until the next wish is due and there is room for it; `false` when nothing moves any more.
    func waitForTurn() -> Bool {
        let submitted = submittedCount
        guard wait(until: { submitted - $0.ended < Self.openMax }) else { return false }
        let left = nextWish - SystemClock.monotonicNanoseconds()
        var nothing = PollSet(reading: [])
        if left > 0 { _ = nothing.wait(nanoseconds: left) }
        return true
    }

    func waitUntilSettled() -> Bool {
        let submitted = submittedCount
        return wait { $0.ended >= submitted }
    }

    private func wait(until condition: (Learned) -> Bool) -> Bool {
        wakeUp.wait(nanoseconds: 60_000_000_000) { learned.withLock { condition($0) } }
    }

    func stop() {
        service.stop()
        thread.join()
    }

    func ledger() throws -> [OrderRecord] {
        try LedgerReader(path: path).orders(.all, limit: 100_000)
    }
}

import Platform
import Testing
import TradingCore

@testable import Gateway

@Suite struct OrderServiceTests {
    /// A store whose batch becomes durable between two looks at it.
    private final class StoreThatIsWatched: RecordStore {
        private struct Watch {
            var looks = 0
            var batches = 0
        }

        private let watch = Locked(Watch())
        private let looksNeeded: Int

        init(looksNeeded: Int) { self.looksNeeded = looksNeeded }

        var batchCount: Int { watch.withLock { $0.batches } }

        func store(_ records: [DeskRecord]) {
            watch.withLock {
                $0.batches += 1
                $0.looks = 0
            }
        }

        var progress: StoreProgress {
            watch.withLock {
                $0.looks += 1
                return $0.looks > looksNeeded ? .durable : .storing
            }
        }

        func stop() { watch.withLock { $0.looks = looksNeeded } }
    }

    private let now = DeskMoment(
        wall: WallTime(nanoseconds: 1_705_329_600_500_000_000),
        monotonic: MonotonicTime(nanoseconds: 1_000_000_000)
    )

    private func service(_ store: StoreThatIsWatched) -> OrderService {
        let configuration = OrderDeskConfiguration()
        var desk = OrderDesk(
            configuration,
            venue: PaperVenue(configuration.venue, symbols: ["EURUSD"]),
            bootID: "boot-1",
            at: now
        )
        desk.renewLease(at: now.monotonic)
        desk.quote(symbol: 0, bid: decimal("1.08500"), ask: decimal("1.08520"), at: now)
        let text =
            #"{"action":"ORDER_SEND","req_id":"id-1","valid_until":1705329602.500,"#
            + #""payload":\#(marketOrder())}"#
        desk.receive(Array(text.utf8).span, at: now)
        return OrderService(desk, store: store)
    }

    @Test(arguments: 0..<6)
    func `what is stored between two looks at the store is told all the same`(looks: Int) {
        let store = StoreThatIsWatched(looksNeeded: looks)
        let service = service(store)
        var outputs: [DeskOutput] = []
        for _ in 0..<100 where outputs.allSatisfy({ $0.executions.isEmpty }) {
            outputs += service.step(now)
        }
        #expect(outputs.flatMap(\.executions) == ["id-1"])
        #expect(outputs.flatMap(\.replies).count == 1)
        #expect(outputs.flatMap(\.replies).allSatisfy { $0.text.contains("10009") })
    }

    @Test func `what is being stored when the gateway ends is still told`() {
        let store = StoreThatIsWatched(looksNeeded: 1)
        let service = service(store)
        while store.batchCount < 2 { #expect(service.step(now).flatMap(\.executions).isEmpty) }
        #expect(service.stop().executions == ["id-1"])
        #expect(service.stop().isEmpty)
    }
}

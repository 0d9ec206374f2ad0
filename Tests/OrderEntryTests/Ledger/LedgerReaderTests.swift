import OrderEntry
import Platform
import TestSupport
import Testing
import TradingCore

/// Reads a ledger beside the thread that writes it.
@Suite struct LedgerReaderTests {
    private static let orders: UInt64 = 200

    @Test func `an order and its facts are of one moment, whatever is written meanwhile`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/orders.db"
            let writer = try Writer(OrderStore.open(path: path, at: SampleOrders.wall))
            let reader = try LedgerReader(path: path)
            let isWriting = Locked(true)
            let thread = try Thread(name: "writer") {
                for number in 1...Self.orders { writer.write(number) }
                isWriting.withLock { $0 = false }
            }
            var looks = 0
            while isWriting.withLock({ $0 }) {
                // The newest ones are those that change.
                #expect(try reader.orders(.all, limit: 5).count <= 5)
                looks += 1
            }
            thread.join()
            #expect(looks > 0)
            #expect(try reader.orders(.all, limit: 1000).count == Int(Self.orders))
        }
    }

    /// Takes orders from their intent to their end, each fact in a commit of its own.
    private final class Writer: Sendable {
        private let ledger: Locked<OpenedLedger>

        init(_ ledger: consuming sending OpenedLedger) { self.ledger = Locked(ledger) }

        func write(_ number: UInt64) {
            let intent = SampleOrders.intent(SampleOrders.id(number))
            var record = OrderRecord(intent)
            _ = record.apply(.durable)
            commit([.intent(intent)])
            let facts = [
                OrderFact.sent(at: SampleOrders.wall, validUntil: SampleOrders.wall),
                .unanswered(.timeout),
                .found(OrderReport(state: .rejected, returnCode: 10_006, message: "no")),
            ]
            for fact in facts {
                _ = record.apply(fact)
                commit([.fact(record, fact)])
            }
        }

        private func commit(_ entries: [LedgerEntry]) {
            ledger.withLock { ledger in
                do throws(OrderStoreError) {
                    try ledger.store.commit(entries, at: SampleOrders.wall)
                } catch {
                    Issue.record("\(error)")
                }
            }
        }
    }
}

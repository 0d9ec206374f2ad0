import Foundation
import Glibc
import OrderEntry
import Platform
import SQLite
import TestSupport
import Testing
import TradingCore

@Suite struct LedgerFaultTests {
    private let wall = SampleOrders.wall

    private func open(_ path: String) throws(OrderStoreError) -> OpenedLedger {
        try OrderStore.open(path: path, at: wall)
    }

    /// A ledger with some orders, closed, in one file.
    private func fill(_ path: String, orders: Int = 50) throws {
        do {
            var ledger = try open(path)
            for sequence in 1...orders {
                let intent = SampleOrders.intent(SampleOrders.id(UInt64(sequence)))
                try ledger.store.commit([.intent(intent)], at: wall)
            }
        }
        let database = try Database(path: path)
        try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    @Test(.enabled(if: ThreadFaults.canMount))
    func `G12: a full disk ends the ledger, and what was committed is there`() throws {
        try withTemporaryDirectory { directory in
            try ThreadFaults.inPrivateMountNamespace {
                try ThreadFaults.mountMemory(at: directory, options: "size=400k")
                let path = directory + "/orders.db"
                var committed = 0
                var ledger = try self.open(path)
                let error = #expect(throws: OrderStoreError.self) {
                    for sequence in 1...10_000 {
                        let intent = SampleOrders.intent(SampleOrders.id(UInt64(sequence)))
                        try ledger.store.commit([.intent(intent)], at: wall)
                        committed = sequence
                    }
                }
                #expect(error?.description.contains("free space") == true)
                #expect(committed > 10)
                let reader = try LedgerReader(path: path)
                #expect(try reader.orders(.all, limit: 10_000).count >= committed)
            }
        }
    }

    @Test func `G12: a file that may not grow ends the ledger and is not tried again`() async {
        await #expect(processExitsWith: .success) {
            try withTemporaryDirectory { directory in
                let path = directory + "/orders.db"
                var ledger = try OrderStore.open(path: path, at: SampleOrders.wall)
                // Without this the limit ends the process instead of the write.
                signal(SIGXFSZ, SIG_IGN)
                var limit = rlimit(rlim_cur: 200_000, rlim_max: rlim_t.max)
                let file = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
                #expect(unsafe setrlimit(file, &limit) == 0)
                var sequence: UInt64 = 0
                var first: OrderStoreError?
                while first == nil, sequence < 10_000 {
                    sequence += 1
                    let intent = SampleOrders.intent(SampleOrders.id(sequence))
                    do throws(OrderStoreError) {
                        try ledger.store.commit([.intent(intent)], at: SampleOrders.wall)
                    } catch {
                        first = error
                    }
                }
                precondition(first != nil && sequence > 3, "no failure in \(sequence) commits")
                limit.rlim_cur = rlim_t.max
                #expect(unsafe setrlimit(file, &limit) == 0)
                // The disk would take it now; what it says cannot be believed any more.
                do throws(OrderStoreError) {
                    try ledger.store.commit([.dealsKnown(through: 1)], at: SampleOrders.wall)
                    preconditionFailure("a failed ledger took a commit")
                } catch {
                    precondition(error == first, "\(error)")
                }
                let next = try OrderStore.open(path: path + "x", at: SampleOrders.wall)
                precondition(next.recovery.epoch == 1)
                let reader = try LedgerReader(path: path)
                let count = try reader.orders(.all, limit: 10_000).count
                precondition(count == Int(sequence) - 1, "\(count) of \(sequence - 1)")
            }
        }
    }

    @Test func `G12: a flipped bit anywhere is found or does no harm`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/orders.db"
            try fill(path)
            let sound = try Data(contentsOf: URL(filePath: path))
            let expected = try open(path + "-copy-of-nothing").recovery.records
            #expect(expected.isEmpty)
            let intents = try LedgerReader(path: path).orders(.all).map(\.intent)
            var random = SeededRandom(seed: 12)
            var found = 0
            for round in 0..<60 {
                var damaged = sound
                let place = Int.random(in: 0..<sound.count, using: &random)
                damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                let copy = "\(directory)/damaged-\(round).db"
                try damaged.write(to: URL(filePath: copy))
                do throws(OrderStoreError) {
                    let recovered = try open(copy).recovery.records.map(\.intent)
                    // Space that nobody uses, or a number that only the file itself needs.
                    #expect(Set(recovered.map(\.id)) == Set(intents.map(\.id)), "byte \(place)")
                    #expect(recovered.allSatisfy(intents.contains), "byte \(place)")
                } catch {
                    found += 1
                }
            }
            #expect(found > 4)
        }
    }

    @Test func `G12: a truncated ledger is refused`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/orders.db"
            try fill(path)
            let sound = try Data(contentsOf: URL(filePath: path))
            for kept in [sound.count / 2, 5000, 100] {
                let copy = "\(directory)/truncated-\(kept).db"
                try sound.prefix(kept).write(to: URL(filePath: copy))
                #expect(throws: OrderStoreError.self) { _ = try open(copy) }
            }
        }
    }

    @Test func `G12, G13: a torn tail of the write-ahead log loses no commit before it`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/orders.db"
            var ledger = try open(path)
            var sizes: [Int] = []
            for sequence in 1...20 {
                let intent = SampleOrders.intent(SampleOrders.id(UInt64(sequence)))
                try ledger.store.commit([.intent(intent)], at: wall)
                sizes.append(try Data(contentsOf: URL(filePath: path + "-wal")).count)
            }
            // Copied while it is open, as a loss of power leaves it.
            let log = try Data(contentsOf: URL(filePath: path + "-wal"))
            let file = try Data(contentsOf: URL(filePath: path))
            for (index, size) in sizes.enumerated() where index > 0 {
                let copy = "\(directory)/torn-\(index).db"
                try file.write(to: URL(filePath: copy))
                try log.prefix(size - 100).write(to: URL(filePath: copy + "-wal"))
                let recovered = try open(copy).recovery.records.map(\.intent.id.sequence)
                #expect(recovered == (1...UInt64(index)).map { $0 })
            }
        }
    }

    @Test func `G12: a ledger of a newer program is refused and not touched`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/orders.db"
            try fill(path)
            try Database(path: path).execute("PRAGMA user_version = 2")
            let before = try LedgerFaultTests.epoch(path)
            #expect(throws: OrderStoreError.newerSchema(path: path, found: 2, known: 1)) {
                _ = try open(path)
            }
            #expect(throws: OrderStoreError.newerSchema(path: path, found: 2, known: 1)) {
                _ = try LedgerReader(path: path)
            }
            #expect(try LedgerFaultTests.epoch(path) == before)
        }
    }

    private static func epoch(_ path: String) throws -> Int64? {
        try Database(path: path).integer("SELECT value FROM meta WHERE name = 'epoch'")
    }

    @Test(arguments: [0, 1])
    func `G12: a database of another program is refused`(version: Int) throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/orders.db"
            let database = try Database(path: path)
            try database.execute("CREATE TABLE songs (name TEXT)")
            try database.execute("PRAGMA user_version = \(version)")
            #expect(throws: OrderStoreError.notALedger(path: path)) { _ = try open(path) }
        }
    }

    @Test(.enabled(if: ThreadFaults.isPrivileged))
    func `G12: a ledger that may only be read is refused`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/orders.db"
            try fill(path)
            try FileFaults.setMode(0o555, of: directory)
            try FileFaults.setMode(0o444, of: path)
            try ThreadFaults.asNobody {
                let error = #expect(throws: OrderStoreError.self) { _ = try self.open(path) }
                #expect(error?.description.contains("writable") == true)
            }
            try FileFaults.setMode(0o755, of: directory)
        }
    }

    @Test func `a state that its facts do not lead to is damage`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/orders.db"
            try fill(path, orders: 1)
            try Database(path: path).execute("UPDATE orders SET state = 3, state_name = 'ACKED'")
            #expect(throws: OrderStoreError.self) { _ = try open(path) }
        }
    }
}

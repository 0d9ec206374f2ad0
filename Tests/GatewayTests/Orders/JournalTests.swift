import Platform
import TestSupport
import Testing
import TradingCore

@testable import Gateway

@Suite struct JournalTests {
    /// The records of a day with everything in it.
    private static func records() throws -> [DeskRecord] {
        var scene = DeskScene { $0.venue.swapPerLotLong = ExactDecimal(mantissa: -150, scale: 2) }
        _ = try scene.ask("ORDER_SEND", marketOrder(extra: #","sl":1.0,"tp":1.2"#), id: "a")
        _ = try scene.ask(
            "ORDER_SEND",
            #"{"symbol":"USDJPY","type":"OP_SELLLIMIT","volume":0.1,"price":152.000}"#,
            id: #"it's {"#
        )
        scene.pass(.seconds(14))
        scene.hearClient()
        _ = try scene.ask("ORDER_CLOSE", #"{"ticket":1,"volume":0.04}"#, id: "b")
        _ = try scene.ask("ORDER_FENCE", #"{"order_id":"c"}"#, id: "q")
        _ = try scene.ask("ORDER_SEND", marketOrder(volume: "7000"), id: "d")
        _ = try scene.ask("KILL_SWITCH", #"{"engage":true,"reason":"a \"reason\""}"#, id: "k")
        scene.pass(.seconds(86_400))
        _ = try scene.ask("ORDER_CLOSE", #"{"ticket":1}"#, id: "e")
        try scene.fault(.forget)
        return scene.records
    }

    @Test func `every record is read as it was written`() throws {
        let records = try Self.records()
        for record in records {
            let read = try DeskRecord(Array(record.text.utf8).span)
            #expect(read == record, "\(record.text)")
        }
        let kinds = Set(records.map { $0.text.prefix { $0 != "," && $0 != "}" } })
        #expect(kinds.count == 12, "\(kinds)")
    }

    @Test func `a checksum is that of the standard's test message`() {
        #expect(JournalFrame.checksum(Array("123456789".utf8)[...]) == 0xCBF4_3926)
    }

    @Test func `G12: a journal that is cut anywhere gives the records before the cut`() {
        let records = [[UInt8](repeating: 1, count: 5), Array("two".utf8), []]
        var bytes: [UInt8] = []
        var ends = [0]
        for record in records {
            JournalFrame.append(record, to: &bytes)
            ends.append(bytes.count)
        }
        for length in 0...bytes.count {
            let whole = ends.lastIndex { $0 <= length } ?? 0
            let found = JournalFrame.read(Array(bytes[..<length])).content
            #expect(found?.records.map { Array($0) } == Array(records[..<whole]))
            #expect(found?.byteCount == ends[whole])
        }
    }

    @Test func `G12: a flipped bit before the last record is damage, not an end`() {
        var bytes: [UInt8] = []
        for record in ["first", "second", "third"] {
            JournalFrame.append(Array(record.utf8), to: &bytes)
        }
        let lastStart = bytes.count - 12 - "third".utf8.count
        for index in 0..<lastStart {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                #expect(JournalFrame.read(damaged).content == nil, "byte \(index) bit \(bit)")
            }
        }
    }

    @Test func `G12: zeros behind the last record are an unfinished write`() {
        var bytes: [UInt8] = []
        JournalFrame.append(Array("one".utf8), to: &bytes)
        let length = bytes.count
        bytes += [UInt8](repeating: 0, count: 4096)
        #expect(JournalFrame.read(bytes).content?.byteCount == length)
        bytes[bytes.count - 1] = 1
        #expect(JournalFrame.read(bytes).content == nil)
    }

    @Test func `a journal gives back what was stored, and cuts an unfinished write off`() throws {
        let records = try Self.records()
        try withTemporaryDirectory { directory in
            let path = directory + "/state/" + OrderJournal.fileName
            do {
                var journal = try OrderJournal(in: directory + "/state")
                for record in records { try journal.append([record]) }
            }
            let whole = try RegularFile.read(path, limit: 1_000_000)
            try AtomicFile.write(whole + [9, 0, 0], to: path)
            var journal = try OrderJournal(in: directory + "/state")
            #expect(journal.cutByteCount == 3)
            #expect(journal.takeRestored() == records)
            #expect(try RegularFile.read(path, limit: 1_000_000) == whole)
        }
    }

    @Test func `a damaged journal is refused with its place, one in use as well`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/" + OrderJournal.fileName
            do {
                var journal = try OrderJournal(in: directory)
                try journal.append([.fenced(requestID: "a")])
                try journal.append([.fenced(requestID: "b")])
                let inUse = #expect(throws: GatewayError.self) {
                    _ = try OrderJournal(in: directory)
                }
                #expect(inUse?.problem == "another gateway uses it")
            }
            var bytes = try RegularFile.read(path, limit: 10_000)
            bytes[20] ^= 1
            try AtomicFile.write(bytes, to: path)
            let damage = #expect(throws: GatewayError.self) { _ = try OrderJournal(in: directory) }
            #expect(damage?.code == .stateUnusable)
            #expect(damage?.place == path + " at byte 0")
        }
    }

    @Test func `a desk made of its own records says the same of every order`() throws {
        var scene = DeskScene()
        for id in ["a", "b", "c"] { _ = try scene.ask("ORDER_SEND", marketOrder(), id: id) }
        _ = try scene.ask("ORDER_CLOSE", #"{"ticket":2}"#, id: "d")
        let before = try scene.ask("SYNC_ALL", "{}", id: "q")
        scene.restart()
        var after = try scene.ask("SYNC_ALL", "{}", id: "q")
        #expect(after["data.exec_seq"] == "0")
        for key in ["boot_id", "data.exec_seq"] { after[key] = before[key] }
        #expect(after == before)
    }
}

import TestSupport
import Testing
import TradingCore

@Suite struct OrderIDTests {
    @Test func `an id comes back from its text and from its tag`() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<1000 {
            let id = OrderID(
                ledger: UInt32(truncatingIfNeeded: random.next()),
                epoch: UInt32(truncatingIfNeeded: random.next()) & OrderID.epochMax,
                sequence: random.next() & OrderID.sequenceMax
            )
            #expect(OrderID(id.description) == id)
            #expect(OrderID(tag: id.tag) == id)
            #expect(OrderID(tag: id.tag + "[tp]") == id)
            #expect(id.tag.utf8.count <= 31)
        }
    }

    @Test func `the text is a UUID of version 8`() {
        let id = OrderID(ledger: 0xDEAD_BEEF, epoch: 3, sequence: 17)
        #expect(id.description == "deadbeef-0000-8003-8000-000000000011")
    }

    @Test(arguments: [
        "", "deadbeef", "deadbeef-0000-4003-8000-000000000011",
        "deadbeef-0000-8003-8000-00000000001g", "deadbeef-0000-8003-9000-000000000011",
        "deadbeef00008003800000000000001100000",
    ])
    func `what is not ours is no id`(text: String) {
        #expect(OrderID(text) == nil)
        #expect(OrderID(tag: text) == nil)
    }

    @Test func `later commands have greater ids, across starts`() {
        let first = OrderID(ledger: 1, epoch: 1, sequence: OrderID.sequenceMax)
        let second = OrderID(ledger: 1, epoch: 2, sequence: 1)
        #expect(first < second)
        #expect(second < OrderID(ledger: 1, epoch: 2, sequence: 2))
    }
}

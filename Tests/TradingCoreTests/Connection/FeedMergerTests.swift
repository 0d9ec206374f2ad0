import Testing
import TradingCore

@Suite struct FeedMergerTests {
    var feed = MergerFixture()

    @Test mutating func `delivers in order and counts what it received and appended`() {
        feed.merger.connectionOpened(.a)
        feed.offer(10, 11, 12)
        #expect(feed.output == ["10", "11", "12"])
        #expect(feed.tally.received == 3)
        #expect(feed.tally.appended == 3)
        #expect(feed.tally.isSequenced)
        #expect(feed.merger.touched == [MergerFixture.stream.rawValue])
        feed.merger.clearOutput()
        #expect(feed.merger.output.isEmpty)
        #expect(feed.merger.touched.isEmpty)
    }

    @Test mutating func `tells a gap before the message that revealed it`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1, 4)
        #expect(feed.output == ["1", "2-3 sequence", "4"])
        #expect(feed.merger.output[1].stream == MergerFixture.stream)
        #expect(feed.merger.output[1].gapCount == 2)
        #expect(feed.tally.missing == 2)
    }

    @Test
    mutating func `F20: duplicates, reordering and going back keep the order and are counted`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1, 1, 4, 3, 3, 5, 2)
        #expect(feed.output == ["1", "2-3 sequence", "4", "5"])
        #expect(feed.tally.received == 7)
        #expect(feed.tally.duplicate == 2)
        #expect(feed.tally.late == 2)
        #expect(feed.tally.missing == 0)
    }

    @Test mutating func `F01: a restarted publisher is one restart and its lost head is missing`() {
        feed.merger.connectionOpened(.a)
        feed.offer(99, epoch: 5)
        feed.merger.connectionClosed(.a, at: .zero)
        feed.merger.connectionOpened(.b)
        feed.offer(3, 4, epoch: 6, from: .b)
        #expect(feed.output == ["99", "1-2 restart", "3", "4"])
        #expect(feed.tally.missing == 2)
        #expect(feed.tally.unprovableSeams == 1)
    }

    @Test mutating func `F19: two equal trades of one connection are both delivered`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1, 2)
        feed.offerPlain(symbol: 3, times: 2, from: .a)
        #expect(feed.output == ["1", "2", "1", "2"])
        #expect(feed.merger.tallies[3 * 4 + 1].duplicate == 0)
    }

    @Test mutating func `judges a message of several events once`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        for _ in 0..<2 {
            feed.offer(3, flags: .sequenced)
            feed.offer(3, flags: .sequenced)
            feed.offer(3)
        }
        #expect(feed.output == ["1", "2-2 sequence", "3", "3", "3"])
        #expect(feed.tally.received == 3)
        #expect(feed.tally.appended == 2)
        #expect(feed.tally.duplicate == 1)
    }

    @Test mutating func `a quarantined message is not missing`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.quarantine(
            stream: MergerFixture.stream,
            sequence: 2,
            epoch: 1,
            from: .a,
            at: .zero
        )
        feed.offer(3)
        #expect(feed.output == ["1", "3"])
        #expect(feed.tally.quarantined == 1)
        #expect(feed.tally.received == 3)
        feed.merger.quarantine(stream: StreamID(rawValue: 3))
        #expect(feed.merger.tallies[3].quarantined == 1)
        #expect(feed.merger.touched == [MergerFixture.stream.rawValue, 3])
    }

    @Test mutating func `a heartbeat reveals a lost tail`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.heartbeat(
            stream: MergerFixture.stream,
            epoch: 1,
            lastSequence: 1,
            from: .a,
            at: .zero
        )
        #expect(feed.output == ["1"])
        feed.merger.heartbeat(
            stream: MergerFixture.stream,
            epoch: 1,
            lastSequence: 3,
            from: .a,
            at: .zero
        )
        #expect(feed.output == ["1", "2-3 sequence"])
        feed.offer(4)
        #expect(feed.output == ["1", "2-3 sequence", "4"])
        #expect(feed.tally.missing == 2)
    }

    @Test mutating func `a heartbeat before the first message shows what is missing of it`() {
        feed.merger.connectionOpened(.a)
        feed.merger.heartbeat(
            stream: MergerFixture.stream,
            epoch: 1,
            lastSequence: 7,
            from: .a,
            at: .zero
        )
        feed.offer(9)
        #expect(feed.output == ["8-8 sequence", "9"])
    }

    @Test mutating func `F01: a heartbeat of a new epoch tells its lost head`() {
        feed.merger.connectionOpened(.a)
        feed.offer(9, epoch: 1)
        feed.merger.heartbeat(
            stream: MergerFixture.stream,
            epoch: 2,
            lastSequence: 2,
            from: .a,
            at: .zero
        )
        feed.offer(3, epoch: 2)
        #expect(feed.output == ["9", "1-2 restart", "3"])
        #expect(feed.tally.unprovableSeams == 1)
    }

    @Test mutating func `an implausible heartbeat is not believed`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.heartbeat(
            stream: MergerFixture.stream,
            epoch: 1,
            lastSequence: .max,
            from: .a,
            at: .zero
        )
        feed.merger.heartbeat(
            stream: MergerFixture.stream,
            epoch: 1,
            lastSequence: 1 << 63,
            from: .a,
            at: .zero
        )
        feed.merger.heartbeat(
            stream: MergerFixture.stream,
            epoch: 0,
            lastSequence: 50,
            from: .a,
            at: .zero
        )
        feed.offer(2)
        #expect(feed.output == ["1", "2"])
    }

    @Test mutating func `a publisher whose clock was set back is believed on a new connection`() {
        feed.merger.connectionOpened(.a)
        feed.offer(9, epoch: 5)
        feed.offer(1, epoch: 4)
        #expect(feed.tally.late == 1)
        feed.merger.connectionClosed(.a, at: .zero)
        feed.merger.connectionOpened(.b)
        feed.offer(1, 2, epoch: 4, from: .b)
        #expect(feed.output == ["9", "restart", "1", "2"])
        #expect(feed.tally.unprovableSeams == 1)
    }
}

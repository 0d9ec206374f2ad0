import Testing
import TradingCore

@Suite struct FeedMergerOverlapTests {
    var feed = MergerFixture()

    @Test mutating func `a connection known of long after it subscribed doubles nothing`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1, 2, 3)
        feed.merger.connectionOpening(.b)
        let later = Array(UInt64(4)...5000)
        for sequence in later { feed.offer(sequence) }
        feed.merger.connectionOpened(.b)
        for sequence in later { feed.offer(sequence, from: .b) }
        #expect(feed.output == (1...5000).map { "\($0)" })
        #expect(feed.tally.duplicate == UInt64(later.count))
        #expect(feed.tally.unprovableSeams == 0)
    }

    @Test mutating func `a message of both connections is delivered once`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1, 2)
        feed.merger.connectionOpened(.b)
        feed.offer(3, from: .b)
        feed.offer(3, 4, from: .a)
        feed.offer(4, 5, from: .b)
        #expect(feed.output == ["1", "2", "3", "4", "5"])
        #expect(feed.tally.duplicate == 2)
        #expect(feed.tally.missing == 0)
    }

    @Test mutating func `F02: the backlog of a stalled connection is merged without loss`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.connectionOpened(.b)
        feed.offer(5, 6, from: .b)
        #expect(feed.output == ["1"])
        #expect(feed.merger.heldCount == 2)
        feed.offer(2, 3, 4, 5, 6, 7)
        #expect(feed.output == ["1", "2", "3", "4", "5", "6", "7"])
        #expect(feed.tally.duplicate == 2)
        #expect(feed.tally.missing == 0)
        #expect(feed.merger.heldCount == 0)
    }

    @Test
    mutating func `F18: a skew beyond the hold limit keeps the order and counts every message`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.connectionOpened(.b)
        feed.offer(4, from: .b, atSecond: 1)
        feed.merger.advance(to: MonotonicTime(nanoseconds: 2_999_999_999))
        #expect(feed.output == ["1"])
        feed.merger.advance(to: MonotonicTime(nanoseconds: 3_000_000_000))
        #expect(feed.output == ["1", "2-3 sequence", "4"])
        feed.offer(2, 3, 4, 5)
        #expect(feed.output == ["1", "2-3 sequence", "4", "5"])
        #expect(feed.tally.late == 2)
        #expect(feed.tally.missing == 0)
    }

    @Test mutating func `what waits for a connection is released when it closes`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.connectionOpened(.b)
        feed.offer(3, 4, from: .b)
        feed.merger.connectionClosed(.a, at: .zero)
        #expect(feed.output == ["1", "2-2 sequence", "3", "4"])
        #expect(feed.tally.missing == 1)
    }

    @Test mutating func `a hole that both connections have passed is told at once`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.connectionOpened(.b)
        feed.offer(3, from: .b)
        feed.offer(4, from: .a)
        #expect(feed.output == ["1", "2-2 sequence", "3", "4"])
    }

    @Test mutating func `a full staging releases its oldest message and discards nothing`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.connectionOpened(.b)
        feed.offer(3, 5, 7, 9, 11, from: .b)
        #expect(feed.output == ["1", "2-2 sequence", "3"])
        #expect(feed.merger.heldCount == 4)
        #expect(feed.merger.stagingOverflows == 1)
        feed.merger.flush()
        let all = [
            "1", "2-2 sequence", "3", "4-4 sequence", "5", "6-6 sequence", "7", "8-8 sequence",
            "9", "10-10 sequence", "11",
        ]
        #expect(feed.output == all)
    }

    @Test
    mutating func `the first message of a stream waits for what the old connection has of it`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1, symbol: 3)
        feed.merger.connectionOpened(.b)
        feed.offer(3, from: .b)
        #expect(feed.merger.heldCount == 1)
        feed.offer(2)
        #expect(feed.output == ["1", "2", "3"])
        #expect(feed.tally.missing == 0)
    }

    @Test mutating func `F20: a reset on one connection alone does not silence the other`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.connectionOpened(.b)
        feed.offer(2, from: .b)
        feed.offer(1 << 63, 2)
        feed.merger.connectionClosed(.a, at: .zero)
        feed.merger.flush()
        #expect(feed.tally.unprovableSeams == 2)
        feed.merger.clearOutput()
        feed.offer(3, 4, from: .b)
        #expect(feed.output == ["3", "4"])
    }

    @Test mutating func `F20: both connections follow a reset of the source`() {
        let base: UInt64 = 1 << 40
        feed.merger.connectionOpened(.a)
        feed.offer(100)
        feed.merger.connectionOpened(.b)
        feed.offer(101, from: .b)
        feed.offer(101, base)
        feed.merger.advance(to: MonotonicTime(nanoseconds: 2_000_000_000))
        feed.offer(base + 1, base + 6, from: .b)
        feed.offer(base + 5)
        feed.merger.flush()
        let after = [
            "\(base)", "\(base + 1)", "\(base + 2)-\(base + 4) sequence", "\(base + 5)",
            "\(base + 6)",
        ]
        #expect(feed.output == ["100", "101", "restart"] + after)
    }

    @Test mutating func `a message that is held already takes no second place`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.connectionOpened(.b)
        feed.offer(3, 3, from: .b)
        feed.merger.quarantine(
            stream: MergerFixture.stream,
            sequence: 3,
            epoch: 1,
            from: .b,
            at: .zero
        )
        #expect(feed.merger.heldCount == 1)
        #expect(feed.tally.duplicate == 2)
    }

    @Test mutating func `reordering on a connection does not move it back`() {
        feed.merger.connectionOpened(.a)
        feed.offer(10)
        feed.merger.connectionOpened(.b)
        feed.offer(20, 11, from: .b)
        feed.offer(15)
        #expect(feed.output == ["10", "11", "12-14 sequence", "15"])
        #expect(feed.merger.heldCount == 1)
    }

    @Test mutating func `a new connection that has not spoken is not waited for`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.connectionOpened(.b)
        feed.offer(3)
        #expect(feed.output == ["1", "2-2 sequence", "3"])
    }

    @Test mutating func `holds a message of several events whole`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.connectionOpened(.b)
        feed.offer(3, from: .b, flags: .sequenced)
        feed.offer(3, from: .b)
        feed.offer(2)
        #expect(feed.output == ["1", "2", "3", "3"])
        #expect(feed.tally.appended == 3)
    }

    @Test mutating func `the seam is proven when the new connection begins inside the old one`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1, 2)
        feed.merger.connectionOpened(.b)
        feed.offer(3, 4, from: .b)
        #expect(feed.merger.seamReport()?.isProven == true)
        feed.offer(3)
        feed.merger.connectionClosed(.a, at: .zero)
        let report = feed.merger.seamReport()
        #expect(report?.isProven == true)
        #expect(report?.provenStreams == 1)
        #expect(report?.citedStream == MergerFixture.stream)
        #expect(report?.lastOnOld == 3)
        #expect(report?.firstOnNew == 3)
    }

    @Test mutating func `the seam is broken when sequences came on neither connection`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.merger.connectionOpened(.b)
        feed.offer(4, from: .b)
        feed.merger.connectionClosed(.a, at: .zero)
        #expect(feed.merger.seamReport()?.isProven == false)
        #expect(feed.merger.seamReport()?.brokenStreams == 1)
        #expect(feed.merger.seamReport()?.lastOnOld == 1)
        #expect(feed.merger.seamReport()?.firstOnNew == 4)
    }

    @Test mutating func `a new connection that fails leaves no seam`() {
        feed.merger.connectionOpened(.a)
        feed.offer(1)
        feed.offerPlain(symbol: 3, from: .a)
        feed.merger.connectionOpened(.b)
        feed.merger.connectionClosed(.b, at: .zero)
        feed.offer(2)
        feed.offerPlain(symbol: 3, from: .a)
        #expect(feed.merger.seamReport() == nil)
        #expect(feed.output == ["1", "1", "2", "2"])
    }

    // MARK: Unsequenced streams

    @Test
    mutating func `an unsequenced feed is taken from the old connection until the new speaks`() {
        feed.merger.connectionOpened(.a)
        feed.offerPlain(from: .a)
        feed.offerPlain(symbol: 3, from: .a)
        feed.merger.connectionOpened(.b)
        feed.offerPlain(from: .a)
        feed.offerPlain(from: .b)
        feed.offerPlain(times: 2, from: .a)
        feed.offerPlain(from: .b)
        let seams = ["unprovableSeam", "unprovableSeam"]
        #expect(feed.output == ["1", "1", "2"] + seams + ["3", "6"])
        #expect(feed.tally.duplicate == 2)
        #expect(feed.tally.unprovableSeams == 1)
        #expect(feed.merger.tallies[3 * 4 + 1].unprovableSeams == 1)
        feed.merger.connectionClosed(.a, at: .zero)
        #expect(feed.merger.seamReport()?.unprovableStreams == 2)
        #expect(feed.merger.seamReport()?.isProven == false)
    }

    @Test mutating func `an unsequenced stream has a seam when a dead connection is replaced`() {
        feed.merger.connectionOpened(.a)
        feed.offerPlain(from: .a)
        feed.merger.connectionClosed(.a, at: .zero)
        feed.merger.connectionOpened(.a)
        feed.offerPlain(times: 2, from: .a)
        #expect(feed.output == ["1", "unprovableSeam", "2", "3"])
        #expect(feed.tally.unprovableSeams == 1)
    }

    @Test
    mutating func `an unsequenced feed goes on from the old connection when the new one ends`() {
        feed.merger.connectionOpened(.a)
        feed.offerPlain(from: .a)
        feed.merger.connectionOpened(.b)
        feed.offerPlain(from: .b)
        feed.merger.connectionClosed(.b, at: .zero)
        feed.offerPlain(from: .a)
        #expect(feed.output == ["1", "unprovableSeam", "2", "unprovableSeam", "3"])
    }
}

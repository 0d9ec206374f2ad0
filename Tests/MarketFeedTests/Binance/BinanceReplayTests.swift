import Foundation
import MarketFeed
import Testing
import TradingCore

@Suite struct BinanceReplayTests {
    /// Best prices and sizes by update id.
    private final class BestQuotes {
        var books: [UInt64: String] = [:]
        var quotes: [UInt64: String] = [:]

        func note(_ book: OrderBook) {
            guard let bid = book.bestBid, let ask = book.bestAsk else { return }
            books[book.updateID] = "\(bid.price) \(bid.quantity) \(ask.price) \(ask.quantity)"
        }

        func note(_ quote: MarketEvent) {
            quotes[quote.sequence] =
                "\(quote.bid) \(quote.bidSize) \(quote.ask) \(quote.askSize)"
        }

        var common: [UInt64] { books.keys.filter { quotes[$0] != nil } }
        var differing: [UInt64] { common.filter { books[$0] != quotes[$0] } }
    }

    @Test(.enabled(if: BinanceRecording.hasSpotDays, "no recordings of Binance spot"))
    func `two days of spot are one whole feed, and the book agrees with the quotes`() throws {
        let best = BestQuotes()
        var replay = BinanceReplay()
        replay.onBook = best.note
        replay.onQuote = best.note
        replay.open()
        var sent: [String: Int] = [:]
        for path in BinanceRecording.spotDays {
            for frame in try BinanceRecording.lines(path) {
                guard frame.bytes.starts(with: Array("{\"stream".utf8)) else {
                    let isAnswered = replay.answerSnapshot(frame.bytes, at: frame.time)
                    #expect(isAnswered)
                    continue
                }
                sent[frame.stream, default: 0] += 1
                replay.receive(frame.bytes, at: frame.time)
            }
        }
        #expect(replay.gaps.isEmpty)
        #expect(replay.session.ledger.gaps.isEmpty)
        #expect(replay.unaccounted == 0)
        #expect(replay.session.merger.tallies[replay.session.feedStream.index].received == 0)
        #expect(replay.tally(.trade).appended == UInt64(sent["trade", default: 0]))
        #expect(replay.tally(.quote).appended == UInt64(sent["bookTicker", default: 0]))
        // The snapshot is one more message of the book.
        #expect(replay.tally(.book).received == UInt64(sent["depth@100ms", default: 0] + 1))
        #expect(replay.tally(.book).late == 0 && replay.tally(.book).quarantined == 0)
        #expect(replay.crossedUpdates == 0)
        #expect(best.common.count > 500)
        #expect(best.differing.isEmpty)
    }

    // MARK: Cuts

    /// The book of a recording, fed with everything.
    private struct Truth {
        var replay = BinanceReplay()

        init() { replay.open() }

        mutating func receive(_ frame: RecordedFrame) {
            if frame.stream.isEmpty {
                replay.answerSnapshot(frame.bytes, at: frame.time)
            } else {
                replay.receive(frame.bytes, at: frame.time)
            }
        }
    }

    private struct Numbers: Decodable {
        var U: UInt64?
        var u: UInt64?
        var t: UInt64?
    }

    private struct Envelope: Decodable { var data: Numbers }

    private func numbers(_ frame: RecordedFrame) throws -> Numbers {
        try JSONDecoder().decode(Envelope.self, from: Data(frame.bytes)).data
    }

    @Test(
        .enabled(if: BinanceRecording.hasSpotDays, "no recordings of Binance spot"),
        arguments: [(2000, 1), (3000, 40), (1500, 400)]
    )
    func `frames cut out are one gap of their range, and the book is right after the next snapshot`(
        start: Int,
        count: Int
    ) throws {
        let frames = try BinanceRecording.lines(BinanceRecording.spotDays[0], most: 5000)
        let cut = frames[start..<start + count]
        var truth = Truth()
        var replay = BinanceReplay(streams: [.trade, .depth])
        replay.open()
        var isInvalidSeen = false
        for (place, frame) in frames.enumerated() {
            truth.receive(frame)
            if cut.indices.contains(place) { continue }
            if frame.stream.isEmpty {
                replay.answerSnapshot(frame.bytes, at: frame.time)
            } else {
                replay.receive(frame.bytes, at: frame.time)
            }
            guard place > start, !replay.books[0].isValid else { continue }
            isInvalidSeen = true
            // The venue answers a hundred frames later.
            if place % 100 == 0 {
                let snapshot = Array(truth.replay.books[0].snapshotText.utf8)
                replay.answerSnapshot(snapshot, at: frame.time)
            }
        }
        let updates = try cut.filter { $0.stream == "depth@100ms" }.map(numbers)
        let trades = try cut.filter { $0.stream == "trade" }.compactMap { try numbers($0).t }
        let gaps = replay.session.ledger.gaps
        let bookGaps = gaps.filter { $0.numbering == .updates }
        #expect(bookGaps.map(\.first) == updates.prefix(1).compactMap(\.U))
        #expect(bookGaps.map(\.last) == updates.suffix(1).compactMap(\.u))
        #expect(bookGaps.allSatisfy { $0.outcome == .resynced })
        #expect(isInvalidSeen == !updates.isEmpty)
        let tradeGaps = gaps.filter { $0.numbering == .trades }
        #expect(tradeGaps.map(\.first) == Array(trades.prefix(1)))
        #expect(tradeGaps.map(\.last) == Array(trades.suffix(1)))
        #expect(replay.tally(.trade).missing == UInt64(trades.count))
        #expect(replay.books[0].isValid)
        #expect(replay.books[0].updateID == truth.replay.books[0].updateID)
        #expect(replay.books[0].snapshotText == truth.replay.books[0].snapshotText)
        #expect(replay.unaccounted == 0)
    }

    // MARK: Other recordings

    @Test(
        .enabled(if: BinanceRecording.exists(BinanceRecording.futuresDay), "no recording of USD-M")
    )
    func `the chain of USD-M updates and trades holds, NA included`() throws {
        let isLong = ProcessInfo.processInfo.environment["LIVE_LOOP_LONG"] == "1"
        let frames = try BinanceRecording.lines(
            BinanceRecording.futuresDay,
            most: isLong ? .max : 8000
        )
        var replay = BinanceReplay(.usdMargined)
        replay.open()
        var sent: [String: Int] = [:]
        for frame in frames {
            sent[String(frame.stream.prefix { $0 != "@" }), default: 0] += 1
            replay.receive(frame.bytes, at: frame.time)
            if let request = replay.requests.first {
                // The recording has no snapshot; an empty book is a beginning as good as any.
                let first = try numbers(frame).u ?? 0
                #expect(request.path.hasPrefix("/fapi/v1/depth"))
                let empty = "{\"lastUpdateId\":\(first),\"bids\":[],\"asks\":[]}"
                replay.answerSnapshot(Array(empty.utf8), at: frame.time)
            }
        }
        #expect(replay.gaps.isEmpty && replay.session.ledger.gaps.isEmpty)
        #expect(replay.unaccounted == 0 && replay.session.counters.unlisted == 0)
        #expect(replay.tally(.book).received == UInt64(sent["depth", default: 0] + 1))
        let trades = replay.tally(.trade)
        #expect(trades.received == UInt64(sent["trade", default: 0]))
        #expect(trades.appended + trades.quarantined == trades.received)
        #expect(trades.quarantined == replay.session.counters.nonTrades)
        #expect(replay.tally(.quote).appended == UInt64(sent["bookTicker", default: 0]))
        #expect(replay.session.merger.tallies[replay.session.feedStream.index].received == 0)
    }

    private static let exchanges: [(BinanceMarket, String, [String])] = [
        (.spot, "BINANCE", ["NKNUSDT", "BLZETH", "LRCBTC", "RUNEEUR"]),
        (.usdMargined, "BINANCE_FUTURES", ["SUSHIUSDT", "AKROUSDT", "KEEPUSDT", "CTKUSDT"]),
    ]

    @Test(
        .enabled(
            if: BinanceRecording.exists("cryptofeed/sample_data/BINANCE.ws.1.0"),
            "no recordings of exchanges with snapshots"
        ),
        arguments: exchanges
    )
    func `every recorded snapshot bridges`(
        market: BinanceMarket,
        name: String,
        symbols: [String]
    ) throws {
        let folder = "cryptofeed/sample_data/\(name)"
        var frames = try BinanceRecording.exchange("\(folder).ws.1.0")
        frames += try BinanceRecording.exchange("\(folder).http.0.0")
        frames.sort { $0.time < $1.time }
        var replay = BinanceReplay(
            market,
            symbols: symbols,
            streams: [.aggTrade, .depth, .bookTicker]
        )
        replay.open()
        var waiting: [String: RecordedFrame] = [:]
        for frame in frames {
            if let address = frame.address {
                let symbol = symbols.first { address.contains("symbol=\($0)&") } ?? ""
                waiting[symbol] = frame
            } else {
                replay.receive(frame.bytes, at: frame.time)
            }
            for (symbol, snapshot) in waiting
            where replay.answerSnapshot(snapshot.bytes, of: symbol, at: frame.time) {
                waiting[symbol] = nil
            }
        }
        #expect(waiting.isEmpty)
        #expect(replay.books.allSatisfy { $0.isValid && $0.snapshotCount == 1 && !$0.isCrossed })
        #expect(replay.books.allSatisfy { $0.bids.count > 50 && $0.asks.count > 50 })
        #expect(replay.gaps.isEmpty && replay.crossedUpdates == 0)
        #expect(replay.session.merger.tallies[replay.session.feedStream.index].received == 0)
        #expect(replay.session.counters[BinanceFrame.Kind.other] > 0)
        #expect(replay.unaccounted == 0)
    }
}

import Platform
import TestSupport
import Testing
import TradingCore
import Zlib

@testable import Venue

/// Captures of the real venue, read where they lie; none is part of this repository.
enum Recordings {
    /// The folder of recordings: `LIVE_LOOP_DATA`, else `../shared/data`.
    static let folder: String = {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        return ProcessEnvironment.variables()["LIVE_LOOP_DATA"] ?? root + "/../shared/data"
    }()
    static let isThere = (try? FileStatus(followingLinksOf: folder)) != nil

    static func path(_ name: String) -> String { folder + "/" + name }

    static let spot = ["08", "09"].map { path("hftbacktest/examples/spot/ethusdt_202408\($0).gz") }
    static let futures = path("hftbacktest/examples/usdm/ethusdt_20240808.gz")

    /// The frames of a capture of the first form, as they stand in the file.
    static func frames(_ file: String, first bytesMax: Int) throws -> [[UInt8]] {
        let reader = try GzipReader(file)
        var bytes: [UInt8] = []
        while bytes.count < bytesMax, try reader.read(into: &bytes, limit: 262_144) {}
        // A line that was not read to its end is left out.
        if bytes.count >= bytesMax, let end = bytes.lastIndex(of: UInt8(ascii: "\n")) {
            bytes.removeSubrange(end...)
        }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let frame = line.drop { $0 != UInt8(ascii: " ") }.dropFirst()
            return frame.starts(with: #"{"lastUpdateId""#.utf8) ? nil : Array(frame)
        }
    }
}

@Suite(.enabled(if: Recordings.isThere, "no recordings at LIVE_LOOP_DATA"))
struct RecordedMarketTests {
    private static let isLong = ProcessEnvironment.variables()["LIVE_LOOP_LONG"] == "1"

    /// Holds the frames that are replayed against those in the files, and the book against each best price.
    private func check(
        _ files: [String],
        first bytesMax: Int = .max
    ) throws -> (met: Int, books: MarketBooks) {
        var replay = try CaptureReplay(files, kind: nil)
        var directory = StreamDirectory()
        var books = MarketBooks()
        var messages: [MarketMessage] = []
        try replay.begin(&directory, &books)
        let expected = try files.flatMap { try Recordings.frames($0, first: bytesMax) }
        var count = 0
        var met = 0
        var pending: [Int64: String] = [:]
        while count < expected.count, replay.nextOffset != nil {
            messages.removeAll()
            try replay.next(into: &messages, &directory, &books)
            guard let message = messages.first, let payload = message.payload else { continue }
            if payload.bytes != expected[count] {
                Issue.record("frame \(count) is another one")
            }
            count += 1
            if case .ticker(let id) = message.update {
                pending[id] = String(decoding: payload.bytes[payload.data], as: UTF8.self)
            }
            guard case .depth = message.update, let book = books.books["ETHUSDT"],
                let ticker = pending.removeValue(forKey: book.lastID),
                let bid = book.best(isBid: true), let ask = book.best(isBid: false)
            else { continue }
            met += 1
            #expect(ticker.contains(#""b":"\#(bid.price)","B":"\#(bid.quantity)""#))
            #expect(ticker.contains(#""a":"\#(ask.price)","A":"\#(ask.quantity)""#))
        }
        #expect(count == expected.count)
        if bytesMax == .max { #expect(replay.nextOffset == nil) }
        return (met, books)
    }

    @Test func `a capture is replayed byte for byte, and its book has every best price`() throws {
        let (met, books) = try check([Recordings.spot[0]], first: 2_000_000)
        #expect(met > 50)
        #expect(books.books["ETHUSDT"]?.hasSnapshot == true)
        #expect(books.books["ETHUSDT"]?.breaks == 0)
    }

    @Test(.enabled(if: isLong, "LIVE_LOOP_LONG is not 1"))
    func `two days of spot are one feed to the last byte, without a break`() throws {
        let (met, books) = try check(Recordings.spot)
        #expect(met > 100)
        #expect(books.books["ETHUSDT"]?.breaks == 0)
    }

    @Test(.enabled(if: isLong, "LIVE_LOOP_LONG is not 1"))
    func `futures are recognised, and their chain is unbroken`() throws {
        let (messages, directory, books) = try replayed([Recordings.futures])
        #expect(messages.count > 70_000)
        #expect(books.books["ETHUSDT"]?.breaks == 0)
        #expect(directory.depthSource("ETHUSDT") != nil)
    }

    @Test(arguments: ["BINANCE", "BINANCE_FUTURES"])
    func `captures with answers beside them have whole books that bridge`(name: String) throws {
        let files = ["ws.1.0", "http.0.0"].map {
            Recordings.path("cryptofeed/sample_data/\(name).\($0)")
        }
        let (messages, _, books) = try replayed(files)
        #expect(messages.count > 100)
        #expect(books.symbols.count == 4)
        for (symbol, book) in books.books {
            #expect(book.hasSnapshot, "\(symbol)")
            #expect(book.breaks == 0, "\(symbol)")
        }
    }
}

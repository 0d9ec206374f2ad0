import Gateway
import Platform
import Testing
import TradingCore
import ZeroMQ

/// Recordings of real brokers, read where they lie; none is part of this repository.
@Suite struct RecordedMarketTests {
    /// The folder of recordings: `LIVE_LOOP_DATA`, else `../shared/data`.
    static let folder =
        ProcessEnvironment.variables()["LIVE_LOOP_DATA"] ?? packageRoot + "/../shared/data"
    static let isThere = (try? FileStatus(followingLinksOf: folder)) != nil

    @Test(
        .enabled(if: isThere, "no recordings at LIVE_LOOP_DATA"),
        arguments: [
            "finiex/mt5", "finiex/history", "sum3api",
        ]
    )
    func `every MT5 recording arrives with its count and the text of its prices`(
        name: String
    ) throws {
        let files = try Directory.names(in: Self.folder + "/" + name, limit: 1000)
            .filter { $0.hasSuffix(".json") || $0.hasSuffix(".csv") }
        #expect(!files.isEmpty)
        for file in files {
            let path = Self.folder + "/" + name + "/" + file
            let expected = try pricesByText(path)
            let source = try RecordedTicks([Recording(reading: ReplayFile(path))])
            let session = try session(source: source)
            let received = session.ticks.map { message in
                [message.members["bid"] ?? "", message.members["ask"] ?? ""]
            }
            #expect(received == expected, "\(file)")
            #expect(session.truth.total(\.sent) == UInt64(expected.count))
        }
    }

    @Test(.enabled(if: isThere, "no recordings at LIVE_LOOP_DATA"))
    func `recordings of other sources are read whole`() throws {
        let expected = [
            ("EURUSD", "dukascopy-node/sample_tick_data.json", 3733...3733),
            ("USDJPY", "nautilus/tests/test_data/truefx/usdjpy-ticks.csv", 1000...1000),
            ("EURUSD", "nautilus/tests/test_data/quote_tick_data.csv", 9500...9500),
        ]
        for (symbol, path, counts) in expected {
            let file = ReplayFile(path: Self.folder + "/" + path, symbol: symbol)
            let recording = try Recording(reading: file)
            #expect(counts.contains(recording.ticks.count), "\(path): \(recording.ticks.count)")
        }
    }

    /// Bid and ask of each tick as the file has them, found by eye for lines and not by the reader.
    private func pricesByText(_ path: String) throws -> [[String]] {
        let bytes = try RegularFile.read(path, limit: 10_000_000)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard path.hasSuffix(".json") else {
            return lines.dropFirst().map { line in
                line.split(separator: ",")[1...2].map(String.init)
            }
        }
        func values(of key: String) -> [String] {
            lines.compactMap { line in
                let parts = line.split(separator: ":").map { $0.filter { !" ,\"\r".contains($0) } }
                return parts.count == 2 && parts[0] == key ? parts[1] : nil
            }
        }
        return zip(values(of: "bid"), values(of: "ask")).map { [$0, $1] }
    }
}

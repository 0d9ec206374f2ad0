import Foundation
import TestSupport
import TradingCore

/// One line of a recording: when it came, and what.
struct RecordedFrame {
    var time: MonotonicTime
    var bytes: [UInt8]
    /// The address that was asked, for an answer over REST.
    var address: String?

    /// The name of the frame's stream after the first `@`.
    var stream: String {
        guard let at = bytes.firstIndex(of: UInt8(ascii: "@")),
            let quote = bytes[at...].firstIndex(of: UInt8(ascii: "\""))
        else { return "" }
        return String(decoding: bytes[(at + 1)..<quote], as: UTF8.self)
    }
}

/// Recordings of Binance, where there are any.
enum BinanceRecording {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["LIVE_LOOP_DATA"] {
            return URL(filePath: path)
        }
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        return tests.appending(path: "../../../../shared/data").standardizedFileURL
    }()

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: path).path)
    }

    static let spotDays = [
        "hftbacktest/examples/spot/ethusdt_20240808.gz",
        "hftbacktest/examples/spot/ethusdt_20240809.gz",
    ]
    static let futuresDay = "hftbacktest/examples/usdm/ethusdt_20240808.gz"
    static let hasSpotDays = spotDays.allSatisfy(exists)

    /// Lines of `<nanoseconds> <JSON>`, compressed.
    static func lines(_ path: String, most: Int = .max) throws -> [RecordedFrame] {
        let text = try unpack(path)
        var frames: [RecordedFrame] = []
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let space = line.firstIndex(of: UInt8(ascii: " ")),
                let time = Int64(String(decoding: line[..<space], as: UTF8.self))
            else { continue }
            let bytes = [UInt8](line[(space + 1)...])
            frames.append(
                RecordedFrame(time: MonotonicTime(nanoseconds: time), bytes: bytes)
            )
            if frames.count == most { break }
        }
        return frames
    }

    /// Lines of `<seconds>: <JSON>`, and of answers as `<URL> -> <seconds>: <JSON>`.
    static func exchange(_ path: String) throws -> [RecordedFrame] {
        let text = try Data(contentsOf: folder.appending(path: path))
        return text.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let start = line.firstRange(of: Data(": {".utf8)) else { return nil }
            var head = String(decoding: line[..<start.lowerBound], as: UTF8.self)
            var address: String?
            if let arrow = head.range(of: " -> ") {
                address = String(head[..<arrow.lowerBound])
                head = String(head[arrow.upperBound...])
            }
            guard let seconds = Double(head) else { return nil }
            return RecordedFrame(
                time: MonotonicTime(nanoseconds: Int64(seconds * 1e9)),
                bytes: [UInt8](line[(start.lowerBound + 2)...]),
                address: address
            )
        }
    }

    private static func unpack(_ path: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "exec gzip -dc \"$0\"", folder.appending(path: path).path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return data
    }
}

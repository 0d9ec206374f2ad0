import LiveLoopApp
import Platform
import Telemetry
import TestSupport
import Testing

@Suite struct LogSinkTests {
    private func configuration(
        _ directory: String,
        bytesMax: Int64 = 1_000_000,
        capacity: Int = 100_000,
        collapsesRepeats: Bool = false
    ) -> LogSink.Configuration {
        LogSink.Configuration(
            path: "\(directory)/VERIFY_LOG.log",
            fileBytesMax: bytesMax,
            standardError: .none,
            collapsesRepeats: collapsesRepeats,
            capacity: capacity
        )
    }

    private func lines(_ path: String) throws -> [Substring] {
        let bytes = try RegularFile.read(path, limit: 100_000_000)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }

    @Test func `everything queued before the stop is in the file, in order`() throws {
        try withTemporaryDirectory { directory in
            let sink = try LogSink(configuration(directory, bytesMax: 100_000_000))
            for number in 0..<20_000 {
                sink.write(.info, "Test", "line", [LogField("n", .integer(Int64(number)))])
            }
            sink.stop()
            let found = try lines("\(directory)/VERIFY_LOG.log")
            #expect(found.count == 20_000)
            for (number, line) in found.enumerated() where !line.hasSuffix(" n=\(number)") {
                Issue.record("line \(number) is \(line)")
                return
            }
            #expect(found.first?.contains("Z] [Test] [INFO] line n=0") == true)
            #expect(sink.droppedCount == 0)
        }
    }

    @Test func `what comes from several threads is written whole and counted`() throws {
        try withTemporaryDirectory { directory in
            let sink = try LogSink(configuration(directory, bytesMax: 100_000_000, capacity: 64))
            let threads = try (0..<4).map { number in
                try Thread(name: "writer") {
                    for _ in 0..<5000 { sink.write(.info, "T\(number)", "line") }
                }
            }
            for thread in threads { thread.join() }
            sink.stop()
            let found = try lines("\(directory)/VERIFY_LOG.log")
            let written = found.count { $0.hasSuffix("[INFO] line") }
            #expect(UInt64(written) + sink.droppedCount == 20_000)
            var told: UInt64 = 0
            for line in found where line.contains("log records were dropped") {
                told += line.split(separator: "dropped=").last.flatMap { UInt64($0) } ?? 0
            }
            #expect(told == sink.droppedCount)
        }
    }

    @Test func `lines below the level are not written, and the level may change`() throws {
        try withTemporaryDirectory { directory in
            let sink = try LogSink(configuration(directory))
            sink.write(.debug, "Test", "one")
            sink.level = .debug
            sink.write(.debug, "Test", "two")
            sink.level = .error
            sink.write(.warning, "Test", "three")
            sink.write(.error, "Test", "four")
            sink.stop()
            let found = try lines("\(directory)/VERIFY_LOG.log")
            #expect(found.map { $0.split(separator: " ").last } == ["two", "four"])
        }
    }

    @Test func `the file is replaced at its size, one old file is kept, no line is divided`() throws
    {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/VERIFY_LOG.log"
            var file = try RotatingFile(path, bytesMax: 100)
            for number in 0..<10 {
                try file.append(Array("\(number)\(String(repeating: "x", count: 38))\n".utf8))
            }
            #expect(try lines(path).compactMap(\.first) == ["8", "9"])
            #expect(try lines(path + ".1").compactMap(\.first) == ["6", "7"])
            try file.append(Array(repeating: UInt8(ascii: "y"), count: 500))
            #expect(try lines(path).map(\.count) == [500])
            var reopened = try RotatingFile(path, bytesMax: 1000)
            try reopened.append(Array("z\n".utf8))
            #expect(try lines(path).map(\.count) == [501])
        }
    }

    @Test func `as many old files are kept as were asked for`() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/VERIFY_LOG.log"
            var file = try RotatingFile(path, bytesMax: 3, keptMax: 3)
            for number in 0..<8 { try file.append(Array("\(number)\n".utf8)) }
            #expect(try lines(path) == ["7"])
            #expect(try (1...3).map { try lines("\(path).\($0)") } == [["6"], ["5"], ["4"]])
            #expect(try Directory.names(in: directory, limit: 10).count == 4)
        }
    }

    @Test func `a storm of one line costs two, and every record is counted by its level`() throws {
        try withTemporaryDirectory { directory in
            let sink = try LogSink(configuration(directory, collapsesRepeats: true))
            for _ in 0..<5000 {
                sink.write(.warning, "Test", "no socket", [LogField("code", 24)])
            }
            sink.write(.error, "Test", "the end")
            sink.stop()
            let found = try lines("\(directory)/VERIFY_LOG.log")
            let told = found.filter { $0.contains("no socket … repeated ") }
            // A slow machine may need more than a second for it, and is then told in between.
            let count = told.reduce(0) { sum, line in
                let words = line.split(separator: " ")
                let index = words.firstIndex { $0 == "repeated" }
                return sum + (index.flatMap { Int(words[$0 + 1]) } ?? 0)
            }
            #expect(count == 4999)
            #expect(told.allSatisfy { $0.hasSuffix("code=24") })
            #expect(found.count == told.count + 2)
            #expect(sink.heldBackCount == 4999)
            #expect(sink.messageCount(.warning) == 5000)
            #expect(sink.messageCount(.error) == 1)
            #expect(sink.messageCount(.info) == 0)
        }
    }

    @Test func `the count of a line is told although nothing follows`() throws {
        try withTemporaryDirectory { directory in
            let sink = try LogSink(configuration(directory, collapsesRepeats: true))
            defer { sink.stop() }
            for _ in 0..<3 { sink.write(.info, "Test", "again") }
            var nothing = PollSet(reading: [])
            var looks = 0
            let path = "\(directory)/VERIFY_LOG.log"
            while try !lines(path).contains(where: { $0.contains("… repeated 2 times") }) {
                looks += 1
                try #require(looks < 2000)
                _ = nothing.wait(nanoseconds: 10_000_000)
            }
        }
    }

    @Test func `a file that was moved away is begun anew`() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/VERIFY_LOG.log"
            var file = try RotatingFile(path, bytesMax: 1000)
            try file.append(Array("one\n".utf8))
            try RegularFile.rename(path, to: "\(directory)/moved")
            try file.append(Array("two\n".utf8))
            #expect(try lines(path) == ["two"])
            #expect(try lines("\(directory)/moved") == ["one"])
        }
    }

    @Test func `a file that cannot be opened is refused at the start`() throws {
        try withTemporaryDirectory { directory in
            var configuration = configuration(directory)
            configuration.path = "\(directory)/missing/VERIFY_LOG.log"
            #expect(throws: SystemError.self) { try LogSink(configuration) }
        }
    }

    @Test func `a file that cannot be written is counted and stops nobody`() throws {
        try withTemporaryDirectory { directory in
            let folder = "\(directory)/log"
            try Directory.create(folder)
            let sink = try LogSink(configuration(folder))
            try FileFaults.move(folder, to: "\(directory)/away")
            sink.write(.info, "Test", "nowhere")
            sink.stop()
            #expect(sink.fileFaultCount == 1)
            #expect(sink.droppedCount == 0)
        }
    }

    @Test func `a file is written again as soon as it can be`() throws {
        try withTemporaryDirectory { directory in
            let folder = "\(directory)/log"
            try Directory.create(folder)
            var file = try RotatingFile("\(folder)/x", bytesMax: 1000)
            try FileFaults.move(folder, to: "\(directory)/away")
            do {
                try file.append([1])
                Issue.record("a missing directory was accepted")
            } catch {}
            try Directory.create(folder)
            try file.append(Array("back\n".utf8))
            #expect(try lines("\(folder)/x") == ["back"])
        }
    }

    @Test func `a record after the stop is counted`() throws {
        try withTemporaryDirectory { directory in
            let sink = try LogSink(configuration(directory))
            sink.stop()
            sink.write(.error, "Test", "late")
            #expect(sink.droppedCount == 1)
        }
    }
}

import Platform
import TestSupport
import Testing
import Zlib

@Suite struct GzipReaderTests {
    private func read(_ path: String, limit: Int = 65_536) throws -> [UInt8] {
        let reader = try GzipReader(path)
        var bytes: [UInt8] = []
        while try reader.read(into: &bytes, limit: limit) {}
        return bytes
    }

    @Test(arguments: [1, 3, 65_536])
    func `reads a compressed file in parts of any size`(limit: Int) throws {
        try withTemporaryDirectory { directory in
            let plain = Array("one line\nand another one\n".utf8)
            let file = directory + "/capture.gz"
            let shell = try ChildProcess(
                "printf 'one line\\nand another one\\n' | gzip > \(file); echo"
            )
            _ = shell.nextLine()
            #expect(try read(file, limit: limit) == plain)
        }
    }

    @Test func `reads a file that is not compressed`() throws {
        try withTemporaryDirectory { directory in
            let file = directory + "/capture"
            try AtomicFile.write([1, 2, 3, 10], to: file)
            #expect(try read(file) == [1, 2, 3, 10])
        }
    }

    @Test func `reads compressed parts behind each other as one file`() throws {
        try withTemporaryDirectory { directory in
            let file = directory + "/capture.gz"
            let shell = try ChildProcess(
                "(echo one | gzip; echo two | gzip) > \(file); echo"
            )
            _ = shell.nextLine()
            #expect(try read(file) == Array("one\ntwo\n".utf8))
        }
    }

    @Test func `a file that was cut short is told, after what it holds`() throws {
        try withTemporaryDirectory { directory in
            let file = directory + "/capture.gz"
            let shell = try ChildProcess(
                "seq 1 20000 | gzip > \(file).whole; head -c 20000 \(file).whole > \(file); echo"
            )
            _ = shell.nextLine()
            let reader = try GzipReader(file)
            var bytes: [UInt8] = []
            var failure: GzipFailure?
            do throws(GzipFailure) {
                while try reader.read(into: &bytes, limit: 4096) {}
            } catch {
                failure = error
            }
            #expect(failure?.reason.contains("unexpected end of file") == true)
            #expect(bytes.starts(with: Array("1\n2\n3\n".utf8)))
        }
    }

    @Test func `a file that is not there is told`() {
        #expect(throws: GzipFailure.self) { try GzipReader("/nonexistent/capture.gz") }
    }

    @Test func `the checksum is that of other languages, however it is cut`() {
        var whole = Checksum()
        whole.add(Array("123456789".utf8).span)
        #expect(whole.value == 0xCBF4_3926)
        var parts = Checksum()
        for part in ["1234", "", "56789"] { parts.add(Array(part.utf8).span) }
        #expect(parts == whole)
    }
}

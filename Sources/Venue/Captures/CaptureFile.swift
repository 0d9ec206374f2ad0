import Platform
import TradingCore
import Zlib

/// A capture that is read line by line, compressed or not.
struct CaptureFile: Sendable {
    /// What a line holds for the market.
    struct Record: Sendable {
        /// Nanoseconds on the recorder's clock.
        var time: Int64
        var content: Content
    }

    /// A message or a book.
    enum Content: Sendable {
        case message(stream: String, symbol: String, update: MarketUpdate, payload: Payload)
        /// A whole book; the symbol is `nil` where the capture does not say it.
        case snapshot(DepthSnapshot, symbol: String?)
    }

    /// The longest line that is read.
    static let lineBytesMax = 16_777_216
    /// How much is read at once.
    private static let partBytes = 262_144

    let path: String
    /// Lines that hold nothing of the market.
    private(set) var linesIgnored = 0
    /// Whether the file says that it is of futures.
    private(set) var isFutures = false
    private let reader: GzipReader
    private var bytes: [UInt8] = []
    private var position = 0
    private var lineNumber = 0
    private var lastTime: Int64 = 0
    private var isAtEnd = false

    /// Opens a file.
    ///
    /// - Throws: ``VenueError`` when it is no regular file or cannot be opened.
    init(_ path: String) throws(VenueError) {
        let kind = try? FileStatus(followingLinksOf: path).kind
        guard kind == .file else {
            throw VenueError(
                .unreadableFile,
                at: path,
                kind == nil ? "there is no such file" : "it is no regular file",
                remedy: "name a capture, compressed by gzip or not"
            )
        }
        self.path = path
        do throws(GzipFailure) {
            reader = try GzipReader(path)
        } catch {
            throw Self.unreadable(path, error)
        }
    }

    private static func unreadable(_ path: String, _ failure: GzipFailure) -> VenueError {
        VenueError(
            .unreadableFile,
            at: path,
            failure.reason,
            remedy: "name a whole file that this user can read"
        )
    }

    /// The next message or book; `nil` at the end.
    mutating func next() throws(VenueError) -> Record? {
        while let line = try nextLine() {
            if let record = try record(line) { return record }
            linesIgnored += 1
        }
        return nil
    }

    private mutating func nextLine() throws(VenueError) -> Range<Int>? {
        var searched = position
        while true {
            if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = position..<end
                position = end + 1
                lineNumber += 1
                return line
            }
            if isAtEnd {
                guard position < bytes.count else { return nil }
                let line = position..<bytes.count
                position = bytes.count
                lineNumber += 1
                return line
            }
            guard bytes.count - position < Self.lineBytesMax else {
                throw malformed("a line is longer than \(Self.lineBytesMax) bytes")
            }
            bytes.removeFirst(position)
            position = 0
            searched = bytes.count
            do throws(GzipFailure) {
                let hasMore = try reader.read(into: &bytes, limit: Self.partBytes)
                isAtEnd = !hasMore
            } catch {
                throw Self.unreadable(path, error)
            }
        }
    }

    private mutating func record(_ range: Range<Int>) throws(VenueError) -> Record? {
        let line = [UInt8](bytes[range])
        guard let read = CaptureLine(line.span) else {
            throw malformed("the line has none of the forms of a capture")
        }
        let content: Content?
        let time: Int64?
        switch read {
        case .ignored: return nil
        case .opened(let url):
            isFutures = isFutures || url.contains("fstream")
            return nil
        case .frame(let frameTime, let part):
            time = frameTime
            content = try message([UInt8](line[part]))
        case .reply(let url, let replyTime, let part):
            time = replyTime
            isFutures = isFutures || url.contains("fapi")
            content = try reply([UInt8](line[part]), url)
        }
        if let time { lastTime = time }
        guard let content else { return nil }
        return Record(time: lastTime, content: content)
    }

    private mutating func message(_ frame: [UInt8]) throws(VenueError) -> Content? {
        let read = try decoded(frame)
        if let snapshot = read.snapshot { return .snapshot(snapshot, symbol: nil) }
        guard !read.isAnswer, let stream = read.streamName else { return nil }
        if case .depth(let update) = read.update {
            isFutures = isFutures || update.previousID != nil
        }
        let payload =
            read.stream == nil
            ? Payload(bytes: frame, data: read.data).renamed(stream)
            : Payload(bytes: frame, data: read.data)
        let name = StreamName(stream)
        return .message(
            stream: stream,
            symbol: read.symbol.isEmpty ? name.symbol : read.symbol,
            update: read.update,
            payload: payload
        )
    }

    private func reply(_ bytes: [UInt8], _ url: String) throws(VenueError) -> Content? {
        guard url.contains("/depth"), let mark = url.firstRange(of: "symbol=") else { return nil }
        let symbol = url[mark.upperBound...].prefix { $0 != "&" }
        let snapshot = try decoded(bytes).snapshot
        return snapshot.map { .snapshot($0, symbol: symbol.uppercased()) }
    }

    private func decoded(_ bytes: [UInt8]) throws(VenueError) -> RecordedFrame {
        do throws(JSONFault) {
            return try RecordedFrame(bytes.span)
        } catch {
            throw malformed("the frame is no JSON of this venue at its byte \(error.position)")
        }
    }

    private func malformed(_ problem: String) -> VenueError {
        VenueError(
            .malformedCapture,
            at: "\(path):\(lineNumber)",
            problem,
            remedy: "docs/venue.md tells which forms are read"
        )
    }
}

extension Payload {
    /// The same data under another stream's name.
    func renamed(_ stream: String) -> Payload {
        var text = MessageText(stream: stream)
        text.append(bytes[data])
        return text.finish()
    }
}

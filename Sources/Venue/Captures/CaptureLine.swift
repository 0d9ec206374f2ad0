import TradingCore

/// One line of a capture; the forms are told apart line by line, so that they may be mixed.
///
/// - `1723161254024619568 {…}`: nanoseconds and a frame, as hftbacktest records.
/// - `1633998512.063: {…}`: seconds and a frame; `wss://… <-> 1633998511.1` a connection; `wss://… <- …`
///   what the client sent; `https://… -> 1633998512.3: {…}` an answer, as cryptofeed records.
/// - `{"t":1723161254024619568,"frame":{…}}`, `{"t":…,"url":"https://…","reply":{…}}`: our own form.
/// - `{…}`: a frame without a time, which follows the line before it.
enum CaptureLine: Equatable {
    /// A frame that was received, and when (nanoseconds).
    case frame(time: Int64?, bytes: Range<Int>)
    /// An answer to a request.
    case reply(url: String, time: Int64?, bytes: Range<Int>)
    /// A connection was opened.
    case opened(url: String)
    /// Something that a venue does not send.
    case ignored

    /// Reads a line; `nil` when it has none of the forms.
    init?(_ line: Span<UInt8>) {
        guard let first = (0..<line.count).first(where: { line[$0] > 0x20 }) else {
            self = .ignored
            return
        }
        switch line[first] {
        case UInt8(ascii: "{"):
            guard let read = Self.own(line) else { return nil }
            self = read
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard let read = Self.timed(line, first) else { return nil }
            self = read
        default:
            guard let read = Self.addressed(line, first) else { return nil }
            self = read
        }
    }

    /// `nanoseconds {…}` or `seconds: {…}`.
    private static func timed(_ line: Span<UInt8>, _ start: Int) -> CaptureLine? {
        var position = start
        guard let time = nanoseconds(line, &position), position < line.count else { return nil }
        if line[position] == UInt8(ascii: ":") { position += 1 }
        while position < line.count, line[position] == UInt8(ascii: " ") { position += 1 }
        guard position < line.count, line[position] == UInt8(ascii: "{") else {
            // Only objects are messages of a stream.
            return position < line.count && line[position] == UInt8(ascii: "[") ? .ignored : nil
        }
        return .frame(time: time, bytes: position..<line.count)
    }

    /// `url <-> t`, `url <- t: {…}` or `url -> t: {…}`.
    private static func addressed(_ line: Span<UInt8>, _ start: Int) -> CaptureLine? {
        var end = start
        while end < line.count, line[end] != UInt8(ascii: " ") { end += 1 }
        let url = text(line, start..<end)
        guard url.contains("://") else {
            // What cryptofeed writes about itself.
            return url.hasSuffix(":") ? .ignored : nil
        }
        let wordStart = min(end + 1, line.count)
        var position = wordStart
        while position < line.count, line[position] != UInt8(ascii: " ") { position += 1 }
        let word = text(line, wordStart..<position)
        switch word {
        case "<->": return .opened(url: url)
        case "<-": return .ignored
        case "->":
            position += 1
            guard let time = nanoseconds(line, &position), position + 1 < line.count else {
                return nil
            }
            while position < line.count, line[position] != UInt8(ascii: "{") { position += 1 }
            guard position < line.count else { return .ignored }
            return .reply(url: url, time: time, bytes: position..<line.count)
        default: return nil
        }
    }

    /// Our own form, or a frame alone.
    private static func own(_ line: Span<UInt8>) -> CaptureLine? {
        var scanner = JSONScanner(keyCountMax: 4096)
        var time: Int64?
        var url = ""
        var frame: Range<Int>?
        var reply: Range<Int>?
        do throws(JSONFault) {
            try scanner.enterObject(in: line)
            while let key = try scanner.nextKey(in: line) {
                if key.equals("t", in: line), try scanner.nextKind(in: line) == .number {
                    time = Int64(clamping: try scanner.unsigned(in: line))
                } else if key.equals("url", in: line) {
                    url = try scanner.string(in: line).string(in: line)
                } else if key.equals("frame", in: line) {
                    frame = try value(&scanner, line)
                } else if key.equals("reply", in: line) {
                    reply = try value(&scanner, line)
                } else {
                    return .frame(time: nil, bytes: 0..<line.count)
                }
            }
        } catch {
            return nil
        }
        if let frame { return .frame(time: time, bytes: frame) }
        if let reply { return .reply(url: url, time: time, bytes: reply) }
        return .frame(time: nil, bytes: 0..<line.count)
    }

    private static func value(
        _ scanner: inout JSONScanner,
        _ line: Span<UInt8>
    ) throws(JSONFault) -> Range<Int> {
        _ = try scanner.nextKind(in: line)
        let start = scanner.position
        try scanner.skipValue(in: line)
        return start..<scanner.position
    }

    private static func text(_ line: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: range.map { line[$0] }, as: UTF8.self)
    }

    /// A time in nanoseconds, or in seconds with a fraction.
    private static func nanoseconds(_ line: Span<UInt8>, _ position: inout Int) -> Int64? {
        var whole: Int64 = 0
        let start = position
        while position < line.count, line[position] &- 48 <= 9 {
            guard position - start < 19 else { return nil }
            whole = whole &* 10 &+ Int64(line[position] &- 48)
            position += 1
        }
        // What does not fit has become negative.
        guard position > start, whole >= 0 else { return nil }
        guard position < line.count, line[position] == UInt8(ascii: ".") else {
            return position - start > 11 ? whole : whole &* 1_000_000_000
        }
        guard position - start <= 10 else { return nil }
        position += 1
        var fraction: Int64 = 0
        var digits = 0
        while position < line.count, line[position] &- 48 <= 9 {
            if digits < 9 { fraction = fraction * 10 + Int64(line[position] &- 48) }
            digits += 1
            position += 1
        }
        for _ in min(digits, 9)..<9 { fraction *= 10 }
        return whole &* 1_000_000_000 &+ fraction
    }
}

import TradingCore

/// Reads ticks recorded as lines of separated values.
///
/// Comma, semicolon or tab; with a header that names the columns (`Time,Bid,Ask,Volume`, or the
/// `<DATE> <TIME> <BID> <ASK> …` of MT5's own export), or without one in the order time, bid, ask,
/// volume. An empty price repeats the one before, as MT5 exports it.
enum SeparatedRecording {
    private static let lineBytesMax = 4096
    private static let columnsMax = 64

    static func read(
        _ bytes: Span<UInt8>,
        path: String
    ) throws(GatewayError) -> [GatewayTick] {
        var ticks: [GatewayTick] = []
        var columns: Columns?
        var lineStart = 0
        var lineNumber = 0
        while lineStart < bytes.count {
            lineNumber += 1
            var lineEnd = lineStart
            while lineEnd < bytes.count, bytes[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
            let nextLine = lineEnd + 1
            while lineEnd > lineStart, bytes[lineEnd - 1] <= UInt8(ascii: " ") { lineEnd -= 1 }
            let line = bytes.extracting(lineStart..<lineEnd)
            lineStart = nextLine
            if line.isEmpty { continue }
            do throws(LineFault) {
                guard line.count <= lineBytesMax else { throw LineFault(problem: "line too long") }
                guard ticks.count < Recording.ticksMax else {
                    throw LineFault(problem: "more than \(Recording.ticksMax) ticks")
                }
                if let columns {
                    ticks.append(try columns.tick(line, after: ticks.last))
                } else {
                    let found = try Columns(firstLine: line)
                    columns = found
                    if !found.isNamed { ticks.append(try found.tick(line, after: nil)) }
                }
            } catch {
                throw GatewayError(
                    .malformedRecording,
                    at: "\(path), line \(lineNumber)",
                    error.problem,
                    remedy: "expected the columns Time,Bid,Ask,Volume"
                )
            }
        }
        return ticks
    }

    private struct LineFault: Error {
        let problem: String
    }

    /// Which column holds what.
    private struct Columns {
        var separator = UInt8(ascii: ",")
        var isNamed = false
        var date: Int?
        var time = 0
        var bid = 1
        var ask = 2
        var volume: Int? = 3

        init(firstLine line: Span<UInt8>) throws(LineFault) {
            separator = Self.separator(of: line)
            let first = line[0]
            guard first < UInt8(ascii: "0") || first > UInt8(ascii: "9") else { return }
            isNamed = true
            var names: [String] = []
            for field in try Self.fields(of: line, separator) {
                var name: [UInt8] = []
                for index in field where line[index] != UInt8(ascii: "<") {
                    if line[index] != UInt8(ascii: ">") { name.append(line[index] | 0x20) }
                }
                names.append(String(decoding: name, as: UTF8.self))
            }
            guard let time = names.firstIndex(of: "time") ?? names.firstIndex(of: "timestamp"),
                let bid = names.firstIndex(of: "bid"), let ask = names.firstIndex(of: "ask")
            else {
                throw LineFault(problem: "no columns time, bid and ask in \(names)")
            }
            (self.time, self.bid, self.ask) = (time, bid, ask)
            date = names.firstIndex(of: "date")
            volume = names.firstIndex(of: "volume")
        }

        func tick(
            _ line: Span<UInt8>,
            after previous: GatewayTick?
        ) throws(LineFault) -> GatewayTick {
            let fields = try Self.fields(of: line, separator)
            guard fields.count > max(time, bid, ask, date ?? 0) else {
                throw LineFault(problem: "only \(fields.count) columns")
            }
            var text = RecordedTimeText()
            if let date { text.append(line.extracting(fields[date])) }
            text.append(line.extracting(fields[time]))
            guard let time = text.time else { throw LineFault(problem: "unreadable time") }
            var volume = ExactDecimal.zero
            if let column = self.volume, column < fields.count, !fields[column].isEmpty {
                volume = try Self.number(line, fields[column], "volume", or: nil)
            }
            return GatewayTick(
                symbol: 0,
                bid: try Self.number(line, fields[bid], "bid", or: previous?.bid),
                ask: try Self.number(line, fields[ask], "ask", or: previous?.ask),
                volume: volume,
                time: time
            )
        }

        private static func number(
            _ line: Span<UInt8>,
            _ field: Range<Int>,
            _ name: String,
            or previous: ExactDecimal?
        ) throws(LineFault) -> ExactDecimal {
            if field.isEmpty, let previous { return previous }
            do throws(JSONFault) {
                return try DecimalText.parse(line.extracting(field))
            } catch {
                throw LineFault(problem: "\(name) is no decimal number")
            }
        }

        private static func separator(of line: Span<UInt8>) -> UInt8 {
            for candidate in [UInt8(ascii: "\t"), UInt8(ascii: ";")] {
                for index in line.indices where line[index] == candidate { return candidate }
            }
            return UInt8(ascii: ",")
        }

        private static func fields(
            of line: Span<UInt8>,
            _ separator: UInt8
        ) throws(LineFault) -> [Range<Int>] {
            var fields: [Range<Int>] = []
            var start = 0
            for index in 0...line.count where index == line.count || line[index] == separator {
                guard fields.count < columnsMax else {
                    throw LineFault(problem: "too many columns")
                }
                fields.append(start..<index)
                start = index + 1
            }
            return fields
        }
    }
}

import TradingCore

/// Reads ticks recorded as JSON.
///
/// Two forms: an object with `metadata.symbol` and an array `ticks` of objects with `time_msc`,
/// `bid` and `ask`, as MT5 collectors write it; or an array of `[milliseconds, ask, bid, …]`.
enum JSONRecording {
    /// More keys than a tick of any known collector has, for each tick.
    private static let keysPerTickMax = 64

    static func read(
        _ bytes: Span<UInt8>,
        path: String
    ) throws(GatewayError) -> (symbol: String?, ticks: [GatewayTick]) {
        var scanner = JSONScanner(
            depthMax: 16,
            keyCountMax: Recording.ticksMax * keysPerTickMax
        )
        do throws(JSONFault) {
            let isArray = try scanner.nextKind(in: bytes) == .array
            let content =
                isArray
                ? (nil, try readRows(&scanner, bytes)) : try readDocument(&scanner, bytes)
            try scanner.finish(in: bytes)
            return content
        } catch {
            throw GatewayError(
                .malformedRecording,
                at: "\(path), byte \(error.position)",
                "\(error.reason)",
                remedy: "expected an object with an array \"ticks\" of {time_msc, bid, ask}"
            )
        }
    }

    private static func readDocument(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) -> (String?, [GatewayTick]) {
        var symbol: String?
        var ticks: [GatewayTick]?
        try scanner.enterObject(in: bytes)
        while let key = try scanner.nextKey(in: bytes) {
            if key.equals("metadata", in: bytes) {
                symbol = try readSymbol(&scanner, bytes)
            } else if key.equals("ticks", in: bytes) {
                ticks = try readTicks(&scanner, bytes)
            } else {
                try scanner.skipValue(in: bytes)
            }
        }
        guard let ticks else { throw JSONFault(.wrongType, at: scanner.position) }
        return (symbol, ticks)
    }

    private static func readSymbol(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) -> String? {
        var symbol: String?
        try scanner.enterObject(in: bytes)
        while let key = try scanner.nextKey(in: bytes) {
            if key.equals("symbol", in: bytes) {
                symbol = try scanner.string(in: bytes).string(in: bytes)
            } else {
                try scanner.skipValue(in: bytes)
            }
        }
        return symbol
    }

    private static func readTicks(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) -> [GatewayTick] {
        var ticks: [GatewayTick] = []
        try scanner.enterArray(in: bytes)
        while try scanner.nextElement(in: bytes) {
            try checkRoom(ticks, scanner)
            ticks.append(try readTick(&scanner, bytes))
        }
        return ticks
    }

    private static func readTick(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) -> GatewayTick {
        var milliseconds: UInt64?
        var bid: ExactDecimal?
        var ask: ExactDecimal?
        var volume = ExactDecimal.zero
        try scanner.enterObject(in: bytes)
        while let key = try scanner.nextKey(in: bytes) {
            if key.equals("time_msc", in: bytes) {
                milliseconds = try scanner.unsigned(in: bytes)
            } else if key.equals("bid", in: bytes) {
                bid = try scanner.decimal(in: bytes)
            } else if key.equals("ask", in: bytes) {
                ask = try scanner.decimal(in: bytes)
            } else if key.equals("tick_volume", in: bytes) {
                volume = try scanner.decimal(in: bytes)
            } else {
                try scanner.skipValue(in: bytes)
            }
        }
        guard let milliseconds, let bid, let ask else {
            throw JSONFault(.wrongType, at: scanner.position)
        }
        return GatewayTick(
            symbol: 0,
            bid: bid,
            ask: ask,
            volume: volume,
            time: try time(milliseconds, scanner)
        )
    }

    private static func readRows(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) -> [GatewayTick] {
        var ticks: [GatewayTick] = []
        try scanner.enterArray(in: bytes)
        while try scanner.nextElement(in: bytes) {
            try checkRoom(ticks, scanner)
            try scanner.enterArray(in: bytes)
            guard try scanner.nextElement(in: bytes) else {
                throw JSONFault(.wrongType, at: scanner.position)
            }
            let milliseconds = try scanner.unsigned(in: bytes)
            var numbers: [ExactDecimal] = []
            while try scanner.nextElement(in: bytes) {
                guard numbers.count < keysPerTickMax else {
                    throw JSONFault(.tooManyKeys, at: scanner.position)
                }
                numbers.append(try scanner.decimal(in: bytes))
            }
            guard numbers.count >= 2 else { throw JSONFault(.wrongType, at: scanner.position) }
            ticks.append(
                GatewayTick(
                    symbol: 0,
                    bid: numbers[1],
                    ask: numbers[0],
                    volume: numbers.count > 3 ? numbers[3] : .zero,
                    time: try time(milliseconds, scanner)
                )
            )
        }
        return ticks
    }

    private static func time(
        _ milliseconds: UInt64,
        _ scanner: JSONScanner
    ) throws(JSONFault) -> WallTime {
        // Nanoseconds since 1970 reach the end of `Int64` in the year 2262.
        guard milliseconds <= UInt64(Int64.max / 1_000_000) else {
            throw JSONFault(.precision, at: scanner.position)
        }
        return WallTime(nanoseconds: Int64(milliseconds) * 1_000_000)
    }

    private static func checkRoom(
        _ ticks: [GatewayTick],
        _ scanner: JSONScanner
    ) throws(JSONFault) {
        guard ticks.count < Recording.ticksMax else {
            throw JSONFault(.tooManyKeys, at: scanner.position)
        }
    }
}

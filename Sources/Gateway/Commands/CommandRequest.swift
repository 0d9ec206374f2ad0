import TradingCore

/// A command as it comes over the wire: `{"action","req_id","timestamp","payload"}`.
struct CommandRequest: Equatable {
    /// What is asked for.
    let action: String
    /// The asker's id, which the reply repeats.
    let requestID: String
    /// Where the payload starts in the bytes; `nil` when there is none.
    let payload: Int?
    /// Where the payload ends.
    let payloadEnd: Int
    /// Until when it may be executed, by the gateway's clock; `nil` where nothing is said.
    let validUntil: WallTime?
    /// How its sender wants to be answered.
    let dialect: CommandDialect

    /// The longest action or id that is accepted.
    static let textBytesMax = 128

    /// Reads a command.
    ///
    /// - Throws: `CommandRejection` that names what is wrong, with the id where it was readable.
    init(_ bytes: Span<UInt8>) throws(CommandRejection) {
        var action: String?
        var requestID: String?
        var payload: Int?
        var payloadEnd = 0
        var validUntil: WallTime?
        var isFirstProtocol = false
        do throws(JSONFault) {
            var scanner = JSONScanner()
            try scanner.enterObject(in: bytes)
            while let key = try scanner.nextKey(in: bytes) {
                if key.equals("action", in: bytes) {
                    action = try Self.text(&scanner, bytes)
                } else if key.equals("req_id", in: bytes) {
                    requestID = try Self.text(&scanner, bytes)
                } else if key.equals("valid_until", in: bytes) {
                    validUntil = try Self.time(&scanner, bytes)
                } else if key.equals("protocol", in: bytes) {
                    isFirstProtocol = try Self.isFirstProtocol(&scanner, bytes)
                } else if key.equals("payload", in: bytes) {
                    payload = scanner.position
                    try scanner.skipValue(in: bytes)
                    payloadEnd = scanner.position
                } else {
                    try scanner.skipValue(in: bytes)
                }
            }
            try scanner.finish(in: bytes)
        } catch {
            throw CommandRejection(
                requestID: requestID ?? "",
                message: "Invalid request: \(error.reason) at byte \(error.position)"
            )
        }
        guard let requestID else {
            throw CommandRejection(requestID: "", message: "Invalid request: no req_id")
        }
        guard let action else {
            throw CommandRejection(requestID: requestID, message: "Invalid request: no action")
        }
        self.action = action
        self.requestID = requestID
        self.payload = payload
        self.payloadEnd = payloadEnd
        self.validUntil = validUntil
        let isFirst = isFirstProtocol || action == "OPEN_ORDER" || action == "CLOSE_POSITION"
        dialect = isFirst ? .first : .current
    }

    /// Reads the payload as a fault.
    func fault(in bytes: Span<UInt8>) throws(CommandRejection) -> GatewayFault {
        guard let payload else { throw rejection("Invalid request: no payload") }
        var kindName: String?
        var duration: Duration?
        var count: UInt64?
        var symbol: String?
        var code: UInt64?
        do throws(JSONFault) {
            var scanner = JSONScanner(at: payload)
            try scanner.enterObject(in: bytes)
            while let key = try scanner.nextKey(in: bytes) {
                if key.equals("kind", in: bytes) {
                    kindName = try Self.text(&scanner, bytes)
                } else if key.equals("seconds", in: bytes) {
                    duration = .seconds(try scanner.decimal(in: bytes).doubleValue)
                } else if key.equals("count", in: bytes) {
                    count = try scanner.unsigned(in: bytes)
                } else if key.equals("code", in: bytes) {
                    code = try scanner.unsigned(in: bytes)
                } else if key.equals("symbol", in: bytes) || key.equals("action", in: bytes) {
                    symbol = try Self.text(&scanner, bytes)
                } else {
                    try scanner.skipValue(in: bytes)
                }
            }
        } catch {
            throw rejection("Invalid payload: \(error.reason) at byte \(error.position)")
        }
        do throws(GatewayError) {
            guard let kind = kindName.flatMap(GatewayFault.Kind.init(rawValue:)) else {
                throw ScheduledFault.unknown(kindName ?? "", at: "payload")
            }
            return try GatewayFault(
                kind,
                duration: duration,
                count: count,
                symbol: symbol,
                code: code.map { Int32(clamping: $0) }
            )
        } catch {
            throw rejection(error.description)
        }
    }

    /// A refusal of this command.
    func rejection(_ message: String) -> CommandRejection {
        CommandRejection(requestID: requestID, message: message)
    }

    /// Seconds since 1970; `null` says nothing.
    private static func time(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) -> WallTime? {
        guard try scanner.nextKind(in: bytes) == .number else {
            try scanner.null(in: bytes)
            return nil
        }
        let start = scanner.position
        let seconds = try scanner.decimal(in: bytes)
        let scale = Int128(ExactDecimal.powersOfTen[Int(seconds.scale)])
        let nanoseconds = Int128(seconds.mantissa) * 1_000_000_000 / scale
        guard let narrow = Int64(exactly: nanoseconds) else {
            throw JSONFault(.precision, at: start)
        }
        return WallTime(nanoseconds: narrow)
    }

    private static func isFirstProtocol(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) -> Bool {
        guard try scanner.nextKind(in: bytes) == .string else {
            try scanner.skipValue(in: bytes)
            return false
        }
        return try scanner.string(in: bytes).equals("1.0", in: bytes)
    }

    private static func text(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) -> String {
        let text = try scanner.string(in: bytes)
        guard text.count <= textBytesMax else { throw JSONFault(.wrongType, at: text.start) }
        return text.string(in: bytes)
    }
}

/// Why a command was refused.
struct CommandRejection: Error, Equatable {
    let requestID: String
    let message: String
}

import TradingCore

/// A command as it comes over the wire: `{"action","req_id","timestamp","payload"}`.
struct CommandRequest: Equatable {
    /// What is asked for.
    let action: String
    /// The asker's id, which the reply repeats.
    let requestID: String
    /// Where the payload starts in the bytes; `nil` when there is none.
    let payload: Int?

    /// The longest action or id that is accepted.
    static let textBytesMax = 128

    /// Reads a command.
    ///
    /// - Throws: `CommandRejection` that names what is wrong, with the id where it was readable.
    init(_ bytes: Span<UInt8>) throws(CommandRejection) {
        var action: String?
        var requestID: String?
        var payload: Int?
        do throws(JSONFault) {
            var scanner = JSONScanner()
            try scanner.enterObject(in: bytes)
            while let key = try scanner.nextKey(in: bytes) {
                if key.equals("action", in: bytes) {
                    action = try Self.text(&scanner, bytes)
                } else if key.equals("req_id", in: bytes) {
                    requestID = try Self.text(&scanner, bytes)
                } else {
                    if key.equals("payload", in: bytes) { payload = scanner.position }
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
    }

    /// Reads the payload as a fault.
    func fault(in bytes: Span<UInt8>) throws(CommandRejection) -> GatewayFault {
        guard let payload else { throw rejection("Invalid request: no payload") }
        var kindName: String?
        var duration: Duration?
        var count: UInt64?
        var symbol: String?
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
                } else if key.equals("symbol", in: bytes) {
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
            return try GatewayFault(kind, duration: duration, count: count, symbol: symbol)
        } catch {
            throw rejection(error.description)
        }
    }

    /// A refusal of this command.
    func rejection(_ message: String) -> CommandRejection {
        CommandRejection(requestID: requestID, message: message)
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

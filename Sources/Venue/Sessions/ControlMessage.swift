import Telemetry
import TradingCore

/// What a client asks for on an open connection.
struct ControlMessage: Sendable, Equatable {
    /// What is asked for.
    enum Method: Sendable, Equatable {
        case subscribe([String])
        case unsubscribe([String])
        case list
        case setCombined(Bool)
        case getCombined
    }

    var method: Method
    /// The id as it was written; `null` where there is none.
    var id: String

    /// Why a message is refused; the words are the venue's.
    struct Refusal: Error, Equatable {
        var code: Int
        var message: String
        var id = "null"

        /// The answer.
        var text: String {
            #"{"error":{"code":\#(code),"msg":\#(JSONWriter.quoted(message))},"id":\#(id)}"#
        }
    }

    private static let methods = [
        "SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY",
    ]

    /// Reads a message.
    init(_ bytes: Span<UInt8>) throws(Refusal) {
        var fields = Fields()
        do throws(JSONFault) {
            try fields.read(bytes)
        } catch {
            throw Refusal(
                code: 3,
                message: "Invalid JSON: expected value at line 1 column \(error.position + 1)"
            )
        }
        id = fields.id ?? "null"
        guard !fields.hasBadID else {
            throw Refusal(
                code: 2,
                message: "Invalid request: request ID must be an unsigned integer"
            )
        }
        guard let method = fields.method else {
            throw Refusal(code: 2, message: "Invalid request: missing field `method`", id: id)
        }
        let streams = fields.parameters
        switch method {
        case "SUBSCRIBE": self.method = .subscribe(try Self.names(streams, id))
        case "UNSUBSCRIBE": self.method = .unsubscribe(try Self.names(streams, id))
        case "LIST_SUBSCRIPTIONS": self.method = .list
        case "SET_PROPERTY":
            guard streams == ["combined"], let flag = fields.flag else {
                throw Refusal(code: 0, message: "Unknown property", id: id)
            }
            self.method = .setCombined(flag)
        case "GET_PROPERTY":
            guard streams == ["combined"] else {
                throw Refusal(code: 0, message: "Unknown property", id: id)
            }
            self.method = .getCombined
        default:
            let known = Self.methods.map { "`\($0)`" }.joined(separator: ", ")
            throw Refusal(
                code: 2,
                message: "Invalid request: unknown variant `\(method)`, expected one of \(known)",
                id: id
            )
        }
    }

    private static func names(_ names: [String], _ id: String) throws(Refusal) -> [String] {
        guard names.allSatisfy({ StreamName.isValid($0) }) else {
            throw Refusal(code: 2, message: "Invalid request: invalid stream", id: id)
        }
        return names
    }

    private struct Fields {
        var method: String?
        var parameters: [String] = []
        var flag: Bool?
        var id: String?
        var hasBadID = false

        mutating func read(_ bytes: Span<UInt8>) throws(JSONFault) {
            var scanner = JSONScanner()
            try scanner.enterObject(in: bytes)
            while let key = try scanner.nextKey(in: bytes) {
                if key.equals("method", in: bytes) {
                    method = try scanner.string(in: bytes).string(in: bytes)
                } else if key.equals("params", in: bytes) {
                    try readParameters(&scanner, bytes)
                } else if key.equals("id", in: bytes) {
                    try readID(&scanner, bytes)
                } else {
                    try scanner.skipValue(in: bytes)
                }
            }
            try scanner.finish(in: bytes)
        }

        private mutating func readParameters(
            _ scanner: inout JSONScanner,
            _ bytes: Span<UInt8>
        ) throws(JSONFault) {
            try scanner.enterArray(in: bytes)
            while try scanner.nextElement(in: bytes) {
                if try scanner.nextKind(in: bytes) == .bool {
                    flag = try scanner.bool(in: bytes)
                } else {
                    parameters.append(try scanner.string(in: bytes).string(in: bytes))
                }
            }
        }

        private mutating func readID(
            _ scanner: inout JSONScanner,
            _ bytes: Span<UInt8>
        ) throws(JSONFault) {
            switch try scanner.nextKind(in: bytes) {
            case .string:
                let text = try scanner.string(in: bytes)
                hasBadID = text.count > 64
                id = JSONWriter.quoted(text.string(in: bytes))
            case .number:
                let number = try scanner.decimal(in: bytes)
                hasBadID = number.scale > 0 || number.mantissa < 0
                id = number.description
            case .null: try scanner.null(in: bytes)
            default:
                hasBadID = true
                try scanner.skipValue(in: bytes)
            }
            if hasBadID { id = nil }
        }
    }
}

import Telemetry
import TradingCore

extension DeskRecord {
    /// The record as one JSON object.
    var text: String {
        DeskText.object { json in
            switch self {
            case .accepted(let requestID, let hash):
                json.value("accepted", "record")
                json.value(requestID, "req_id")
                json.value(String(hash.value, radix: 16), "hash")
            case .decided(let requestID, let hash, let reply):
                json.value("decided", "record")
                json.value(requestID, "req_id")
                json.value(String(hash.value, radix: 16), "hash")
                json.value(reply.code, "code")
                json.value(reply.ticket, "ticket")
                json.value(reply.message, "message")
                if let data = reply.data { json.value(data, "data") }
            case .fenced(let requestID):
                json.value("fenced", "record")
                json.value(requestID, "req_id")
            case .killSwitch(let isEngaged, let operatorName, let reason):
                json.value("kill_switch", "record")
                json.value(isEngaged, "engaged")
                json.value(operatorName, "operator")
                json.value(reason, "reason")
            case .forgotten: json.value("forgotten", "record")
            case .venue(let change): change.write(to: &json)
            }
        }
    }

    /// Reads a record.
    ///
    /// - Throws: `RecordFault` that names what is missing, or `JSONFault` as member `json`.
    init(_ bytes: Span<UInt8>) throws(RecordFault) {
        let fields: RecordFields
        do throws(JSONFault) {
            // A report names its deals, each with its members.
            var scanner = JSONScanner(keyCountMax: 1_000_000)
            fields = try RecordFields(&scanner, bytes)
            try scanner.finish(in: bytes)
        } catch {
            throw RecordFault("json at byte \(error.position): \(error.reason)")
        }
        switch try fields.text("record") {
        case "accepted":
            self = .accepted(
                requestID: try fields.text("req_id"),
                hash: try PayloadHash(fields)
            )
        case "decided":
            self = .decided(
                requestID: try fields.text("req_id"),
                hash: try PayloadHash(fields),
                reply: StoredReply(
                    code: try fields.integer("code"),
                    ticket: try fields.integer("ticket"),
                    message: try fields.text("message"),
                    data: fields.optionalText("data")
                )
            )
        case "fenced": self = .fenced(requestID: try fields.text("req_id"))
        case "kill_switch":
            self = .killSwitch(
                isEngaged: try fields.flag("engaged"),
                operatorName: try fields.text("operator"),
                reason: try fields.text("reason")
            )
        case "forgotten": self = .forgotten
        default: self = .venue(try VenueChange(fields))
        }
    }
}

extension PayloadHash {
    fileprivate init(_ fields: RecordFields) throws(RecordFault) {
        guard let value = UInt64(try fields.text("hash"), radix: 16) else {
            throw RecordFault("hash")
        }
        self.init(value: value)
    }
}

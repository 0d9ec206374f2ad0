import Telemetry

/// The answer to a command: `{"req_id","boot_id","error","ticket","msg","retcode","data"}`.
enum CommandReply {
    /// `TRADE_RETCODE_INVALID` of MQL5: the request cannot be understood.
    static let invalidRequest = 10_013

    /// An answer to a command that was carried out.
    static func done(
        _ requestID: String,
        bootID: String,
        message: String,
        data: (inout JSONWriter) -> Void
    ) -> String {
        text(requestID, bootID, message, retcode: 0) { json in json.object("data", data) }
    }

    /// An answer to a command that was refused.
    static func refused(_ rejection: CommandRejection, bootID: String) -> String {
        text(rejection.requestID, bootID, rejection.message, retcode: invalidRequest) { json in
            json.null("data")
        }
    }

    private static func text(
        _ requestID: String,
        _ bootID: String,
        _ message: String,
        retcode: Int,
        _ data: (inout JSONWriter) -> Void
    ) -> String {
        var writer = JSONWriter()
        writer.object { json in
            json.value(requestID, "req_id")
            json.value(bootID, "boot_id")
            json.value(retcode != 0, "error")
            json.value(0, "ticket")
            json.value(message, "msg")
            json.value(retcode, "retcode")
            data(&json)
        }
        return writer.text
    }
}

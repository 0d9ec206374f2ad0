import Telemetry
import TradingCore

/// An answer without its envelope: what is stored of a decided command and sent again word for word.
package struct StoredReply: Sendable, Equatable {
    /// The return code.
    package var code: Int32
    /// The order, or 0.
    package var ticket: UInt64
    /// A sentence for people.
    package var message: String
    /// A JSON object, or `nil` for `null`.
    package var data: String?

    package init(code: Int32, ticket: UInt64 = 0, message: String, data: String? = nil) {
        self.code = code
        self.ticket = ticket
        self.message = message
        self.data = data
    }

    /// A refusal of the gateway itself.
    init(refusing code: Int32, _ message: String) {
        self.init(code: code, message: message)
    }

    /// What a venue said.
    init(_ report: VenueReport) {
        self.init(
            code: report.code,
            ticket: report.ticket,
            message: report.message,
            data: DeskText.object { DeskText.write(report, to: &$0) }
        )
    }

    /// Whether the command was refused, or its outcome is not known.
    package var isError: Bool { !ReturnCode.isDone(code) }
}

extension StoredReply {
    /// The whole answer.
    ///
    /// - Parameters:
    ///   - requestID: The id that is answered.
    ///   - dialect: The form.
    ///   - bootID: The start of the process; `nil` leaves it out.
    ///   - now: The gateway's clock.
    /// - Returns: One JSON object.
    func text(
        _ requestID: String,
        _ dialect: CommandDialect,
        bootID: String?,
        now: WallTime
    ) -> String {
        DeskText.object { json in
            json.value(requestID, "req_id")
            switch dialect {
            case .current:
                if let bootID { json.value(bootID, "boot_id") }
                json.value(isError, "error")
                json.value(ticket, "ticket")
                json.value(message, "msg")
                json.value(code, "retcode")
                json.literal(data ?? "null", "data")
            case .first:
                let word = code == ReturnCode.timeout ? "PENDING" : isError ? "ERROR" : "SUCCESS"
                json.value(word, "status")
                json.literal(DeskText.seconds(now), "timestamp")
                json.literal(data ?? "null", "data")
                if isError { json.value(message, "error") } else { json.null("error") }
            }
        }
    }
}

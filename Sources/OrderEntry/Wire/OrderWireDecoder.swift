package import TradingCore

/// Reads what the gateway says: our form and both older ones; `docs/protocol.md` has the formats.
///
/// It decides nothing and keeps nothing. Keys may come in any order, unknown ones are skipped, numbers
/// stay exact, and every text and list is bounded.
package struct OrderWireDecoder: Sendable {
    /// The longest sentence for people that is kept.
    static let messageBytesMax = 256
    /// Deals in one answer at most.
    static let dealsMax = 1000
    /// Positions in one answer at most.
    static let positionsMax = 1024
    /// Working orders in one answer at most.
    static let ordersMax = 4096

    /// The number that marks our orders and positions at the venue.
    package let magic: Int64

    package init(magic: Int64) { self.magic = magic }

    // MARK: Envelope

    /// Reads the envelope of an answer, and proves that the whole frame is sound.
    package func envelope(_ bytes: [UInt8]) throws(OrderWireFault) -> ReplyEnvelope {
        var reader = WireReader(bytes)
        var envelope = ReplyEnvelope()
        var hasVerdict = false
        try reader.enterObject()
        while let key = try reader.key() {
            switch key {
            case "req_id":
                let id = try reader.text(key)
                envelope.requestID = id.isEmpty ? nil : id
            case "boot_id": envelope.bootID = try reader.text(key)
            case "error":
                if try reader.kind() == .bool {
                    envelope.isError = try reader.flag()
                    hasVerdict = true
                } else {
                    let message = try reader.text(key)
                    if !message.isEmpty { envelope.message = Self.cut(message) }
                }
            case "status":
                envelope.status = try reader.text(key)
                envelope.isError = envelope.status == "ERROR"
                hasVerdict = true
            case "ticket": envelope.ticket = try reader.unsigned()
            case "msg": envelope.message = Self.cut(try reader.text(key))
            case "retcode":
                guard let code = Int32(exactly: try reader.integer(key)) else { throw .value(key) }
                envelope.returnCode = code
            case "timestamp":
                if try reader.kind() == .number {
                    envelope.time = try reader.time(key)
                } else {
                    try reader.skip()
                }
            case "data":
                if try reader.kind() == .object { envelope.dataPosition = reader.position }
                try reader.skip()
            default: try reader.skip()
            }
        }
        try reader.finish()
        guard hasVerdict else { throw .missing("error") }
        return envelope
    }

    static func cut(_ message: String) -> String {
        guard message.utf8.count > messageBytesMax else { return message }
        var kept = ""
        var count = 0
        for character in message {
            count += character.utf8.count
            guard count <= messageBytesMax else { break }
            kept.append(character)
        }
        return kept
    }

    // MARK: Commands

    /// What an answer says about a command.
    ///
    /// Where `data` has a `state`, that counts; else the return code; a code that proves nothing leaves
    /// the outcome unknown.
    package func report(
        _ bytes: [UInt8],
        _ envelope: ReplyEnvelope,
        about intent: OrderIntent
    ) throws(OrderWireFault) -> OrderReport {
        var body = ReportBody()
        if let position = envelope.dataPosition {
            var reader = WireReader(bytes, at: position)
            try body.read(&reader, self)
        }
        if envelope.status != nil { return oldReport(envelope, body, about: intent) }
        guard let code = envelope.returnCode else { throw .missing("retcode") }
        return body.report(
            returnCode: code,
            ticket: envelope.ticket,
            message: envelope.message,
            isError: envelope.isError,
            about: intent
        )
    }

    /// The oldest dialect, whose `SUCCESS` means only that something came back from the venue.
    private func oldReport(
        _ envelope: ReplyEnvelope,
        _ body: ReportBody,
        about intent: OrderIntent
    ) -> OrderReport {
        let wasNotUnderstood =
            envelope.message.hasPrefix("Invalid request")
            || envelope.message.hasPrefix("Unknown action")
        let code: Int32 =
            if let code = envelope.returnCode ?? body.returnCode {
                code
            } else if envelope.isError, wasNotUnderstood {
                ReturnCode.invalid
            } else {
                -1
            }
        return body.report(
            returnCode: code,
            ticket: envelope.ticket,
            message: envelope.message,
            isError: envelope.isError,
            about: intent
        )
    }

    // MARK: Queries

    /// What an answer to `HEARTBEAT` says.
    package func heartbeat(
        _ bytes: [UInt8],
        _ envelope: ReplyEnvelope
    ) throws(OrderWireFault) -> HeartbeatReply {
        var reply = HeartbeatReply(time: envelope.time)
        guard let position = envelope.dataPosition else { return reply }
        var reader = WireReader(bytes, at: position)
        try reader.enterObject()
        while let key = try reader.key() {
            switch key {
            case "timestamp" where try reader.kind() == .number: reply.time = try reader.time(key)
            case "killed": reply.isKilled = try reader.flag()
            case "lease_seconds":
                let seconds = try reader.decimal()
                if seconds > .zero {
                    reply.lease = .milliseconds(Int64(min(seconds.doubleValue, 1e6) * 1000))
                }
            default: try reader.skip()
            }
        }
        return reply
    }

    /// What an answer to `ORDER_STATUS` or `ORDER_FENCE` says.
    package func status(
        _ bytes: [UInt8],
        _ envelope: ReplyEnvelope,
        about intent: OrderIntent
    ) throws(OrderWireFault) -> OrderStatusReply {
        guard let position = envelope.dataPosition else { throw .missing("data") }
        var reply = OrderStatusReply()
        var returnCode: Int32?
        var body: ReportBody?
        var reader = WireReader(bytes, at: position)
        var hasKnown = false
        try reader.enterObject()
        while let key = try reader.key() {
            switch key {
            case "known":
                reply.isKnown = try reader.flag()
                hasKnown = true
            case "fenced": reply.isFenced = try reader.flag()
            case "in_flight": reply.isInFlight = try reader.flag()
            case "retcode":
                guard let code = Int32(exactly: try reader.integer(key)) else { throw .value(key) }
                returnCode = code
            case "report":
                if try reader.takesNull() { continue }
                var read = ReportBody()
                try read.read(&reader, self)
                body = read
            default: try reader.skip()
            }
        }
        guard hasKnown else { throw .missing("known") }
        if reply.isKnown, !reply.isInFlight, !reply.isFenced {
            let code = returnCode ?? body?.returnCode ?? -1
            reply.report = (body ?? ReportBody()).report(
                returnCode: code,
                ticket: 0,
                message: envelope.message,
                isError: ReturnCode.meaning(code) == .refused,
                about: intent
            )
        }
        return reply
    }
}

internal import Telemetry
package import TradingCore

/// Writes what is said to the gateway; `docs/protocol.md` has the format.
///
/// Prices and volumes are written with the digits that they have, never through a binary fraction.
package struct OrderWireEncoder: Sendable {
    /// The number that marks our orders and positions at the venue.
    package let magic: Int64

    package init(magic: Int64) { self.magic = magic }

    /// A command, which may be executed until `validUntil` on the gateway's clock.
    package func command(
        _ intent: OrderIntent,
        validUntil: WallTime,
        at now: WallTime
    ) -> [UInt8] {
        var json = Fields()
        json.text("action", Self.action(intent.command))
        json.text("req_id", intent.id.description)
        json.time("timestamp", now)
        json.time("valid_until", validUntil)
        json.object("payload", payload(intent))
        return json.frame
    }

    /// A question.
    package func query(_ query: OrderQuery, requestID: String, at now: WallTime) -> [UInt8] {
        var payload = Fields()
        switch query {
        case .heartbeat: break
        case .status(let id), .fence(let id): payload.text("order_id", id.description)
        case .synchronize(let deal): payload.raw("since_deal", String(deal))
        case .describe(let symbol): payload.text("symbol", symbol)
        case .kill(let reason):
            payload.raw("engage", "true")
            payload.text("reason", reason)
        }
        var json = Fields()
        json.text("action", query.action)
        json.text("req_id", requestID)
        json.time("timestamp", now)
        json.object("payload", payload)
        return json.frame
    }

    private static func action(_ command: OrderCommand) -> String {
        switch command {
        case .place: "ORDER_SEND"
        case .modify: "ORDER_MODIFY"
        case .cancel: "ORDER_CANCEL"
        case .close: "ORDER_CLOSE"
        }
    }

    private func payload(_ intent: OrderIntent) -> Fields {
        var payload = Fields()
        switch intent.command {
        case .place:
            payload.text("symbol", intent.symbol)
            payload.text("type", Self.type(intent))
            payload.decimal("volume", intent.quantity)
            if let price = Self.price(intent) { payload.decimal("price", price) }
            if intent.deviation > 0 { payload.raw("deviation", String(intent.deviation)) }
            stops(intent, &payload)
            mark(intent, &payload)
        case .modify(let ticket, _):
            payload.raw("ticket", String(ticket))
            if let price = Self.price(intent) { payload.decimal("price", price) }
            stops(intent, &payload)
        case .cancel(let ticket, _): payload.raw("ticket", String(ticket))
        case .close(let position):
            payload.raw("ticket", String(position))
            payload.decimal("volume", intent.quantity)
            if intent.deviation > 0 { payload.raw("deviation", String(intent.deviation)) }
            mark(intent, &payload)
        }
        return payload
    }

    private func stops(_ intent: OrderIntent, _ payload: inout Fields) {
        if let price = intent.stopLoss { payload.decimal("sl", price) }
        if let price = intent.takeProfit { payload.decimal("tp", price) }
    }

    private func mark(_ intent: OrderIntent, _ payload: inout Fields) {
        payload.raw("magic", String(magic))
        payload.text("comment", intent.id.tag)
    }

    private static func price(_ intent: OrderIntent) -> ExactDecimal? {
        switch intent.kind {
        case .market: nil
        case .limit(let price), .stop(let price): price
        }
    }

    private static func type(_ intent: OrderIntent) -> String {
        let side = intent.side == .buy ? "OP_BUY" : "OP_SELL"
        return switch intent.kind {
        case .market: side
        case .limit: side + "LIMIT"
        case .stop: side + "STOP"
        }
    }
}

/// The members of one JSON object, as text.
private struct Fields {
    private var text = ""

    var frame: [UInt8] { Array("{\(text)}".utf8) }

    mutating func raw(_ key: String, _ value: String) {
        if !text.isEmpty { text += "," }
        text += "\"\(key)\":\(value)"
    }

    mutating func text(_ key: String, _ value: String) { raw(key, JSONWriter.quoted(value)) }

    mutating func decimal(_ key: String, _ value: ExactDecimal) { raw(key, value.description) }

    mutating func object(_ key: String, _ fields: Fields) { raw(key, "{\(fields.text)}") }

    /// Seconds with all nine digits of the nanoseconds.
    mutating func time(_ key: String, _ time: WallTime) {
        raw(key, ExactDecimal(mantissa: time.nanoseconds, scale: 9).description)
    }
}

package import TradingCore

/// A command to the order desk, decoded.
package struct DeskCommand: Sendable, Equatable {
    /// What is asked for.
    package enum Work: Sendable, Equatable {
        /// Carried out once at most.
        case order(VenueRequest.Work)
        case status(orderID: String)
        case fence(orderID: String)
        case positions
        case account
        case symbol(String)
        case synchronize(sinceDeal: UInt64)
        case engageKillSwitch(reason: String, cancelsOrders: Bool)
        case releaseKillSwitch(operatorName: String, reason: String)
    }

    /// The id of this command.
    package var requestID: String
    /// The word on the wire.
    package var action: String
    /// What is asked for.
    package var work: Work
    /// Until when it may be executed, by the gateway's clock.
    package var validUntil: WallTime?
    /// How its sender wants to be answered.
    package var dialect: CommandDialect

    package init(
        requestID: String,
        action: String,
        work: Work,
        validUntil: WallTime? = nil,
        dialect: CommandDialect = .current
    ) {
        self.requestID = requestID
        self.action = action
        self.work = work
        self.validUntil = validUntil
        self.dialect = dialect
    }
}

/// The forms of reply.
package enum CommandDialect: Sendable, Equatable {
    /// `{"req_id","boot_id","error","ticket","msg","retcode","data"}`.
    case current
    /// `{"req_id","status","timestamp","data","error"}`, of the oldest gateways.
    case first
}

extension DeskCommand {
    /// The actions that are carried out once at most.
    static let orderActions: Set<String> = [
        "ORDER_SEND", "ORDER_MODIFY", "ORDER_CANCEL", "ORDER_CLOSE", "OPEN_ORDER",
        "CLOSE_POSITION",
    ]
    private static let queries: Set<String> = [
        "ORDER_STATUS", "ORDER_FENCE", "GET_POSITIONS", "GET_ACCOUNT_INFO", "GET_SYMBOL_INFO",
        "SYNC_ALL", "KILL_SWITCH",
    ]

    /// Whether an action is the desk's to answer.
    static func knows(_ action: String) -> Bool {
        orderActions.contains(action) || queries.contains(action)
    }

    /// Whether an id can name an order: 1 to 64 bytes of printable ASCII that JSON need not escape.
    static func isValidID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
    }

    /// Decodes what is asked for.
    ///
    /// - Throws: `FieldFault` with the code and the field.
    init(_ request: CommandRequest, _ bytes: Span<UInt8>) throws(FieldFault) {
        let fields =
            if let payload = request.payload {
                try PayloadFields(bytes, at: payload)
            } else {
                PayloadFields()
            }
        self.init(
            requestID: request.requestID,
            action: request.action,
            work: try Self.work(request.action, fields),
            validUntil: request.validUntil,
            dialect: request.dialect
        )
    }

    private static func work(
        _ action: String,
        _ fields: PayloadFields
    ) throws(FieldFault) -> Work {
        switch action {
        case "ORDER_SEND": .order(.send(try newOrder(fields)))
        case "OPEN_ORDER": .order(.send(try firstDialectOrder(fields)))
        case "ORDER_MODIFY":
            .order(
                .modify(
                    ticket: try required(fields, .ticket),
                    price: try fields.positive(.price),
                    stopLoss: try fields.positive(.sl),
                    takeProfit: try fields.positive(.tp)
                )
            )
        case "ORDER_CANCEL": .order(.cancel(ticket: try required(fields, .ticket)))
        case "ORDER_CLOSE", "CLOSE_POSITION":
            .order(
                .close(
                    position: try required(fields, .ticket),
                    volume: try fields.positive(.volume)?.trimmed,
                    deviation: try deviation(fields),
                    magic: try magic(fields),
                    comment: try comment(fields)
                )
            )
        case "ORDER_STATUS": .status(orderID: try orderID(fields))
        case "ORDER_FENCE": .fence(orderID: try orderID(fields))
        case "GET_POSITIONS": .positions
        case "GET_ACCOUNT_INFO": .account
        case "GET_SYMBOL_INFO": .symbol(try fields.text(.symbol))
        case "SYNC_ALL": .synchronize(sinceDeal: try fields.unsigned(.sinceDeal) ?? 0)
        case "KILL_SWITCH": try killSwitch(fields)
        default: throw FieldFault(ReturnCode.invalid, "unknown action: \(action)")
        }
    }

    private static func killSwitch(_ fields: PayloadFields) throws(FieldFault) -> Work {
        guard fields.flags[.engage] ?? true else {
            return .releaseKillSwitch(
                operatorName: try statement(fields, .operatorName),
                reason: try statement(fields, .reason)
            )
        }
        return .engageKillSwitch(
            reason: fields.texts[.reason] ?? "",
            cancelsOrders: fields.flags[.cancel] ?? false
        )
    }

    private static func statement(
        _ fields: PayloadFields,
        _ key: PayloadFields.Key
    ) throws(FieldFault) -> String {
        let text = try fields.text(key)
        guard text.contains(where: { !$0.isWhitespace }) else { throw .invalid(key, text) }
        return text
    }

    private static func newOrder(
        _ fields: PayloadFields
    ) throws(FieldFault) -> VenueOrderRequest {
        let word = try fields.text(.type)
        guard let type = VenueOrderType(rawValue: word) else { throw .invalid(.type, word) }
        return try order(fields, type)
    }

    /// The oldest gateways were given the direction by three names, and bought where it was none of those
    /// they knew; here each that is given must say the same.
    private static func firstDialectOrder(
        _ fields: PayloadFields
    ) throws(FieldFault) -> VenueOrderRequest {
        var type: VenueOrderType?
        for key in [PayloadFields.Key.type, .side, .orderType] {
            guard let word = fields.texts[key] else { continue }
            let upper = word.uppercased()
            let read = VenueOrderType(rawValue: upper.hasPrefix("OP_") ? upper : "OP_" + upper)
            guard let read, !read.isPending, type ?? read == read else {
                throw .invalid(key, word)
            }
            type = read
        }
        guard let type else { throw .missing(.type) }
        return try order(fields, type)
    }

    private static func order(
        _ fields: PayloadFields,
        _ type: VenueOrderType
    ) throws(FieldFault) -> VenueOrderRequest {
        let symbol = try fields.text(.symbol)
        guard SymbolName.isValid(symbol) else { throw .invalid(.symbol, symbol) }
        let volume = try fields.number(.volume)
        guard volume.mantissa > 0 else { throw .invalid(.volume, "\(volume)") }
        var filling: VenueFilling?
        if let word = fields.texts[.filling] {
            guard let read = VenueFilling(rawValue: word) else { throw .invalid(.filling, word) }
            filling = read
        }
        let price = try fields.positive(.price)
        if type.isPending, price == nil { throw .missing(.price) }
        return VenueOrderRequest(
            symbol: symbol,
            type: type,
            volume: volume,
            price: type.isPending ? price : nil,
            deviation: try deviation(fields),
            filling: filling,
            stopLoss: try fields.positive(.sl),
            takeProfit: try fields.positive(.tp),
            magic: try magic(fields),
            comment: try comment(fields)
        )
    }

    private static func required(
        _ fields: PayloadFields,
        _ key: PayloadFields.Key
    ) throws(FieldFault) -> UInt64 {
        guard let number = try fields.unsigned(key) else { throw .missing(key) }
        return number
    }

    private static func orderID(_ fields: PayloadFields) throws(FieldFault) -> String {
        let text = try fields.text(.orderID)
        guard isValidID(text) else { throw .invalid(.orderID, text) }
        return text
    }

    private static func deviation(_ fields: PayloadFields) throws(FieldFault) -> UInt32? {
        guard let points = try fields.unsigned(.deviation) else { return nil }
        guard let narrow = UInt32(exactly: points) else { throw .invalid(.deviation, "\(points)") }
        return narrow
    }

    private static func magic(_ fields: PayloadFields) throws(FieldFault) -> Int64 {
        guard let magic = try fields.unsigned(.magic) else { return 0 }
        guard let narrow = Int64(exactly: magic) else { throw .invalid(.magic, "\(magic)") }
        return narrow
    }

    /// MT5 keeps 31 characters; a longer comment would come back cut, and a tag in it unreadable.
    private static func comment(_ fields: PayloadFields) throws(FieldFault) -> String {
        let comment = fields.texts[.comment] ?? ""
        guard comment.utf8.count <= 31 else { throw .invalid(.comment, comment) }
        return comment
    }
}

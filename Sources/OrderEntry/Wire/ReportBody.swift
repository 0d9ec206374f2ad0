internal import TradingCore

/// `data` of an answer to a command, and `report` of one to `ORDER_STATUS`.
struct ReportBody {
    var state: OrderState?
    var ticket: UInt64 = 0
    var position: UInt64 = 0
    var filled: ExactDecimal?
    var averagePrice = ExactDecimal.zero
    var returnCode: Int32?
    var deals: [Deal] = []

    mutating func read(
        _ reader: inout WireReader,
        _ decoder: OrderWireDecoder
    ) throws(OrderWireFault) {
        try reader.enterObject()
        while let key = try reader.key() {
            switch key {
            case "state":
                guard let state = Self.state(try reader.text(key)) else { throw .value(key) }
                self.state = state
            case "ticket": ticket = try reader.unsigned()
            case "position": position = try reader.unsigned()
            case "filled": filled = try reader.decimal()
            case "average_price": averagePrice = try reader.decimal()
            case "retcode":
                guard let code = Int32(exactly: try reader.integer(key)) else { throw .value(key) }
                returnCode = code
            case "deals": deals = try decoder.deals(&reader)
            default: try reader.skip()
            }
        }
        if let filled, filled < .zero { throw .value("filled") }
    }

    static func state(_ word: String) -> OrderState? {
        switch word {
        case "filled": .filled
        case "working": .acknowledged
        case "cancelled": .cancelled
        case "rejected": .rejected
        case "expired": .expired
        case "fenced": .fenced
        case "unknown": .unknown
        default: nil
        }
    }

    /// The report that this and the return code make together.
    func report(
        returnCode: Int32,
        ticket: UInt64,
        message: String,
        isError: Bool,
        about intent: OrderIntent
    ) -> OrderReport {
        let state = state ?? implied(returnCode, isError: isError, about: intent)
        var report = OrderReport(
            state: state,
            ticket: self.ticket == 0 ? ticket : self.ticket,
            position: position,
            averagePrice: averagePrice,
            returnCode: returnCode,
            message: message,
            deals: deals
        )
        switch intent.command {
        case .place, .close:
            report.filled = filled ?? (state == .filled ? intent.quantity : .zero)
        // What the answer says is filled is then another order's affair.
        case .modify, .cancel: report.averagePrice = .zero
        }
        return report
    }

    /// What the return code alone says.
    private func implied(
        _ returnCode: Int32,
        isError: Bool,
        about intent: OrderIntent
    ) -> OrderState {
        switch ReturnCode.meaning(returnCode) {
        // A success that is called an error, or the other way round, proves nothing.
        case .done: isError ? .unknown : .filled
        case .placed: isError ? .unknown : .acknowledged
        case .refused: isError ? .rejected : .unknown
        case .expired: .expired
        case .fenced: .fenced
        case .partial, .unknown: .unknown
        }
    }
}

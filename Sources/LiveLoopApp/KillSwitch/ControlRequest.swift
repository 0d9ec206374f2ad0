import Telemetry

/// What a command asks a running live loop through its control socket: one line of JSON.
package struct ControlRequest: Sendable, Equatable {
    /// The most bytes a request may have.
    package static let maximumLength = 64 << 10

    /// What can be asked for.
    package enum Command: String, Sendable, CaseIterable {
        /// Engage the kill switch.
        case kill
        /// Lift its latch.
        case reset
        /// Tell the state of the process as JSON.
        case status
        /// Tell the state of the process as lines for a terminal.
        case statusText = "status_text"
        /// Tell all metrics, in the text format of Prometheus.
        case metrics
        /// Settle an order of unknown outcome.
        case settle
        /// Read the configuration again.
        case reload
    }

    /// What is to be done.
    package var command: Command
    /// The symbol it is about; `nil` for the whole process.
    package var symbolName: String?
    /// Who asks.
    package var operatorName: String
    /// Why.
    package var reason: String
    /// The order that is settled.
    package var orderID: String?
    /// What it is settled as: the name of an ``OrderState``.
    package var settleAs: String?
    /// The result of the day from which losses count after a reset.
    package var acceptedResult: String?
    /// A higher limit of the day's loss after a reset.
    package var dailyLossMax: String?

    package init(
        _ command: Command,
        symbolName: String? = nil,
        operatorName: String,
        reason: String
    ) {
        self.command = command
        self.symbolName = symbolName
        self.operatorName = operatorName
        self.reason = reason
    }

    /// Reads a request; `nil` when it is not one.
    ///
    /// Members of other names are tolerated.
    package init?(line: some Sequence<UInt8>) {
        guard let record = FlatJSONObject(line),
            let command = record.string("command").flatMap(Command.init)
        else { return nil }
        switch record["symbol"] {
        case nil, .null?: symbolName = nil
        case .string(let name)?: symbolName = name
        default: return nil
        }
        self.command = command
        operatorName = record.string("operator") ?? ""
        reason = record.string("reason") ?? ""
        orderID = record.string("order_id")
        settleAs = record.string("settle_as")
        acceptedResult = record.string("accepted_result")
        dailyLossMax = record.string("daily_loss_max")
    }

    /// The request as one line of JSON, without its end.
    package var line: [UInt8] {
        var json = JSONWriter()
        json.object {
            $0.value(command.rawValue, "command")
            $0.value(operatorName, "operator")
            $0.value(reason, "reason")
            if let symbolName { $0.value(symbolName, "symbol") }
            if let orderID { $0.value(orderID, "order_id") }
            if let settleAs { $0.value(settleAs, "settle_as") }
            if let acceptedResult { $0.value(acceptedResult, "accepted_result") }
            if let dailyLossMax { $0.value(dailyLossMax, "daily_loss_max") }
        }
        return Array(json.text.utf8)
    }
}

/// What a running live loop answers: one line of JSON.
package struct ControlReply: Sendable, Equatable {
    /// The most bytes a reply may have.
    package static let maximumLength = 1 << 20

    /// Whether it was done.
    package var isDone: Bool
    /// What happened, for the person who asked.
    package var message: String

    package init(isDone: Bool, message: String) {
        self.isDone = isDone
        self.message = message
    }

    /// Reads a reply; `nil` when it is not one.
    package init?(line: some Sequence<UInt8>) {
        guard let record = FlatJSONObject(line), let isDone = record.flag("ok") else { return nil }
        self.isDone = isDone
        message = record.string("message") ?? ""
    }

    /// The reply as one line of JSON, without its end.
    package var line: [UInt8] {
        var json = JSONWriter()
        json.object {
            $0.value(isDone, "ok")
            $0.value(message, "message")
        }
        return Array(json.text.utf8)
    }
}

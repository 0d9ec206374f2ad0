internal import Telemetry
internal import TradingCore

// What is said about orders, the gateway and risk.

extension LogLines {
    /// The line of a notice about orders; `nil` for any other.
    func orderLine(for notice: LoopNotice, _ symbolName: (SymbolID) -> String) -> Line? {
        switch notice {
        case .orderRefused(let request, let refusal, let detail):
            var fields = fields(of: request, symbolName)
            if let detail { fields.append(LogField("limits", .text(detail))) }
            return Line(.warning, "orders", "order refused: \(refusal.name)", fields)
        case .orderApproved(let intent):
            return Line(.info, "orders", "order \(intent.command.name)", fields(of: intent))
        case .orderChanged(let before, let record): return line(from: before, record)
        case .deal(let deal): return line(of: deal)
        case .gatewayChanged(let before, let after): return line(from: before, after)
        case .instrumentUnknown(let symbol):
            return Line(
                .warning,
                "orders",
                "the venue does not know \(symbol); orders in it are refused"
                    + unknownSymbolRemedy,
                []
            )
        case .reconciled(let account):
            return Line(
                .info,
                "orders",
                "our book and the gateway's account agree",
                [
                    LogField("balance", .text("\(account.balance) \(account.currency)")),
                    LogField("equity", .text(account.equity.description)),
                    LogField("account", .text(account.marginMode.rawValue)),
                    LogField("positions", .text(String(account.positions.count))),
                    LogField("orders", .text(String(account.orders.count))),
                    LogField("mode", .text(mode)),
                ]
            )
        case .accountDiffers(let differences):
            return Line(
                .error,
                "orders",
                "our book and the gateway's account differ; looking again: "
                    + differences.joined(separator: "; "),
                []
            )
        case .accountRefused(let kind):
            let found =
                kind.map { "is \($0.rawValue)" } ?? "does not say what it is (trade_mode)"
            return Line(
                .error,
                "orders",
                "PAPER mode, but the gateway's account \(found): nothing is sent to it. Use a demo account, "
                    + "TRADING_MODE=live, or PAPER_ALLOW_REAL_ACCOUNT=true if you mean it",
                []
            )
        case .risk(let event):
            return Line(event.engagesKillSwitch ? .error : .warning, "risk", "\(event)", [])
        case .riskResetRefused(let error):
            return Line(
                .error,
                "risk",
                "the kill switch is reset, but nothing opens yet: \(error)",
                []
            )
        case .killEffectRefused(let text):
            return Line(
                .error,
                "orders",
                "what the kill switch wants gone was refused and is tried again: \(text)",
                []
            )
        default: return nil
        }
    }

    private func line(from before: OrderState, _ record: OrderRecord) -> Line {
        var fields = fields(of: record.intent)
        if record.ticket != 0 { fields.append(LogField("ticket", .text("\(record.ticket)"))) }
        if record.filled.mantissa != 0 {
            fields.append(LogField("filled", .text("\(record.filled)@\(record.averagePrice)")))
        }
        if record.returnCode != 0 {
            fields.append(LogField("retcode", .text(String(record.returnCode))))
        }
        if let block = record.block { fields.append(LogField("blocked", .text(block.rawValue))) }
        if let cause = record.unknownCause, record.state.isUnknown {
            fields.append(LogField("cause", .text(cause.rawValue)))
        }
        if !record.message.isEmpty { fields.append(LogField("msg", .text(record.message))) }
        let level: LogLevel =
            switch record.state {
            case .unknown, .manual: .error
            case .rejected, .notSent, .fenced, .expired: .warning
            case .sent: .debug
            case .intent, .acknowledged, .filled, .cancelled: .info
            }
        // What a reader of the older gateway's answer looks for.
        let note =
            record.state == .unknown
            ? ": Order timeout - status unknown (NOT retrying)"
            : record.state == .manual
                ? ": an operator must settle it (live-loop orders settle)" : ""
        return Line(
            level,
            "orders",
            "order \(record.intent.command.name) \(before.name) → \(record.state.name)\(note)",
            fields
        )
    }

    private func line(of deal: Deal) -> Line {
        let word = deal.side == .buy ? "bought" : "sold"
        var fields = [
            LogField("price", .text(deal.price.description)),
            LogField("position", .text(String(deal.position))),
            LogField("profit", .text(deal.profit.description)),
        ]
        if deal.reason != .command { fields.append(LogField("reason", .text("\(deal.reason)"))) }
        if !deal.isOurs { fields.append(LogField("ours", .text("no"))) }
        fields.append(LogField("mode", .text(mode)))
        return Line(.info, "orders", "\(word) \(deal.volume) \(deal.symbol)", fields)
    }

    private func line(from before: GatewayCondition, _ after: GatewayCondition) -> Line {
        let isBad = after.link == .silent || after.link == .lost || after.isKilled
        var fields = [LogField("boot_id", .text(after.bootID))]
        if let offset = after.clockOffset {
            fields.append(
                LogField("clock_offset_ms", .text("\(offset.wholeNanoseconds / 1_000_000)"))
            )
        }
        if after.isKilled { fields.append(LogField("killed", .text("yes"))) }
        return Line(
            isBad ? .error : .info,
            "orders",
            "order gateway \(before.link.name) → \(after.link.name)",
            fields
        )
    }

    private func fields(of intent: OrderIntent) -> [LogField] {
        [
            LogField("id", .text(intent.id.description)),
            LogField("symbol", .text(intent.symbol)),
            LogField("side", .text(intent.side == .buy ? "buy" : "sell")),
            LogField("quantity", .text(intent.quantity.description)),
            LogField("mode", .text(mode)),
        ]
    }

    private func fields(
        of request: StrategyRequest,
        _ symbolName: (SymbolID) -> String
    ) -> [LogField] {
        var fields: [LogField] = []
        switch request {
        case .place(let order):
            fields = [
                LogField("symbol", .text(symbolName(order.symbol))),
                LogField("side", .text(order.side == .buy ? "buy" : "sell")),
                LogField("quantity", .text(order.quantity.description)),
            ]
        case .modify(let number, _, _, _), .cancel(let number):
            fields = [LogField("request", .text(String(number)))]
        case .close(let position, _):
            fields = [
                LogField("symbol", .text(symbolName(position.symbol))),
                LogField("position", .text(String(position.ticket))),
            ]
        }
        fields.append(LogField("mode", .text(mode)))
        return fields
    }
}

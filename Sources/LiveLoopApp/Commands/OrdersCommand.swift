internal import OrderEntry
internal import Platform
internal import Telemetry
internal import TradingCore

/// `live-loop orders`: reads the ledger of orders, and settles what only a person can settle.
struct OrdersCommand {
    private static let shownMax = 200

    var options: OrdersOptions

    func run() -> ExitCode {
        Start.reporting { () throws(StartRefused) in
            let prepared = try Start.prepare(environmentFile: options.environmentFile)
            switch options.work {
            case .list(let selection): return try list(selection, prepared.configuration)
            case .settle(let settlement): return try settle(settlement, prepared)
            }
        }
    }

    // MARK: Reading

    private func list(
        _ selection: OrdersOptions.Selection,
        _ configuration: AppConfiguration
    ) throws(StartRefused) -> ExitCode {
        let wanted: LedgerReader.Selection =
            switch selection {
            case .all: .all
            case .open: .open
            case .unknown: .unknown
            case .id(let id): .id(id)
            }
        do throws(OrderStoreError) {
            let reader = try LedgerReader(path: OrderFactory.ledgerPath(configuration))
            let records = try reader.orders(wanted, limit: Self.shownMax)
            if options.isJSON {
                print(records)
            } else {
                for record in records { StandardStreams.writeOutput(Self.line(record) + "\n") }
                if records.isEmpty { StandardStreams.writeOutput("no such order\n") }
            }
            guard case .id(let id) = wanted, !options.isJSON else { return .success }
            for event in try reader.events(of: id) {
                StandardStreams.writeOutput("  \(event.at) \(Self.words(event.fact))\n")
            }
            return records.isEmpty ? .failure : .success
        } catch {
            throw StartRefused(.failure, "live-loop orders: \(error)")
        }
    }

    private static func line(_ record: OrderRecord) -> String {
        let intent = record.intent
        var words = [
            intent.createdAt.description, intent.id.description, record.state.name,
            intent.command.name, intent.side == .buy ? "buy" : "sell",
            intent.quantity.description, intent.symbol,
        ]
        if let price = intent.kind.price { words.append("at \(price)") }
        if record.filled.mantissa != 0 {
            words.append("filled \(record.filled)@\(record.averagePrice)")
        }
        if record.ticket != 0 { words.append("ticket \(record.ticket)") }
        if let cause = record.unknownCause { words.append("was unknown: \(cause.rawValue)") }
        if record.settlement != .none { words.append("settled: \(record.settlement)") }
        if let block = record.block { words.append("blocked: \(block.rawValue)") }
        if !record.message.isEmpty { words.append(record.message) }
        return words.joined(separator: "  ")
    }

    private func print(_ records: [OrderRecord]) {
        var writer = JSONWriter()
        writer.array { writer in
            for record in records { OrdersSnapshot.write(record, &writer) }
        }
        StandardStreams.writeOutput(writer.text + "\n")
    }

    private static func words(_ fact: OrderFact) -> String {
        switch fact {
        case .durable: "made durable"
        case .blocked(let block): "kept back at the last look: \(block.rawValue)"
        case .notSent: "not sent: no connection took it"
        case .sent(_, let limit): "sent, valid until \(limit)"
        case .answered(let report): "answered: \(report.state.name) \(report.message)"
        case .unanswered(let cause): "unknown: \(cause.rawValue)"
        case .found(let report): "found by a question: \(report.state.name) \(report.message)"
        case .fenced: "fenced: the gateway will never execute it"
        case .needsOperator(let text): "needs an operator: \(text)"
        case .updated(let report): "updated by the gateway: \(report.state.name)"
        case .settled(let state, let name, let reason):
            "settled as \(state.name) by \(name): \(reason)"
        }
    }

    // MARK: Settling

    private func settle(
        _ settlement: OrderSettlementRequest,
        _ prepared: Start.Prepared
    ) throws(StartRefused) -> ExitCode {
        let lock: InstanceLock
        do throws(InstanceLockError) {
            lock = try InstanceLock(prepared.paths)
        } catch {
            guard case .held = error else {
                throw StartRefused(.failure, "live-loop orders: \(error)")
            }
            return try ask(settlement, prepared.paths)
        }
        return try withExtendedLifetime(lock) { () throws(StartRefused) in
            try settleAlone(settlement, prepared.configuration)
        }
    }

    private func ask(
        _ settlement: OrderSettlementRequest,
        _ paths: KillSwitchPaths
    ) throws(StartRefused) -> ExitCode {
        var request = ControlRequest(
            .settle,
            operatorName: settlement.operatorName,
            reason: settlement.reason
        )
        request.orderID = settlement.id.description
        request.settleAs = settlement.state.name
        do throws(ControlError) {
            let reply = try ControlClient.ask(request, at: paths.controlSocket)
            StandardStreams.writeOutput(reply.message + "\n")
            return reply.isDone ? .success : .failure
        } catch {
            throw StartRefused(.failure, "live-loop orders: the running process: \(error)")
        }
    }

    private func settleAlone(
        _ settlement: OrderSettlementRequest,
        _ configuration: AppConfiguration
    ) throws(StartRefused) -> ExitCode {
        let now = WallTime(nanoseconds: SystemClock.wallNanoseconds())
        do throws(OrderStoreError) {
            var ledger = try OrderStore.open(
                path: OrderFactory.ledgerPath(configuration),
                at: now
            )
            let records = ledger.recovery.records
            guard var record = records.first(where: { $0.intent.id == settlement.id }) else {
                return refuse("no open order has the id \(settlement.id)")
            }
            guard record.apply(settlement.fact) == .changed else {
                return refuse(
                    "the order is \(record.state.name); only an unknown outcome can be settled"
                )
            }
            try ledger.store.commit([.fact(record, settlement.fact)], at: now)
            StandardStreams.writeOutput("settled as \(record.state.name)\n")
            return .success
        } catch {
            throw StartRefused(.failure, "live-loop orders: \(error)")
        }
    }

    private func refuse(_ text: String) -> ExitCode {
        StandardStreams.writeError("live-loop orders: \(text)\n")
        return .failure
    }
}

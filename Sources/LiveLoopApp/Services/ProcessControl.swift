internal import Platform
internal import Telemetry
internal import TradingCore

/// Answers the commands of the control socket for a running process.
struct ProcessControl: Sendable {
    let killSwitch: KillSwitchGuard
    /// Settles an order; `nil` when the order thread takes nothing.
    let settle: @Sendable (OrderSettlementRequest) -> Bool
    /// Tells risk that an operator has reset the kill switch.
    let resetRisk: @Sendable (RiskReset) -> Void
    /// Reads the configuration again, for somebody.
    let reload: @Sendable (String) -> ControlReply
    /// The state of the process at this moment.
    let report: @Sendable () -> StatusReport
    /// All metrics at this moment, in the text format of Prometheus.
    let metrics: @Sendable () -> String

    /// Does what a request asks; runs on the thread of the interface by which it came.
    func answer(_ request: ControlRequest, by way: KillSwitchNotice = .control) -> ControlReply {
        switch request.command {
        case .status: ControlReply(isDone: true, message: report().json)
        case .statusText: ControlReply(isDone: true, message: report().text)
        case .metrics: ControlReply(isDone: true, message: metrics())
        case .kill: kill(request, by: way)
        case .reset: reset(request)
        case .settle: settle(request)
        case .reload: reload("\(request.operatorName) by the control socket")
        }
    }

    private func settle(_ request: ControlRequest) -> ControlReply {
        let state = OrderState.allCases.first { $0.name == request.settleAs }
        guard let id = request.orderID.flatMap({ OrderID($0) }), let state,
            !request.operatorName.isEmpty, !request.reason.isEmpty
        else { return ControlReply(isDone: false, message: "not a settlement") }
        guard
            let record = report().loop.orders.open.first(where: { $0.intent.id == id }),
            record.state.isUnknown
        else {
            return ControlReply(isDone: false, message: "no order of unknown outcome has this id")
        }
        let settlement = OrderSettlementRequest(
            id: id,
            state: state,
            operatorName: request.operatorName,
            reason: request.reason
        )
        guard settle(settlement) else {
            return ControlReply(isDone: false, message: "the order thread takes nothing now")
        }
        return ControlReply(isDone: true, message: "settled as \(state.name)")
    }

    private func kill(_ request: ControlRequest, by way: KillSwitchNotice) -> ControlReply {
        let isNew = killSwitch.engage(
            KillSwitchTrip(
                scope: scope(request),
                cause: .request,
                reason: request.reason,
                operatorName: request.operatorName,
                time: WallTime(nanoseconds: SystemClock.wallNanoseconds()),
                noticedBy: way
            )
        )
        return ControlReply(isDone: true, message: isNew ? "engaged" : "it was engaged already")
    }

    private func reset(_ request: ControlRequest) -> ControlReply {
        var risk = RiskReset()
        for (text, field) in [
            (request.dailyLossMax, \RiskReset.dailyLossMax),
            (request.acceptedResult, \RiskReset.baseline),
        ] {
            guard let text else { continue }
            guard let value = ExactDecimal(typed: text) else {
                return ControlReply(isDone: false, message: "'\(text)' is no amount")
            }
            risk[keyPath: field] = value
        }
        let outcome = killSwitch.reset(
            KillSwitchResetRequest(
                scope: scope(request),
                operatorName: request.operatorName,
                reason: request.reason
            )
        )
        if case .lifted = outcome { resetRisk(risk) }
        return switch outcome {
        case .lifted(let trips):
            ControlReply(isDone: true, message: "lifted, it had been engaged \(trips.count) times")
        case .notEngaged: ControlReply(isDone: true, message: "it was not engaged")
        case .refused(let refusal): ControlReply(isDone: false, message: refusal.description)
        }
    }

    private func scope(_ request: ControlRequest) -> KillSwitchScope {
        request.symbolName.map { .symbol($0) } ?? .all
    }
}

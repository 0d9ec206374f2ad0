internal import Platform
internal import Telemetry
internal import TradingCore

/// Answers the commands of the control socket for a running process.
struct ProcessControl: Sendable {
    let killSwitch: KillSwitchGuard
    /// The state of the process at this moment.
    let report: @Sendable () -> StatusReport

    /// Does what a request asks; runs on the control socket's thread.
    func answer(_ request: ControlRequest) -> ControlReply {
        switch request.command {
        case .status: ControlReply(isDone: true, message: report().json)
        case .statusText: ControlReply(isDone: true, message: report().text)
        case .kill: kill(request)
        case .reset: reset(request)
        }
    }

    private func kill(_ request: ControlRequest) -> ControlReply {
        let isNew = killSwitch.engage(
            KillSwitchTrip(
                scope: scope(request),
                cause: .request,
                reason: request.reason,
                operatorName: request.operatorName,
                time: WallTime(nanoseconds: SystemClock.wallNanoseconds()),
                noticedBy: .control
            )
        )
        return ControlReply(isDone: true, message: isNew ? "engaged" : "it was engaged already")
    }

    private func reset(_ request: ControlRequest) -> ControlReply {
        let outcome = killSwitch.reset(
            KillSwitchResetRequest(
                scope: scope(request),
                operatorName: request.operatorName,
                reason: request.reason
            )
        )
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

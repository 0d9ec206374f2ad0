internal import MarketFeed
internal import Platform
internal import StatusAPI
internal import Telemetry
internal import TradingCore

extension HTTPInterface {
    /// What the interface shows, and what it does.
    var sources: StatusSources {
        let (cache, interface) = (cache, self)
        var sources = StatusSources()
        sources.health = {
            let report = cache.report()
            return StatusSources.Probe(isPassed: report.isAlive, json: report.probeJSON)
        }
        sources.readiness = {
            let report = cache.report()
            return StatusSources.Probe(isPassed: report.isReady, json: report.probeJSON)
        }
        sources.connections = { cache.report().connectionsJSON }
        sources.connection = { cache.report().connectionJSON($0) }
        sources.status = { cache.report().json }
        sources.risk = { cache.report().riskJSON }
        sources.orders = { cache.report().ordersJSON }
        sources.gaps = { cache.report().gapsJSON }
        sources.killSwitch = { cache.report().killSwitchJSON }
        sources.metrics = { interface.application.metricsText(openMetrics: $0) }
        sources.alerts = { interface.application.alerts.json() }
        sources.kill = { interface.kill($0) }
        sources.reset = { interface.reset($0) }
        sources.reload = { interface.reload($0) }
        sources.reconnect = { interface.reconnect($0, $1) }
        return sources
    }

    // MARK: What operators do

    /// Stopping must be easy: who and why may be left out.
    private func kill(_ asked: OperatorRequest) -> OperatorReply {
        let reply = control.answer(
            ControlRequest(
                .kill,
                symbolName: asked.symbolName,
                operatorName: asked.operatorName.isEmpty ? "http" : asked.operatorName,
                reason: asked.reason.isEmpty ? "asked for by HTTP" : asked.reason
            ),
            by: .http
        )
        cache.invalidate()
        return reply.isDone ? .done(reply.message) : .refused(reply.message)
    }

    private func reset(_ asked: OperatorRequest) -> OperatorReply {
        let reply = control.answer(
            ControlRequest(
                .reset,
                symbolName: asked.symbolName,
                operatorName: asked.operatorName,
                reason: asked.reason
            )
        )
        cache.invalidate()
        return reply.isDone ? .done(reply.message) : .refused(reply.message)
    }

    private func reload(_ asked: OperatorRequest) -> OperatorReply {
        let name = asked.operatorName.isEmpty ? "http" : asked.operatorName
        let reason = asked.reason.isEmpty ? "" : ": \(asked.reason)"
        let reply = control.reload("\(name) by HTTP\(reason)")
        cache.invalidate()
        return reply.isDone ? .done(reply.message) : .refused(reply.message)
    }

    private func reconnect(_ id: String, _ asked: OperatorRequest) -> OperatorReply {
        let receivers = application.running.withLock { $0.receivers }
        guard let receiver = receivers.first(where: { $0.configuration.name == id }) else {
            return .unknown
        }
        let isNew = receiver.requestReconnect()
        let now = SystemClock.monotonicNanoseconds()
        if case .write(let suppressed) = reconnectLines.withLock({ $0.admit(atNanoseconds: now) }) {
            say(
                .warning,
                "[HTTP] a new connection was asked for",
                [
                    LogField("connection", .text(id)),
                    LogField("operator", .text(asked.operatorName)),
                    LogField("reason", .text(asked.reason)),
                    LogField("suppressed", .integer(Int64(clamping: suppressed))),
                ]
            )
        }
        return .accepted(
            isNew
                ? "asked for; it is made before the old one is closed, and not more often than the "
                    + "limits for reconnecting allow"
                : "merged with a request that waits already"
        )
    }

    /// Writes a line to the log.
    func say(_ level: LogLevel, _ message: String, _ fields: [LogField] = []) {
        application.log(
            LogRecord(
                wallNanoseconds: SystemClock.wallNanoseconds(),
                level: level,
                component: "http",
                message: message,
                fields: fields
            )
        )
    }
}

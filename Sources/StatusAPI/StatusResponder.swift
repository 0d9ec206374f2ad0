package import HTTPServer
internal import Telemetry

/// Makes the answer to a request that was admitted; the bodies come from the sources.
package struct StatusResponder: Sendable {
    private let sources: StatusSources

    package init(_ sources: StatusSources) { self.sources = sources }

    /// The answer; `nil` when the body is not what the route asks for.
    package func answer(_ route: StatusRoute, _ request: HTTPRequest) -> HTTPAnswer? {
        guard request.head.method == "POST" else {
            if route == .events { return .eventStream(firstEvents) }
            return .response(read(route, request.head))
        }
        guard let asked = OperatorRequest(body: request.body) else { return nil }
        let reply: OperatorReply
        switch route {
        case .killSwitch: reply = sources.kill(asked)
        case .killSwitchReset:
            // Who lets trading go on must say who and why.
            guard !asked.operatorName.isEmpty, !asked.reason.isEmpty else { return nil }
            reply = sources.reset(asked)
        case .reload: reply = sources.reload(asked)
        case .reconnect(let id): reply = sources.reconnect(id, asked)
        default: return nil
        }
        return .response(
            .json(status: reply.status) { writer in
                writer.value(reply.isDone, "ok")
                writer.value(reply.message, "message")
            }
        )
    }

    /// The event that tells all clients the state of the process.
    package func statusEvent() -> [UInt8] { Self.event("status", sources.status()) }

    /// One event; `json` has no line feed.
    package static func event(_ name: String, _ json: String) -> [UInt8] {
        Array("event: \(name)\ndata: \(json)\n\n".utf8)
    }

    private var firstEvents: HTTPResponse {
        // A client that lost us comes back after a second.
        let body = Array("retry: 1000\n\n".utf8) + statusEvent()
        return .typed("text/event-stream", body, [HTTPRequestHead.Field("x-accel-buffering", "no")])
    }

    private func read(_ route: StatusRoute, _ head: HTTPRequestHead) -> HTTPResponse {
        switch route {
        case .page: page
        case .metrics: metrics(head)
        case .health: probe(sources.health())
        case .readiness: probe(sources.readiness())
        case .connections: .json(sources.connections())
        case .connection(let id):
            if let json = sources.connection(id) {
                .json(json)
            } else {
                StatusRefusal.path.response()
            }
        case .status: .json(sources.status())
        case .risk: .json(sources.risk())
        case .orders: .json(sources.orders())
        case .gaps: .json(sources.gaps())
        case .alerts: .json(sources.alerts())
        case .killSwitch: .json(sources.killSwitch())
        case .reconnect, .killSwitchReset, .reload, .events: StatusRefusal.method.response()
        }
    }

    private var page: HTTPResponse {
        // Only the script and the style of the page itself, known by their bytes, are run and
        // used; it may ask this server alone, and cannot make elements from text.
        let policy = [
            "default-src 'none'", "script-src \(EmbeddedPage.scriptHash)",
            "style-src \(EmbeddedPage.styleHash)", "img-src data:", "connect-src 'self'",
            "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
            "require-trusted-types-for 'script'", "trusted-types 'none'",
        ]
        return .typed(
            "text/html; charset=utf-8",
            sources.page(),
            [HTTPRequestHead.Field("content-security-policy", policy.joined(separator: "; "))]
        )
    }

    private func metrics(_ head: HTTPRequestHead) -> HTTPResponse {
        let isOpen = head.values("accept").contains {
            $0.lowercased().split(separator: ",").contains { choice in
                choice.drop { $0 == " " }.hasPrefix("application/openmetrics-text")
            }
        }
        let type =
            isOpen
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8"
        return .typed(type, Array(sources.metrics(isOpen).utf8))
    }

    private func probe(_ probe: StatusSources.Probe) -> HTTPResponse {
        .typed(
            "application/json",
            Array((probe.json + "\n").utf8),
            status: probe.isPassed ? 200 : 503
        )
    }
}

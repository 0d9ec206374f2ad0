internal import Platform
internal import StatusAPI
internal import Telemetry
internal import TradingCore

/// The HTTP interface of a running process: what it shows, and what operators do by it.
///
/// Everything an operator does goes the way of the control socket, so that both have the same effect,
/// the same refusals and the same journal.
struct HTTPInterface: Sendable {
    let application: Application
    let control: ProcessControl
    let cache: ReportCache<StatusReport>
    let reconnectLines = Locked(
        TokenRateLimit(burst: 5, intervalNanoseconds: 10_000_000_000)
    )

    init(_ application: Application, control: ProcessControl) {
        self.application = application
        self.control = control
        cache = ReportCache(
            clock: { MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds()) },
            make: { wait in
                let report = application.report(wait: wait)
                return (report, report.loop.takenAt)
            }
        )
    }

    /// Begins to serve; `nil` when it is switched off, or in paper when the address is taken.
    ///
    /// With money at stake a process that cannot be seen or stopped over HTTP does not start. On paper
    /// a second process on one machine is nothing unusual, and only says so.
    func start() throws(StartRefused) -> StatusServer? {
        let configuration = application.configuration
        guard let address = configuration.http.listen else {
            say(.info, "[HTTP] off, because HTTP_LISTEN is empty")
            return nil
        }
        var settings = StatusServer.Configuration(
            token: try token(configuration.http.tokenFile, "http_token"),
            resetToken: try token(configuration.http.resetTokenFile, "http_reset_token")
        )
        guard settings.token != settings.resetToken else {
            throw StartRefused(
                .configuration,
                "live-loop: HTTP_TOKEN_FILE and HTTP_RESET_TOKEN_FILE hold one and the same token"
            )
        }
        settings.host = address.host
        settings.port = address.port
        settings.eventInterval = configuration.http.eventInterval
        do {
            let server = try StatusServer(settings, sources: sources)
            // The server holds the application; it must not be held by it.
            application.alerts.follow { [weak server] json in
                server?.publish("alert", json: json)
            }
            application.metricSources.add { [weak server] in server?.counters.families ?? [] }
            say(.info, "[HTTP] http://\(address.text(port: server.port))/")
            return server
        } catch {
            let refusal = "HTTP_LISTEN=\(address.text) cannot be used: \(error)"
            guard configuration.mode == .paper else {
                throw StartRefused(.failure, "live-loop: \(refusal); set another address or port")
            }
            say(.warning, "[HTTP] off: \(refusal)")
            return nil
        }
    }

    // MARK: Tokens

    private func path(_ named: String?, _ standard: String) -> String {
        named ?? application.configuration.directories.state + "/" + standard
    }

    private func token(_ named: String?, _ standard: String) throws(StartRefused) -> BearerToken {
        do throws(HTTPTokenFault) {
            return try HTTPTokenFile.load(path(named, standard))
        } catch {
            throw StartRefused(.configuration, "live-loop: \(error)")
        }
    }
}

package import Alerting
internal import HTTPClient
internal import Platform
internal import Telemetry
internal import TradingCore

/// `live-loop alert-test`: posts one alert through the configured webhook, and says what came back.
struct AlertTestCommand {
    var options: AlertTestOptions

    /// Posts it; the queue of a running process is not touched.
    func run() -> ExitCode {
        Start.reporting { () throws(StartRefused) in
            let configuration = try Start.resolve(
                Start.Request(environmentFile: options.environmentFile),
                strategies: nil
            ).configuration
            guard let webhook = configuration.risk.webhook,
                let address = HTTPAddress(webhook.reveal())
            else {
                throw StartRefused(
                    .configuration,
                    "live-loop alert-test: RISK_WEBHOOK_URL is not set, nothing was sent; "
                        + "alerts go to the log only"
                )
            }
            return try post(to: address, configuration)
        }
    }

    private func post(
        to address: HTTPAddress,
        _ configuration: AppConfiguration
    ) throws(StartRefused) -> ExitCode {
        var request = HTTPRequest(
            .post(Array(body(configuration).utf8), type: "application/json"),
            address
        )
        request.authorityFile = configuration.alerts.webhookAuthorityFile
        let start = SystemClock.monotonicNanoseconds()
        let answer: Result<HTTPResponse, HTTPFailure>
        do throws(HTTPFailure) {
            var client = try HTTPClient()
            answer = .success(try client.perform(request))
        } catch {
            answer = .failure(error)
        }
        let took = Double(SystemClock.monotonicNanoseconds() - start) / 1e9
        let length = JSONWriter.fixed(took, digits: 3) ?? "?"
        switch answer {
        case .success(let response) where response.isSuccess:
            StandardStreams.writeOutput(
                "the webhook took the alert: status \(response.status) after \(length) s\n"
            )
            return .success
        case .success(let response):
            let status = WebhookAnswer.status(response.status)
            throw StartRefused(
                .failure,
                "live-loop alert-test: the webhook answered with status \(response.status) after "
                    + "\(length) s, accepted is 200 to 299; alerts would be "
                    + (status.isFinalRefusal ? "set aside" : "sent again and again")
            )
        case .failure(let failure):
            throw StartRefused(
                .failure,
                "live-loop alert-test: no answer after \(length) s: \(failure); alerts would wait"
            )
        }
    }

    private func body(_ configuration: AppConfiguration) -> String {
        let now = AlertTime(
            monotonic: MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds()),
            wall: WallTime(nanoseconds: SystemClock.wallNanoseconds())
        )
        let prefix = "test-" + String(now.wall.nanoseconds / 1_000_000, radix: 36)
        var center = AlertCenter(AlertCenterSettings(), idPrefix: prefix)
        let report = AlertReport(
            .test,
            "",
            options.severity,
            "a test by \(ProcessStatistics.userName): nothing is wrong"
        )
        guard case .tell(let message)? = center.take(.raised(report), at: now).first else {
            preconditionFailure("a center without alerts tells the first one")
        }
        let mode = configuration.mode.rawValue.uppercased()
        return message.json(mode: mode, version: Version.current)
    }
}

/// `live-loop alert-test`: posts one alert.
package struct AlertTestOptions: Sendable, Equatable {
    /// `--severity`.
    package var severity = AlertSeverity.info
    /// The file of variables, `--env-file`.
    package var environmentFile: String?

    package init() {}
}

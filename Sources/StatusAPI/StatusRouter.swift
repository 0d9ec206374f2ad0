package import HTTPServer
package import TradingCore

/// Decides about each request from its head: which route it is, and whether it may.
///
/// A value: the head and the time come in, the decision goes out, and what was refused is counted.
package struct StatusRouter: Sendable {
    /// What a request may do.
    package enum Decision: Sendable, Equatable {
        /// It is served once its body is here.
        case serve(StatusRoute)
        /// It is refused at once.
        case refuse(HTTPResponse)
    }

    /// All requests, by route and status.
    package private(set) var tally = RequestTally()
    /// Requests that came again and were answered without being carried out.
    package private(set) var repeated: UInt64 = 0
    /// Requests that were refused, by reason, in the order of ``StatusRefusal/allCases``.
    package private(set) var refused: [UInt64]
    private let token: BearerToken
    private let resetToken: BearerToken
    private var failures = TokenFailures()
    private var answered = AnsweredRequests()

    /// Decides with these tokens.
    ///
    /// - Parameters:
    ///   - token: Carried by requests that stop trading or renew a connection.
    ///   - resetToken: Carried by requests that let trading go on.
    package init(token: BearerToken, resetToken: BearerToken) {
        self.token = token
        self.resetToken = resetToken
        refused = Array(repeating: 0, count: StatusRefusal.allCases.count)
    }

    /// Decides about a head.
    package mutating func decide(_ head: HTTPRequestHead, at now: MonotonicTime) -> Decision {
        let route = StatusRoute(path: head.path)
        let decision = judge(head, route, at: now)
        if case .refuse(let response) = decision { tally.note(route, response.status) }
        return decision
    }

    private mutating func judge(
        _ head: HTTPRequestHead,
        _ route: StatusRoute?,
        at now: MonotonicTime
    ) -> Decision {
        if let refusal = RequestHeadRules.refusal(head) { return refuse(refusal) }
        guard let route else { return refuse(.path) }
        guard route.methods.contains(head.method) else {
            let allowed = route.methods.joined(separator: ", ")
            return refuse(.method, [HTTPRequestHead.Field("allow", allowed)])
        }
        if head.method == "POST" {
            if let refusal = checkToken(head, route, at: now) { return refusal }
            if let refusal = Self.bodyRefusal(head) { return refuse(refusal) }
            let keys = route.heedsKeys ? head.values("idempotency-key") : []
            guard keys.count <= 1, keys.allSatisfy(AnsweredRequests.isKey) else {
                return refuse(.malformed)
            }
        } else if head.value("transfer-encoding") != nil || Self.bodyLength(head) > 0 {
            return refuse(.malformed)
        }
        return .serve(route)
    }

    /// Counts an answer.
    ///
    /// - Parameters:
    ///   - route: Where the request led to.
    ///   - code: The status; `nil` for a stream of events, which the server counts itself.
    ///   - nanoseconds: How long making it took.
    package mutating func note(_ route: StatusRoute?, _ code: Int?, nanoseconds: Int64) {
        if let code { tally.note(route, code) }
        tally.note(route, nanoseconds: nanoseconds)
    }

    /// The answer to a request that came before, or that carries the key of another one.
    package mutating func recall(
        _ request: AnsweredRequests.Request,
        at now: MonotonicTime
    ) -> HTTPResponse? {
        switch answered.recall(request, at: now) {
        case .new: return nil
        case .answered(let response):
            repeated += 1
            return response
        case .keyReused:
            count(.keyReused)
            return StatusRefusal.keyReused.response()
        }
    }

    /// Keeps the answer to a request, for when it comes again.
    package mutating func remember(
        _ request: AnsweredRequests.Request,
        _ response: HTTPResponse,
        at now: MonotonicTime
    ) {
        answered.remember(request, response, at: now)
    }

    /// Counts a body that was refused and says so.
    package mutating func refuseBody() -> HTTPResponse {
        count(.body)
        return StatusRefusal.body.response()
    }

    /// How often a reason has refused.
    package func count(of refusal: StatusRefusal) -> UInt64 {
        refused[Self.index(refusal)]
    }

    private mutating func refuse(
        _ refusal: StatusRefusal,
        _ more: [HTTPRequestHead.Field] = []
    ) -> Decision {
        count(refusal)
        return .refuse(refusal.response(more))
    }

    private mutating func count(_ refusal: StatusRefusal) { refused[Self.index(refusal)] += 1 }

    private static func index(_ refusal: StatusRefusal) -> Int {
        StatusRefusal.allCases.firstIndex(of: refusal) ?? 0
    }

    // MARK: Tokens

    /// Who guesses must wait longer and longer; but the right token always stops trading, so that
    /// nobody can lock an operator out of the kill switch.
    private mutating func checkToken(
        _ head: HTTPRequestHead,
        _ route: StatusRoute,
        at now: MonotonicTime
    ) -> Decision? {
        let needed = route == .killSwitchReset ? resetToken : token
        let isRight = head.value("authorization").map(needed.isCarried) ?? false
        let wait = failures.wait(head.peer, at: now)
        if isRight, wait == nil || route == .killSwitch { return nil }
        if let wait {
            let seconds = max(1, (wait.wholeNanoseconds + 999_999_999) / 1_000_000_000)
            return refuse(
                .tokenFailures,
                [HTTPRequestHead.Field("retry-after", String(seconds))]
            )
        }
        failures.note(head.peer, at: now)
        return refuse(.token)
    }

    // MARK: Bodies

    private static func bodyLength(_ head: HTTPRequestHead) -> Int {
        head.value("content-length").flatMap(RequestHeadRules.bodyLength) ?? 0
    }

    private static func bodyRefusal(_ head: HTTPRequestHead) -> StatusRefusal? {
        if head.value("transfer-encoding") != nil { return .bodyLength }
        if bodyLength(head) > RequestHeadRules.bodyBytesMax { return .bodyTooLong }
        let type = head.value("content-type")?.split(separator: ";").first.map(trimmed)
        return type?.lowercased() == "application/json" ? nil : .contentType
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        return text
    }
}

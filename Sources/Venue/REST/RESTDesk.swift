import HTTPServer
import Telemetry
import TradingCore

/// Answers requests: market data under the venue's limits, and what the simulator is asked for itself.
struct RESTDesk: Sendable {
    let kind: MarketKind
    private var weight: RequestWeight
    private var errors: (left: Int, status: Int) = (0, 0)
    private var slow: (left: Int, duration: Duration) = (0, .zero)
    /// What happened so far.
    private(set) var counts = Counts()

    /// What happened so far.
    struct Counts: Sendable, Equatable {
        var requests = 0
        var answered = 0
        var refused = 0
        var limited = 0
        var failed = 0
        var delayed = 0
    }

    init(kind: MarketKind, weightMax: Int?) {
        self.kind = kind
        weight = RequestWeight(max: weightMax ?? kind.requestWeightMax)
    }

    /// Begins a fault about requests.
    mutating func apply(_ fault: VenueFault) {
        if fault.kind == .restError { errors = (fault.count, fault.status) }
        if fault.kind == .restSlow { slow = (fault.count, fault.duration ?? .zero) }
    }

    /// Answers a request for market data.
    mutating func answer(
        _ head: HTTPRequestHead,
        _ books: MarketBooks,
        milliseconds: Int64
    ) -> HTTPAnswer {
        counts.requests += 1
        let response = response(head, books, milliseconds)
        guard slow.left > 0 else { return .response(response) }
        slow.left -= 1
        counts.delayed += 1
        return .later(response, nanoseconds: slow.duration.wholeNanoseconds)
    }

    private mutating func response(
        _ head: HTTPRequestHead,
        _ books: MarketBooks,
        _ milliseconds: Int64
    ) -> HTTPResponse {
        guard errors.left == 0 else {
            errors.left -= 1
            counts.failed += 1
            return Self.refusal(
                MarketRequest.Refusal(status: errors.status, code: -1000, message: "On command.")
            )
        }
        do throws(MarketRequest.Refusal) {
            guard let request = try MarketRequest(head, kind: kind) else {
                throw MarketRequest.Refusal(
                    status: 404,
                    code: -5000,
                    message: "Path \(head.path), Method \(head.method) is invalid"
                )
            }
            let verdict = weight.charge(request.weight(kind), to: head.peer, at: milliseconds)
            var fields = [HTTPRequestHead.Field("x-mbx-used-weight-1m", String(verdict.used))]
            if let seconds = verdict.retryAfter {
                counts.limited += 1
                fields.append(HTTPRequestHead.Field("retry-after", String(seconds)))
                return Self.tooMany(weight.max, fields)
            }
            let body = try MarketAnswer(kind: kind).body(
                request,
                books,
                milliseconds: milliseconds
            )
            if body.isPartial { fields.append(HTTPRequestHead.Field("x-venue-book", "partial")) }
            counts.answered += 1
            return Self.json(200, body.bytes, fields)
        } catch {
            counts.refused += 1
            return Self.refusal(error)
        }
    }

    private static func tooMany(_ max: Int, _ fields: [HTTPRequestHead.Field]) -> HTTPResponse {
        let text =
            "Too much request weight used; current limit is \(max) request weight per 1 MINUTE."
        return json(429, Array(#"{"code":-1003,"msg":"\#(text)"}"#.utf8), fields)
    }

    private static func refusal(_ refusal: MarketRequest.Refusal) -> HTTPResponse {
        let text = #"{"code":\#(refusal.code),"msg":\#(JSONWriter.quoted(refusal.message))}"#
        return json(refusal.status, Array(text.utf8))
    }

    /// A response with JSON.
    static func json(
        _ status: Int,
        _ body: [UInt8],
        _ fields: [HTTPRequestHead.Field] = []
    ) -> HTTPResponse {
        let type = HTTPRequestHead.Field("content-type", "application/json;charset=UTF-8")
        return HTTPResponse(status: status, fields: [type] + fields, body: body)
    }
}

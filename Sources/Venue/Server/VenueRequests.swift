import HTTPServer
import Platform
import Telemetry
import TradingCore

/// Answers HTTP requests on the simulator's thread: market data, faults and the summary.
struct VenueRequests: Sendable {
    let control: VenueControl
    let acceptsFaults: Bool

    /// What decides about requests.
    var handler: HTTPServer.Handler {
        HTTPServer.Handler(admit: { _ in .accept }, answer: { answer($0) })
    }

    /// What a client of requests may use.
    static var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.bodyBytes = 4096
        // A slow answer is slow on command.
        limits.replyNanoseconds = 120_000_000_000
        return limits
    }

    private func answer(_ request: HTTPRequest) -> HTTPAnswer {
        let head = request.head
        switch (head.method, head.path) {
        case ("POST", "/fault"): return .response(fault(request.body))
        case ("GET", "/summary"):
            let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
            let text = control.core.withLock { $0.summary(at: now) }
            return .response(RESTDesk.json(200, Array(text.utf8)))
        case ("GET", _):
            let milliseconds = SystemClock.wallNanoseconds() / 1_000_000
            return control.core.withLock { core in
                core.desk.answer(head, core.books, milliseconds: milliseconds)
            }
        default: return .response(Self.refusal(405, "GET a path of the venue, or POST /fault"))
        }
    }

    private func fault(_ body: [UInt8]) -> HTTPResponse {
        guard acceptsFaults else { return Self.refusal(403, "faults are not accepted here") }
        let text = String(decoding: body, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        do throws(VenueError) {
            let fault = try VenueFault(text.joined())
            let numbers = control.apply(fault)
            var json = JSONWriter()
            json.object { json in
                json.value(fault.kind.rawValue, "fault")
                json.array("connections") { json in for number in numbers { json.value(number) } }
            }
            return RESTDesk.json(200, Array(json.text.utf8))
        } catch {
            return Self.refusal(400, error.description)
        }
    }

    private static func refusal(_ status: Int, _ message: String) -> HTTPResponse {
        RESTDesk.json(status, Array(#"{"error":\#(JSONWriter.quoted(message))}"#.utf8))
    }
}

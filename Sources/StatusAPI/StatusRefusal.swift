internal import HTTPServer
internal import Telemetry

/// Why a request was refused; each reason has a status code and a counter.
package enum StatusRefusal: String, Sendable, CaseIterable {
    /// The head is not one that every reader understands alike.
    case malformed
    /// The head is longer than 16 KiB.
    case headTooLong = "head_too_long"
    /// The path is longer than 1024 bytes.
    case pathTooLong = "path_too_long"
    /// The version is neither 1.1 nor 1.0.
    case version
    /// The name under which we were asked is not ours: a web page may have aimed a browser at us.
    case host
    /// Nothing is at the path.
    case path
    /// The path knows no such method.
    case method
    /// The token is missing or wrong.
    case token
    /// Too many wrong tokens came from this address.
    case tokenFailures = "token_failures"
    /// The body is not announced as JSON.
    case contentType = "content_type"
    /// The body comes without its length.
    case bodyLength = "body_length"
    /// The body is longer than 64 KiB.
    case bodyTooLong = "body_too_long"
    /// The body is not what the path asks for.
    case body
    /// The `Idempotency-Key` came with another request.
    case keyReused = "key_reused"

    /// The code of the response.
    package var status: Int {
        switch self {
        case .malformed, .body: 400
        case .token: 401
        case .path: 404
        case .method: 405
        case .bodyLength: 411
        case .bodyTooLong: 413
        case .pathTooLong: 414
        case .contentType: 415
        case .host: 421
        case .keyReused: 422
        case .tokenFailures: 429
        case .headTooLong: 431
        case .version: 505
        }
    }

    /// What a person reads; nothing about tokens.
    var message: String {
        switch self {
        case .malformed: "the request is ambiguous or malformed"
        case .headTooLong: "the head is longer than 16 KiB"
        case .pathTooLong: "the path is longer than 1024 bytes"
        case .version: "only HTTP/1.1 and HTTP/1.0 are served"
        case .host: "this server does not answer to that name; use its address or localhost"
        case .path: "nothing is here"
        case .method: "not with this method"
        case .token: "not authorized"
        case .tokenFailures: "too many failures"
        case .contentType: "the content type must be application/json"
        case .bodyLength: "send the body with its Content-Length"
        case .bodyTooLong: "the body is longer than 64 KiB"
        case .body: "the body must be a flat JSON object, see docs/openapi.yaml"
        case .keyReused: "another request of this path carried the same Idempotency-Key"
        }
    }

    /// The response.
    func response(_ more: [HTTPRequestHead.Field] = []) -> HTTPResponse {
        var fields = more
        if self == .token { fields.append(HTTPRequestHead.Field("www-authenticate", "Bearer")) }
        return .json(status: status, fields) { writer in
            writer.object("error") { writer in
                writer.value(rawValue, "code")
                writer.value(message, "message")
            }
        }
    }
}

extension HTTPResponse {
    /// Fields of every response: nothing is cached, guessed or shown inside another page.
    private static let guarding = [
        HTTPRequestHead.Field("cache-control", "no-store"),
        HTTPRequestHead.Field("x-content-type-options", "nosniff"),
        HTTPRequestHead.Field("x-frame-options", "DENY"),
        HTTPRequestHead.Field("referrer-policy", "no-referrer"),
    ]

    /// A response with a body of a type.
    static func typed(
        _ type: String,
        _ body: [UInt8],
        status: Int = 200,
        _ more: [HTTPRequestHead.Field] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: status,
            fields: [HTTPRequestHead.Field("content-type", type)] + guarding + more,
            body: body
        )
    }

    /// A response that is a JSON text.
    static func json(status: Int = 200, _ text: String) -> HTTPResponse {
        typed("application/json", Array((text + "\n").utf8), status: status)
    }

    /// A response that is a JSON object.
    static func json(
        status: Int,
        _ more: [HTTPRequestHead.Field] = [],
        _ body: (inout JSONWriter) -> Void
    ) -> HTTPResponse {
        var writer = JSONWriter()
        writer.object(nil, body)
        return typed("application/json", Array((writer.text + "\n").utf8), status: status, more)
    }
}

import HTTPServer
import StatusAPI
import Testing
import TradingCore

/// The secrets of tests.
enum TestTokens {
    static let text = String(repeating: "a1", count: 32)
    static let resetText = String(repeating: "b2", count: 32)

    static func token(_ text: String) throws -> BearerToken {
        try #require(BearerToken(Array(text.utf8)))
    }

    static func router() throws -> StatusRouter {
        StatusRouter(token: try token(text), resetToken: try token(resetText))
    }
}

extension HTTPRequestHead {
    /// A GET as a browser on this machine sends it.
    static func get(_ path: String, _ more: [Field] = []) -> HTTPRequestHead {
        HTTPRequestHead(method: "GET", path: path, fields: [Field("Host", "127.0.0.1:8080")] + more)
    }

    /// A POST that an operator may send.
    static func post(
        _ path: String,
        token: String? = TestTokens.text,
        length: Int = 2
    ) -> HTTPRequestHead {
        var fields = [
            Field("Host", "localhost:8080"), Field("Content-Type", "application/json"),
            Field("Content-Length", String(length)),
        ]
        if let token { fields.append(Field("Authorization", "Bearer \(token)")) }
        return HTTPRequestHead(method: "POST", path: path, fields: fields)
    }

    /// The same head with another value of a field, or without it.
    func with(_ name: String, _ value: String?) -> HTTPRequestHead {
        var head = self
        head.fields.removeAll { $0.name == name }
        if let value { head.fields.append(Field(name, value)) }
        return head
    }

    /// The same head with one more field.
    func adding(_ name: String, _ value: String) -> HTTPRequestHead {
        var head = self
        head.fields.append(Field(name, value))
        return head
    }
}

extension StatusRouter.Decision {
    /// The code of a refusal; 0 when the request is served.
    var refusalStatus: Int {
        if case .refuse(let response) = self { response.status } else { 0 }
    }
}

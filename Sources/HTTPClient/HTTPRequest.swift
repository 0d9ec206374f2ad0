/// A request to an HTTP server.
package struct HTTPRequest: Sendable {
    /// What is asked for.
    package enum Method: Sendable, Equatable {
        case get
        /// Hands over these bytes, of this media type.
        case post([UInt8], type: String)
    }

    /// What becomes of the body of the answer.
    package enum BodyUse: Sendable, Equatable {
        /// It is not looked at, and not received beyond 64 KiB.
        case ignore
        /// It is kept; a longer one is a failure.
        case keep(bytesMax: Int)
    }

    /// Where it goes.
    package var address: HTTPAddress
    /// What is asked for.
    package var method: Method
    /// Header lines besides those that the method needs, as `Name: value`.
    package var headers: [String] = []
    /// What becomes of the body of the answer.
    package var bodyUse = BodyUse.ignore
    /// The longest time from the first look-up of a name to the last byte.
    package var timeout = Duration.seconds(5)
    /// A file with the certificates of those who may vouch for the server; `nil` is the system's.
    package var authorityFile: String?

    package init(_ method: Method, _ address: HTTPAddress) {
        self.method = method
        self.address = address
    }
}

/// What a server answered.
package struct HTTPResponse: Sendable, Equatable {
    /// The status, such as 200; a redirect is not followed and shows here.
    package var status: Int
    /// The body, empty when it is ignored.
    package var body: [UInt8]

    package init(status: Int, body: [UInt8] = []) {
        self.status = status
        self.body = body
    }

    /// Whether the server says that it did what was asked.
    package var isSuccess: Bool { (200...299).contains(status) }
}

/// Why there is no answer; says nothing of the address, which may be a secret.
package struct HTTPFailure: Error, Sendable, Equatable {
    /// What failed.
    package enum Kind: String, Sendable, CaseIterable {
        /// The library could not be set up, or has no memory.
        case setup = "the HTTP library could not be set up"
        /// A header holds a line end, or an option is not accepted.
        case request = "the request is not accepted by the HTTP library"
        /// The proxy of the environment cannot be found or reached.
        case proxy = "the proxy cannot be reached"
        /// No address is known by the host's name.
        case resolve = "the host's name could not be resolved"
        /// Nobody takes the connection.
        case connect = "the connection was not taken"
        /// The server is not who it should be, or speaks no TLS that is accepted.
        case tls = "the server's certificate or TLS is not accepted"
        /// The file of certificates cannot be read.
        case authorityFile = "the file of certificates cannot be read"
        /// It took too long.
        case timeout = "no answer in time"
        /// The connection ended before the answer did.
        case ended = "the connection ended before the answer"
        /// The body is longer than allowed.
        case bodyTooLong = "the answer is too long"
        /// It was called off.
        case cancelled = "it was called off"
        /// Something else; the number tells what.
        case other = "the transfer failed"
    }

    /// What failed.
    package var kind: Kind
    /// The library's number (`CURLcode`), 0 where it has none.
    package var code: Int32

    package init(_ kind: Kind, code: Int32 = 0) {
        self.kind = kind
        self.code = code
    }
}

extension HTTPFailure: CustomStringConvertible {
    /// What failed, with the library's number.
    package var description: String {
        code == 0 ? kind.rawValue : "\(kind.rawValue) (curl \(code))"
    }
}

/// The head of a request, as it was sent.
package struct HTTPRequestHead: Sendable, Equatable {
    /// One header field.
    package struct Field: Sendable, Equatable {
        /// The name, in lower case.
        package var name: String
        /// The value, without blanks around it.
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name.lowercased()
            self.value = value
        }
    }

    /// The method, in the letters in which it was sent.
    package var method: String
    /// One argument of a query.
    package struct Argument: Sendable, Equatable {
        /// The name, with its escapes.
        package var name: String
        /// The value, with its escapes; empty where there is no `=`.
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The path, with its escapes; what follows a `?` is left out.
    package var path: String
    /// What follows a `?`, in its order.
    package var arguments: [Argument]
    /// The version, as in `HTTP/1.1`.
    package var version: String
    /// All fields; a name may come more than once.
    package var fields: [Field]
    /// How many bytes the head had.
    package var byteCount: Int
    /// The address of who asks, without a port.
    package var peer: String

    package init(
        method: String,
        path: String,
        arguments: [Argument] = [],
        version: String = "HTTP/1.1",
        fields: [Field] = [],
        byteCount: Int = 0,
        peer: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.arguments = arguments
        self.version = version
        self.fields = fields
        self.byteCount = byteCount
        self.peer = peer
    }

    /// The values of all fields of a name, which is given in lower case.
    package func values(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// The value of the first field of a name, which is given in lower case.
    package func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The value of the first argument of a name.
    package func argument(_ name: String) -> String? {
        arguments.first { $0.name == name }?.value
    }
}

/// A whole request.
package struct HTTPRequest: Sendable, Equatable {
    /// What came before the body.
    package var head: HTTPRequestHead
    /// The body; empty when there is none.
    package var body: [UInt8]

    package init(_ head: HTTPRequestHead, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }
}

/// A whole response.
///
/// The server adds `Date`, `Content-Length` and `Connection: close`.
package struct HTTPResponse: Sendable, Equatable {
    /// The status code.
    package var status: Int
    /// Further fields, in the order in which they are sent.
    package var fields: [HTTPRequestHead.Field]
    /// The body.
    package var body: [UInt8]

    package init(status: Int, fields: [HTTPRequestHead.Field] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

/// What is decided once the head of a request is read.
package enum HTTPAdmission: Sendable, Equatable {
    /// Answer at once; a body is not read.
    case refuse(HTTPResponse)
    /// Read the body, if there is one, and ask for the answer.
    case accept
}

/// What is sent for a request that was accepted.
package enum HTTPAnswer: Sendable, Equatable {
    /// A response with an end.
    case response(HTTPResponse)
    /// The same, so many nanoseconds later; the time counts as reading time of the client.
    case later(HTTPResponse, nanoseconds: Int64)
    /// Events without an end, which begin with these bytes; the head's fields come from the response.
    case eventStream(HTTPResponse)
}

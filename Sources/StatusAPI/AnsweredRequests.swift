package import HTTPServer
package import TradingCore

/// Requests that came with an `Idempotency-Key`, and how they were answered.
///
/// Who lost an answer sends the request again and gets that answer, and nothing is done a second time: a
/// reset that is sent again must not lift a kill that came in between. Bounded: the oldest makes room.
package struct AnsweredRequests: Sendable {
    /// A request as far as it is told from others.
    package struct Request: Sendable, Equatable {
        /// Where it was sent to; the same key elsewhere names another request.
        package var path: String
        /// The key.
        package var key: String
        /// What was asked.
        package var asked: OperatorRequest

        package init(path: String, key: String, asked: OperatorRequest) {
            self.path = path
            self.key = key
            self.asked = asked
        }
    }

    /// What is known of a request.
    package enum Recall: Sendable, Equatable {
        /// It has not come before, as far as is remembered.
        case new
        /// It came before, and this was the answer.
        case answered(HTTPResponse)
        /// Its key came with another request.
        case keyReused
    }

    private struct Entry: Sendable {
        var request: Request
        var response: HTTPResponse
        var time: MonotonicTime
    }

    /// The most requests that are remembered.
    package static let countMax = 128
    /// How long a request is remembered at most.
    package static let memory = Duration.seconds(600)
    /// The most bytes of a key.
    package static let keyBytesMax = 128

    private var entries: [Entry] = []

    package init() {}

    /// Whether a text can be a key: printable, without blanks, and not too long.
    package static func isKey(_ text: String) -> Bool {
        (1...keyBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// Looks a request up.
    package func recall(_ request: Request, at now: MonotonicTime) -> Recall {
        let known = entries.first {
            $0.request.key == request.key && $0.request.path == request.path
                && now - $0.time < Self.memory
        }
        guard let known else { return .new }
        return known.request == request ? .answered(known.response) : .keyReused
    }

    /// Keeps the answer to a new request.
    package mutating func remember(
        _ request: Request,
        _ response: HTTPResponse,
        at now: MonotonicTime
    ) {
        entries.removeAll { now - $0.time >= Self.memory }
        if entries.count >= Self.countMax { entries.removeFirst() }
        entries.append(Entry(request: request, response: response, time: now))
    }
}

internal import Telemetry

/// What an operator says with a request that changes something.
package struct OperatorRequest: Sendable, Equatable {
    /// Who asks.
    package var operatorName: String
    /// Why.
    package var reason: String
    /// The symbol it is about; `nil` for the whole process.
    package var symbolName: String?

    /// The most bytes of each text; it is kept in a journal.
    package static let textBytesMax = 512

    package init(operatorName: String, reason: String, symbolName: String? = nil) {
        self.operatorName = operatorName
        self.reason = reason
        self.symbolName = symbolName
    }

    /// Reads a body; `nil` when it is not one flat JSON object of the right kinds.
    ///
    /// No body at all says nothing about who and why.
    package init?(body: [UInt8]) {
        guard !body.isEmpty else {
            self.init(operatorName: "", reason: "")
            return
        }
        guard let object = FlatJSONObject(body) else { return nil }
        var texts: [String?] = []
        for name in ["operator", "reason", "symbol"] {
            switch object[name] {
            case nil, .null?: texts.append(nil)
            case .string(let text)? where text.utf8.count <= Self.textBytesMax: texts.append(text)
            default: return nil
            }
        }
        guard texts[2] != "" else { return nil }
        self.init(operatorName: texts[0] ?? "", reason: texts[1] ?? "", symbolName: texts[2])
    }
}

/// What became of it.
package enum OperatorReply: Sendable, Equatable {
    /// It is done, and so it went.
    case done(String)
    /// It was taken and will be done.
    case accepted(String)
    /// It was not done, and why.
    case refused(String)
    /// There is nothing of that name.
    case unknown

    /// The code of the response.
    package var status: Int {
        switch self {
        case .done: 200
        case .accepted: 202
        case .unknown: 404
        case .refused: 409
        }
    }

    /// What a person reads.
    package var message: String {
        switch self {
        case .done(let text), .accepted(let text), .refused(let text): text
        case .unknown: "there is no connection with this id"
        }
    }

    /// Whether it was or will be done.
    package var isDone: Bool { status < 300 }
}

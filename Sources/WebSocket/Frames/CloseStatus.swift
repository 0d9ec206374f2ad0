/// How a side tells that it ends the connection (RFC 6455, section 7.4).
package struct CloseStatus: Sendable, Equatable {
    /// The longest reason in bytes: a control frame holds 125, of which the code takes two.
    package static let reasonBytesMax = 123

    /// The code as it was sent; `nil` when none was.
    package let code: UInt16?
    /// The words that came with it, often none.
    package let reason: String

    /// A status to send or one that was received; a reason that is too long is cut between letters.
    package init(code: UInt16?, reason: String = "") {
        self.code = code
        var kept = reason
        while kept.utf8.count > Self.reasonBytesMax { kept.removeLast() }
        self.reason = code == nil ? "" : kept
    }

    /// The ordinary end.
    package static let normal = CloseStatus(code: 1000)
    /// The process ends, or goes elsewhere.
    package static let goingAway = CloseStatus(code: 1001)

    /// Whether a code may be sent: 1004–1006 and 1015 are for programs' own use, the rest is not defined.
    ///
    /// 1012–1014 were registered after the standard was written, and Binance uses 1012 and 1008.
    package static func isValid(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

extension CloseStatus: CustomStringConvertible {
    package var description: String {
        guard let code else { return "no code" }
        return reason.isEmpty ? "code \(code)" : "code \(code) '\(reason)'"
    }
}

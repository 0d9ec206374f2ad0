/// Why the gateway cannot start or cannot read a recording.
package struct GatewayError: Error, Equatable, Sendable {
    /// What kind of failure it is, to branch on.
    package enum Code: String, Sendable {
        /// A file cannot be read at all.
        case unreadableFile
        /// A file holds something else than recorded ticks.
        case malformedRecording
        /// Nothing says which symbol a recording is of.
        case unknownSymbol
        /// A value of the configuration is not usable.
        case invalidConfiguration
        /// A fault was asked for that does not exist or lacks an argument.
        case invalidFault
        /// The state directory of the orders cannot be used.
        case stateUnusable
        /// An endpoint cannot be bound, or a socket failed.
        case socketFailed
    }

    /// What kind of failure it is.
    package let code: Code
    /// The file with its line or offset, the option, or the endpoint.
    package let place: String
    /// What was found there.
    package let problem: String
    /// What to do about it.
    package let remedy: String

    package init(_ code: Code, at place: String, _ problem: String, remedy: String) {
        self.code = code
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }
}

extension GatewayError: CustomStringConvertible {
    package var description: String { "\(place): \(problem); \(remedy)" }
}

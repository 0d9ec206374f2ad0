/// Why the simulator cannot start, cannot read a capture or cannot produce a fault.
package struct VenueError: Error, Equatable, Sendable {
    /// What kind of failure it is, to branch on.
    package enum Code: String, Sendable {
        /// A file cannot be read at all.
        case unreadableFile
        /// A file holds something else than a capture of this venue.
        case malformedCapture
        /// A value of the configuration is not usable.
        case invalidConfiguration
        /// A fault was asked for that does not exist or lacks an argument.
        case invalidFault
        /// An address cannot be bound, or a certificate cannot be used.
        case cannotServe
    }

    /// What kind of failure it is.
    package let code: Code
    /// The file with its line, the option, or the address.
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

extension VenueError: CustomStringConvertible {
    package var description: String { "\(place): \(problem); \(remedy)" }
}

import CZeroMQ

/// An error reported by libzmq.
package struct ZeroMQError: Error, Equatable, Sendable {
    /// The libzmq `errno` value.
    package let code: Int32
    /// The libzmq function that failed.
    package let call: String
    /// The endpoint or option it was about, if any.
    package let subject: String?

    package init(code: Int32, call: String, subject: String? = nil) {
        self.code = code
        self.call = call
        self.subject = subject
    }

    /// The operation would block, or its time is over (`EAGAIN`).
    package var wouldBlock: Bool { code == EAGAIN }
    /// The context was shut down (`ETERM`); the socket must be dropped.
    package var isTerminated: Bool { code == ETERM }
}

extension ZeroMQError: CustomStringConvertible {
    package var description: String {
        let place = subject.map { " \($0)" } ?? ""
        return "\(call)\(place): \(unsafe String(cString: zmq_strerror(code))) (\(code))"
    }
}

/// Runs a libzmq call, retries it on `EINTR`, and throws on any other failure.
///
/// `zmq_errno` is read before any other code can run, so that nothing in between can change it.
@discardableResult
func check(
    _ call: @autoclosure () -> String,
    _ subject: @autoclosure () -> String? = nil,
    _ body: () -> Int32
) throws(ZeroMQError) -> Int32 {
    while true {
        let result = body()
        if result != -1 { return result }
        let code = zmq_errno()
        if code != EINTR { throw ZeroMQError(code: code, call: call(), subject: subject()) }
    }
}

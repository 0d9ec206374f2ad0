package import Platform
import TradingCore

/// Answers commands on the control socket, on a thread of its own.
///
/// One client is served at a time: a request must come within a second and the reply be taken within
/// another, so that a client that stalls delays the next by two seconds at most.
package final class ControlServer: Sendable {
    private static let transferNanoseconds: Int64 = 1_000_000_000

    /// What happened on the socket so far.
    package struct Counts: Sendable, Equatable {
        /// Requests that were answered.
        package var answered: UInt64 = 0
        /// Requests that were no requests.
        package var malformed: UInt64 = 0
        /// Clients that were too slow, too long or gone.
        package var broken: UInt64 = 0
    }

    private let wakeUp: WakeUp
    private let thread: Thread
    private let tally: Locked<Counts>

    /// Listens at a path and answers with what `handle` returns.
    ///
    /// - Parameters:
    ///   - path: The control socket. The instance lock must be held, because a socket that is there
    ///     is taken for a left-over.
    ///   - handle: Answers a request; runs on this object's thread and must end in bounded time.
    /// - Throws: `SystemError` when the socket or the thread cannot be made.
    package init(
        path: String,
        handle: @escaping @Sendable (ControlRequest) -> ControlReply
    ) throws(SystemError) {
        let wakeUp = try WakeUp()
        let listener = try LocalSocketListener(path)
        let tally = Locked(Counts())
        let owner = ListenerOwner(listener)
        self.wakeUp = wakeUp
        self.tally = tally
        thread = try Thread(name: "control") {
            var descriptors = PollSet(
                reading: [wakeUp.pollDescriptor, owner.listener.pollDescriptor]
            )
            while true {
                _ = descriptors.wait(nanoseconds: nil)
                if wakeUp.consume() { return }
                Self.serve(owner.listener, tally, handle)
            }
        }
    }

    /// What happened so far.
    package var counts: Counts { tally.withLock { $0 } }

    /// Stops listening and waits for the thread; call it once.
    package func stop() {
        wakeUp.signal()
        thread.join()
    }

    private static func serve(
        _ listener: borrowing LocalSocketListener,
        _ tally: Locked<Counts>,
        _ handle: (ControlRequest) -> ControlReply
    ) {
        do throws(SystemError) {
            guard let client = try listener.accept() else { return }
            let line = try client.receiveLine(
                limit: ControlRequest.maximumLength,
                within: transferNanoseconds
            )
            let request = ControlRequest(line: line)
            let reply =
                request.map(handle) ?? ControlReply(isDone: false, message: "not a request")
            try client.sendLine(bounded(reply).line, within: transferNanoseconds)
            tally.withLock { counts in
                if request == nil { counts.malformed += 1 } else { counts.answered += 1 }
            }
        } catch {
            tally.withLock { $0.broken += 1 }
        }
    }

    private static func bounded(_ reply: ControlReply) -> ControlReply {
        guard reply.line.count > ControlReply.maximumLength else { return reply }
        return ControlReply(isDone: reply.isDone, message: "the reply is too long")
    }

    /// Keeps the listener until the thread has ended.
    private final class ListenerOwner: Sendable {
        let listener: LocalSocketListener
        init(_ listener: consuming LocalSocketListener) { self.listener = listener }
    }
}

/// Asks a running live loop through its control socket.
package enum ControlClient {
    /// Sends a request and waits for its reply.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - path: The control socket.
    ///   - nanoseconds: The longest wait for the reply.
    /// - Returns: What the process answers.
    /// - Throws: `ControlError` when it gives no answer.
    package static func ask(
        _ request: ControlRequest,
        at path: String,
        within nanoseconds: Int64 = 5_000_000_000
    ) throws(ControlError) -> ControlReply {
        let line: [UInt8]
        do throws(SystemError) {
            let connection = try LocalSocketConnection(to: path)
            try connection.sendLine(request.line, within: nanoseconds)
            line = try connection.receiveLine(
                limit: ControlReply.maximumLength,
                within: nanoseconds
            )
        } catch {
            throw .unreachable(error)
        }
        guard let reply = ControlReply(line: line) else { throw .notAReply(path: path) }
        return reply
    }
}

/// Why a running live loop gave no answer.
package enum ControlError: Error, Equatable {
    case unreachable(SystemError)
    case notAReply(path: String)
}

extension ControlError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let error): error.description
        case .notAReply(let path): "what answers at \(path) is no live loop of this version"
        }
    }
}

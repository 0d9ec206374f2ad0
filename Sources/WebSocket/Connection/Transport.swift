import COpenSSL
import Platform

/// A connected socket, with TLS over it as soon as that is begun; never waits.
@safe
final class Transport {
    let descriptor: FileDescriptor
    private var session: TLSSession?

    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Begins TLS.
    func secure(_ context: TLSContext, host: String) throws(TLSFailure) {
        guard session == nil else { return }
        session = try TLSSession(context, descriptor: descriptor.rawValue, host: host)
    }

    /// Goes on with the agreement on TLS.
    func handshake() -> Outcome {
        guard let session else { return .done(0) }
        return outcome(session.handshake(), "handshake")
    }

    func read(into room: UnsafeMutableRawBufferPointer) -> Outcome {
        if let session { return outcome(unsafe session.read(into: room), "read") }
        let io = unsafe live_loop_socket_read(descriptor.rawValue, room.baseAddress, room.count)
        return outcome(io, "recv")
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        if let session { return outcome(unsafe session.write(bytes), "write") }
        let io = unsafe live_loop_socket_write(descriptor.rawValue, bytes.baseAddress, bytes.count)
        return outcome(io, "send")
    }

    /// Ends sending.
    func finish() {
        session?.finish()
        live_loop_socket_finish(descriptor.rawValue)
    }

    /// Makes closing the socket reset the connection, and throws away what was not sent.
    func breakOnClose() {
        session = nil
        live_loop_socket_break_on_close(descriptor.rawValue)
    }

    /// What became of an attempt.
    enum Outcome {
        case done(Int)
        case wantsRead
        case wantsWrite
        case end
        case failed(WebSocketFailure)
    }

    private func outcome(_ io: live_loop_io, _ call: String) -> Outcome {
        switch io.kind {
        case LIVE_LOOP_IO_DONE: .done(io.count)
        case LIVE_LOOP_IO_WANTS_READ: .wantsRead
        case LIVE_LOOP_IO_WANTS_WRITE: .wantsWrite
        case LIVE_LOOP_IO_END: .end
        case LIVE_LOOP_IO_TLS:
            .failed(.tls(session?.failure() ?? TLSFailure(.protocol, reason: call)))
        default: .failed(.system(SystemError(code: io.code, call: call)))
        }
    }
}

import CZeroMQ

/// A libzmq context.
///
/// Every socket keeps a strong reference to its context, so the context ends after its last socket
/// and `zmq_ctx_term` cannot block for ever.
@safe
package final class Context: Sendable {
    nonisolated(unsafe) let handle: UnsafeMutableRawPointer

    /// Creates a context.
    ///
    /// - Parameter ioThreads: Threads that move bytes; one is enough for some million messages/s.
    /// - Throws: `ZeroMQError` when descriptors or memory are used up.
    package init(ioThreads: Int32 = 1) throws(ZeroMQError) {
        guard let handle = unsafe zmq_ctx_new() else {
            throw ZeroMQError(code: zmq_errno(), call: "zmq_ctx_new")
        }
        unsafe self.handle = handle
        _ = unsafe zmq_ctx_set(handle, ZMQ_IO_THREADS, ioThreads)
        // IPv6 stays off unless an endpoint needs it: fewer addresses to be reached by.
        _ = unsafe zmq_ctx_set(handle, ZMQ_IPV6, 0)
    }

    /// Makes every blocking call on this context's sockets fail with `ETERM` at once.
    ///
    /// The corresponding C function is `zmq_ctx_shutdown`.
    package func shutdown() { _ = unsafe zmq_ctx_shutdown(handle) }

    deinit { while unsafe zmq_ctx_term(handle) == -1, zmq_errno() == EINTR {} }

    /// The version of the libzmq that runs.
    package static var libraryVersion: (major: Int, minor: Int, patch: Int) {
        var major: Int32 = 0
        var minor: Int32 = 0
        var patch: Int32 = 0
        unsafe zmq_version(&major, &minor, &patch)
        return (Int(major), Int(minor), Int(patch))
    }

    /// Whether libzmq was built with a capability such as `curve` or `ipc`.
    package static func has(_ capability: String) -> Bool { unsafe zmq_has(capability) == 1 }
}

import CZeroMQ

/// A libzmq socket handle, owned by exactly one thread and closed once.
///
/// The typed sockets of this module wrap it, so that a `PUB` cannot be asked to receive.
@safe
struct Socket: ~Copyable {
    let owner: Context
    let handle: UnsafeMutableRawPointer

    init(_ type: Int32, in context: Context) throws(ZeroMQError) {
        guard let handle = unsafe zmq_socket(context.handle, type) else {
            throw ZeroMQError(code: zmq_errno(), call: "zmq_socket")
        }
        owner = context
        unsafe self.handle = handle
    }

    deinit {
        // Without a reader the next event would block libzmq's thread, and with it every socket of the
        // context, for good; so the monitor ends while its reader is still there.
        _ = unsafe zmq_socket_monitor(handle, nil, 0)
        _ = unsafe zmq_close(handle)
    }

    borrowing func set(_ option: Int32, _ name: String, to value: Int32) throws(ZeroMQError) {
        var value = value
        try check("zmq_setsockopt", name) {
            unsafe zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
        }
    }

    borrowing func set(_ option: Int32, _ name: String, to value: Int64) throws(ZeroMQError) {
        var value = value
        try check("zmq_setsockopt", name) {
            unsafe zmq_setsockopt(handle, option, &value, MemoryLayout<Int64>.size)
        }
    }

    /// Sets a text option; `length` counts bytes, and CURVE keys include their final NUL.
    borrowing func set(
        _ option: Int32,
        _ name: String,
        to text: String,
        includingNUL: Bool = false
    ) throws(ZeroMQError) {
        let length = text.utf8.count + (includingNUL ? 1 : 0)
        try check("zmq_setsockopt", name) { unsafe zmq_setsockopt(handle, option, text, length) }
    }

    borrowing func get(_ option: Int32) throws(ZeroMQError) -> Int32 {
        var value: Int32 = 0
        var size = MemoryLayout<Int32>.size
        try check("zmq_getsockopt") { unsafe zmq_getsockopt(handle, option, &value, &size) }
        return value
    }

    borrowing func connect(to endpoint: String) throws(ZeroMQError) {
        try check("zmq_connect", endpoint) { unsafe zmq_connect(handle, endpoint) }
    }

    /// Binds, and returns the endpoint with the port that was chosen for `:*`.
    borrowing func bind(to endpoint: String) throws(ZeroMQError) -> String {
        try check("zmq_bind", endpoint) { unsafe zmq_bind(handle, endpoint) }
        var buffer = [CChar](repeating: 0, count: 512)
        var size = buffer.count
        try check("zmq_getsockopt", "ZMQ_LAST_ENDPOINT") {
            unsafe zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &buffer, &size)
        }
        return String(decoding: buffer.prefix(max(0, size - 1)).map(UInt8.init), as: UTF8.self)
    }

    /// Sends one part without copying it first.
    ///
    /// - Returns: `false` when it would block.
    borrowing func send(
        _ bytes: Span<UInt8>,
        more: Bool,
        wait: Bool
    ) throws(ZeroMQError) -> Bool {
        let flags = (more ? ZMQ_SNDMORE : 0) | (wait ? 0 : ZMQ_DONTWAIT)
        let result = unsafe bytes.withUnsafeBufferPointer { buffer in
            while true {
                let sent = unsafe zmq_send(handle, buffer.baseAddress, buffer.count, flags)
                if sent != -1 { return Int32(0) }
                let code = zmq_errno()
                if code != EINTR { return code }
            }
        }
        if result == 0 { return true }
        if result == EAGAIN { return false }
        throw ZeroMQError(code: result, call: "zmq_send")
    }
}

/// A message part at a stable address, reused for each receive.
///
/// Short messages keep their bytes inside the `zmq_msg_t` itself, so that it must not move.
@safe
struct MessagePart: ~Copyable {
    private let message: UnsafeMutablePointer<zmq_msg_t>

    init() {
        guard let message = unsafe live_loop_message_new() else { preconditionFailure("no memory") }
        unsafe self.message = unsafe message
    }

    deinit { unsafe live_loop_message_free(message) }

    /// Receives the next part.
    ///
    /// - Returns: `false` when none is there.
    borrowing func receive(from socket: borrowing Socket, wait: Bool) throws(ZeroMQError) -> Bool {
        while true {
            let flags = wait ? 0 : ZMQ_DONTWAIT
            if unsafe zmq_msg_recv(message, socket.handle, flags) != -1 { return true }
            let code = zmq_errno()
            if code == EAGAIN { return false }
            if code != EINTR { throw ZeroMQError(code: code, call: "zmq_msg_recv") }
        }
    }

    /// Whether more parts of the same message follow.
    var hasMore: Bool { unsafe zmq_msg_more(message) == 1 }

    /// The bytes, which outlive the next receive.
    var copy: [UInt8] {
        withBytes { bytes in
            var copy: [UInt8] = []
            copy.reserveCapacity(bytes.count)
            for index in bytes.indices { copy.append(bytes[index]) }
            return copy
        }
    }

    /// Lends the bytes until the next receive.
    borrowing func withBytes<R: ~Copyable>(_ body: (Span<UInt8>) -> R) -> R {
        let start = unsafe zmq_msg_data(message)?.assumingMemoryBound(to: UInt8.self)
        let buffer = unsafe UnsafeBufferPointer(start: start, count: zmq_msg_size(message))
        return body(unsafe buffer.span)
    }
}

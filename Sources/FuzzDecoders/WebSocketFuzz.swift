import WebSocket

/// The frames of a stream do not depend on how it is cut, and what is read can be written again.
///
/// The first byte chooses the end that reads and how the rest is cut.
func fuzzWebSocket(_ bytes: Span<UInt8>) {
    guard bytes.count > 1 else { return }
    let choice = bytes[0]
    let stream = bytes.extracting(1..<bytes.count)
    let role: WebSocketRole = choice & 1 == 0 ? .client : .server
    let whole = decode(stream, role, pieces: stream.count)
    let cut = decode(stream, role, pieces: 1 + Int(choice >> 1) % 16)
    precondition(whole == cut, "\(whole) is \(cut) in pieces")
    rewrite(whole.found)
    fuzzHandshake(stream)
    fuzzConnection(stream, pieces: 1 + Int(choice >> 1))
}

private struct FuzzResult: Equatable {
    struct Found: Equatable {
        let item: DecodedItem
        let payload: [UInt8]
    }

    var found: [Found] = []
    var violation: ProtocolViolation?
}

private func decode(_ stream: Span<UInt8>, _ role: WebSocketRole, pieces: Int) -> FuzzResult {
    var limits = MessageLimits()
    limits.receiveBytes = 32
    limits.messageBytesMax = 2048
    var decoder = MessageDecoder(role: role, limits: limits)
    var result = FuzzResult()
    var start = 0
    while start < stream.count {
        let end = min(stream.count, start + pieces)
        let count = decoder.append(stream.extracting(start..<end))
        start += count
        do throws(ProtocolViolation) {
            while let item = try decoder.next() {
                let payload = decoder.withPayload { span in span.indices.map { span[$0] } }
                result.found.append(FuzzResult.Found(item: item, payload: payload))
            }
        } catch {
            result.violation = error
            return result
        }
        if case .close = result.found.last?.item { return result }
        precondition(count > 0, "a decoder with nothing to give has no room")
    }
    return result
}

/// Writes what was read, and reads it again.
private func rewrite(_ found: [FuzzResult.Found]) {
    let encoder = FrameEncoder(role: .client)
    var bytes: [UInt8] = []
    for found in found {
        switch found.item {
        case .message(let kind):
            encoder.append(
                kind,
                found.payload.span,
                fragmentBytes: 7,
                mask: 0x9E37_79B9,
                to: &bytes
            )
        case .ping: encoder.appendPing(found.payload.span, mask: 1, to: &bytes)
        case .pong: encoder.appendPong(found.payload.span, mask: 2, to: &bytes)
        case .close(let status): encoder.appendClose(status, mask: 3, to: &bytes)
        }
    }
    let again = decode(bytes.span, .server, pieces: max(1, bytes.count))
    precondition(
        again.found == found && again.violation == nil,
        "\(again) was written for \(found)"
    )
}

/// Heads and addresses never trap, and an address that is read is read again from its description.
private func fuzzHandshake(_ stream: Span<UInt8>) {
    let copy = stream.indices.map { stream[$0] }
    _ = try? HTTPHead(copy)
    if let server = try? ServerHandshake(copy) {
        precondition(!server.target.isEmpty && !server.granting().isEmpty)
    }
    guard copy.count < 256 else { return }
    let text = String(decoding: copy, as: UTF8.self)
    if let address = WebSocketAddress(text) {
        let again = WebSocketAddress("\(address)")
        precondition(again?.host == address.host && again?.port == address.port)
        let settings = try? ProxySettings { $0 == "no_proxy" ? text : "http://proxy:1" }
        _ = settings?.proxy(for: address)
    }
    _ = Proxy(text)
}

/// A connection that is fed anything stays within its bounds.
private func fuzzConnection(_ stream: Span<UInt8>, pieces: Int) {
    var limits = MessageLimits()
    limits.sendBytesMax = 512
    limits.messageBytesMax = 2048
    limits.headBytesMax = 1024
    var server = WebSocketConnection(
        servingEncrypted: false,
        timing: ConnectionTiming(),
        limits: limits,
        at: 0
    )
    let request = Array(
        """
        GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n
        """.utf8
    )
    // Half of the inputs are the request itself.
    if pieces & 1 == 0 { _ = server.receive(request.span, at: 0) }
    var start = 0
    var now: Int64 = 0
    while start < stream.count, server.phase != .closed {
        now += 100_000_000
        let end = min(stream.count, start + pieces)
        server.advance(to: now)
        start += max(1, server.receive(stream.extracting(start..<end), at: now))
        if server.request != nil { server.grant(at: now) }
        while server.next(at: now) != nil {}
        if pieces & 2 == 0 { server.sent(server.bytesToSend, at: now) }
        precondition(server.bytesToSend <= 512 + 1024, "\(server.bytesToSend) bytes wait")
    }
    server.peerEnded()
    precondition(server.phase == .closed && server.end != nil)
}

import WebSocket

/// Frames written by hand, also those that an encoder never writes.
enum Wire {
    static func frame(
        _ opcode: UInt8,
        _ payload: [UInt8],
        isFinal: Bool = true,
        reserved: UInt8 = 0,
        mask: [UInt8]? = nil,
        lengthBytes: Int? = nil
    ) -> [UInt8] {
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
        let masked: UInt8 = mask == nil ? 0 : 0x80
        let form = lengthBytes ?? (payload.count < 126 ? 0 : payload.count < 65_536 ? 2 : 8)
        bytes.append(masked | (form == 0 ? UInt8(payload.count) : form == 2 ? 126 : 127))
        for index in (0..<form).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: payload.count >> (8 * index)))
        }
        guard let mask else { return bytes + payload }
        return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    static func text(_ text: String, mask: [UInt8]? = nil) -> [UInt8] {
        frame(1, Array(text.utf8), mask: mask)
    }

    static func close(_ code: UInt16, _ reason: String = "", mask: [UInt8]? = nil) -> [UInt8] {
        frame(8, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8), mask: mask)
    }
}

/// What a decoder has found, with a copy of the payload.
struct Found: Equatable {
    let item: DecodedItem
    let payload: [UInt8]

    static func text(_ text: String) -> Found {
        Found(item: .message(.text), payload: Array(text.utf8))
    }
}

/// What a decoder made of a stream, and what stopped it.
struct Decoded: Equatable {
    var items: [Found] = []
    var violation: ProtocolViolation?

    /// Decodes pieces as they come.
    init(
        _ pieces: [[UInt8]],
        role: WebSocketRole = .client,
        limits: MessageLimits = MessageLimits()
    ) {
        var decoder = MessageDecoder(role: role, limits: limits)
        for piece in pieces {
            var rest = piece[...]
            while !rest.isEmpty {
                let part = Array(rest)
                let count = decoder.append(part.span)
                rest = rest.dropFirst(count)
                do throws(ProtocolViolation) {
                    while let item = try decoder.next() {
                        items.append(Found(item: item, payload: decoder.copyOfPayload()))
                    }
                } catch {
                    violation = error
                    return
                }
                if count == 0 { return }
            }
        }
    }

    init(_ bytes: [UInt8], role: WebSocketRole = .client, limits: MessageLimits = MessageLimits()) {
        self.init([bytes], role: role, limits: limits)
    }
}

extension MessageDecoder {
    func copyOfPayload() -> [UInt8] {
        withPayload { $0.copied() }
    }
}

extension Span<UInt8> {
    /// A copy in memory of its own.
    func copied() -> [UInt8] { unsafe withUnsafeBufferPointer { unsafe Array($0) } }
}

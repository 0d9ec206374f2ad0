internal import Telemetry

/// A line of the queue's file.
package enum WebhookRecord: Sendable, Equatable {
    /// A message waits from now on.
    case added(number: UInt64, WebhookMessage)
    /// It does not any more.
    case removed(number: UInt64)
}

/// What the queue's file held.
package struct WebhookQueueContent: Sendable, Equatable {
    /// The messages that waited, oldest first.
    package var waiting: [WebhookEntry] = []
    /// The number of the next message.
    package var nextNumber: UInt64 = 1
    /// Lines that could not be read; the last one of a process that was killed is often torn.
    package var corruptLineCount: UInt64 = 0
    /// Whether the file holds what waits and nothing else.
    package var isTidy = true

    package init() {}
}

/// A message and its number in the file.
package struct WebhookEntry: Sendable, Equatable {
    /// Its number.
    package var number: UInt64
    /// The message.
    package var message: WebhookMessage

    package init(number: UInt64, message: WebhookMessage) {
        self.number = number
        self.message = message
    }
}

/// The text form of the queue's file: a checksum and a JSON object on each line.
package enum WebhookQueueFile {
    /// The line of a record, with its end.
    package static func line(_ record: WebhookRecord) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            switch record {
            case .added(let number, let message):
                writer.value(number, "add")
                writer.value(message.id, "id")
                writer.value(message.severity.rawValue, "severity")
                writer.value(message.body, "body")
            case .removed(let number): writer.value(number, "remove")
            }
        }
        let json = Array(writer.text.utf8)
        return Array(checksum(json[...]).utf8) + [UInt8(ascii: " ")] + json + [UInt8(ascii: "\n")]
    }

    /// Reads a whole file; what cannot be read is counted and left out.
    package static func read(_ bytes: [UInt8]) -> WebhookQueueContent {
        var content = WebhookQueueContent()
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            let line = rest[..<(end ?? rest.endIndex)]
            rest = end.map { rest[($0 + 1)...] } ?? []
            // Without its end even a whole line is torn: the next one would continue it.
            if end != nil, let record = record(line) {
                take(record, into: &content)
            } else {
                content.corruptLineCount += 1
                content.isTidy = false
            }
        }
        return content
    }

    private static func take(_ record: WebhookRecord, into content: inout WebhookQueueContent) {
        switch record {
        case .added(let number, let message):
            guard !content.waiting.contains(where: { $0.number == number }) else {
                content.isTidy = false
                return
            }
            content.waiting.append(WebhookEntry(number: number, message: message))
            content.nextNumber = max(content.nextNumber, number &+ 1)
        case .removed(let number):
            content.waiting.removeAll { $0.number == number }
            content.nextNumber = max(content.nextNumber, number &+ 1)
            content.isTidy = false
        }
    }

    private static func record(_ line: ArraySlice<UInt8>) -> WebhookRecord? {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let json = line[(space + 1)...]
        guard checksum(json) == String(decoding: line[..<space], as: UTF8.self),
            let object = FlatJSONObject(json)
        else { return nil }
        if let number = object.integer("remove") {
            return .removed(number: UInt64(clamping: number))
        }
        guard let number = object.integer("add"), let id = object.string("id"),
            let severity = object.string("severity").flatMap(AlertSeverity.init(rawValue:)),
            let body = object.string("body")
        else { return nil }
        return .added(
            number: UInt64(clamping: number),
            WebhookMessage(id: id, severity: severity, body: body)
        )
    }

    /// FNV-1a over 64 bits: it is to find torn lines, not to keep anybody out.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            hash ^= UInt64(byte)
            hash &*= 0x0000_0100_0000_01B3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

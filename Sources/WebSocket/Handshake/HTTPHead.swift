/// The head of an HTTP/1.1 request or answer: its first line and its headers.
package struct HTTPHead: Sendable, Equatable {
    /// More headers than this are refused.
    static let headersMax = 100

    /// The first line.
    package let firstLine: String
    /// The headers as they came, with names in small letters.
    package let headers: [Header]

    /// One line of a head.
    package struct Header: Sendable, Equatable {
        /// The name in small letters.
        package let name: String
        /// The value without the blanks around it.
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The values of a header, in the order in which they came.
    package func values(_ name: String) -> [String] {
        headers.filter { $0.name == name }.map(\.value)
    }

    /// Whether a header that lists words has this one, however it is written.
    func lists(_ word: String, in name: String) -> Bool {
        values(name).contains { value in
            value.split(separator: ",").contains { Self.trimmed($0[...]).lowercased() == word }
        }
    }

    /// The value of a header that comes exactly once.
    func single(_ name: String) -> String? {
        let values = values(name)
        return values.count == 1 ? values[0] : nil
    }

    // MARK: Reading

    /// The bytes of a head with the empty line at its end; `nil` as long as it is not whole.
    static func size(in bytes: UnsafeRawBufferPointer) -> Int? {
        let end: [UInt8] = [13, 10, 13, 10]
        guard bytes.count >= 4 else { return nil }
        for index in 0...bytes.count - 4 where unsafe bytes[index] == 13 {
            let word = unsafe bytes[index..<index + 4]
            if unsafe word.elementsEqual(end) { return index + 4 }
        }
        return nil
    }

    /// Reads a head that ends with an empty line.
    ///
    /// - Throws: ``HandshakeFault/malformedHead`` for anything but lines of visible letters.
    package init(_ bytes: [UInt8]) throws(HandshakeFault) {
        let isText = bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || [9, 10, 13].contains($0) }
        guard isText else { throw .malformedHead }
        var lines = Self.lines(bytes)
        guard lines.count >= 3, lines.removeLast().isEmpty, lines.removeLast().isEmpty,
            !lines[0].isEmpty, lines.count <= Self.headersMax + 1,
            lines.allSatisfy({ !$0.contains(10) && !$0.contains(13) })
        else { throw .malformedHead }
        firstLine = String(decoding: lines[0], as: UTF8.self)
        var headers: [Header] = []
        for line in lines.dropFirst() {
            let name = line.prefix { $0 != UInt8(ascii: ":") }
            // A line that begins with a blank continues the one before, which nobody may do any more.
            guard !name.isEmpty, name.count < line.count, name.allSatisfy(Self.isTokenByte) else {
                throw .malformedHead
            }
            let value = String(decoding: line.dropFirst(name.count + 1), as: UTF8.self)
            headers.append(
                Header(
                    name: String(decoding: name, as: UTF8.self).lowercased(),
                    value: String(Self.trimmed(value[...]))
                )
            )
        }
        self.headers = headers
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices.dropFirst() where bytes[index] == 10 && bytes[index - 1] == 13 {
            lines.append(bytes[start..<index - 1])
            start = index + 1
        }
        return lines + [bytes[start...]]
    }

    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}

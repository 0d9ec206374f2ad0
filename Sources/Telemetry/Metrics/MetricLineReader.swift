/// Reads one line of a page of metrics: `name{label="value",…} number`.
struct MetricLineReader {
    private let bytes: [UInt8]
    private var index = 0

    private init(_ line: Substring) { bytes = Array(line.utf8) }

    /// The value that a line holds; time stamps and exemplars, which this program never writes, are
    /// refused.
    static func sample(_ line: Substring) throws(MetricLineError) -> MetricDocument.Sample {
        var reader = MetricLineReader(line)
        let name = try reader.name()
        var labels: [MetricDocument.Label] = []
        if reader.takes("{") {
            repeat {
                labels.append(try reader.label(after: labels))
            } while reader.takes(",")
            guard reader.takes("}") else { throw MetricLineError("} is missing") }
        }
        guard reader.takes(" ") else { throw MetricLineError("the value is missing") }
        let text = String(decoding: reader.bytes[reader.index...], as: UTF8.self)
        return MetricDocument.Sample(name: name, labels: labels, value: try number(text))
    }

    private mutating func label(
        after labels: [MetricDocument.Label]
    ) throws(MetricLineError) -> MetricDocument.Label {
        let name = try name()
        guard !labels.contains(where: { $0.name == name }) else {
            throw MetricLineError("the label \(name) is there twice")
        }
        guard takes("="), takes("\"") else { throw MetricLineError("=\" is missing") }
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < bytes.count else { throw MetricLineError("a label has no end") }
        let value = String(decoding: bytes[start..<index], as: UTF8.self)
        index += 1
        return MetricDocument.Label(name: name, value: Self.unescaped(Substring(value)))
    }

    private mutating func name() throws(MetricLineError) -> String {
        let start = index
        while index < bytes.count, Self.isNameByte(bytes[index], isFirst: index == start) {
            index += 1
        }
        guard index > start else { throw MetricLineError("a name is missing") }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), UInt8(ascii: ":"):
            true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): !isFirst
        default: false
        }
    }

    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private static func number(_ text: String) throws(MetricLineError) -> Double {
        switch text {
        case "+Inf": return .infinity
        case "-Inf": return -.infinity
        case "NaN": return .nan
        default:
            let isPlain = text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x65].contains($0)
            }
            guard isPlain, let value = Double(text) else {
                throw MetricLineError("'\(text)' is no number")
            }
            return value
        }
    }

    /// A text without its escapes; an unknown one stays as it is.
    static func unescaped(_ text: Substring) -> String {
        guard text.utf8.contains(0x5C) else { return String(text) }
        var plain = ""
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                isEscaped = false
                switch scalar {
                case "n": plain += "\n"
                case "\\", "\"": plain.unicodeScalars.append(scalar)
                default:
                    plain += "\\"
                    plain.unicodeScalars.append(scalar)
                }
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        return isEscaped ? plain + "\\" : plain
    }
}

internal import TradingCore

/// Reads the fields of one frame, and turns what the scanner finds into faults of the wire.
struct WireReader {
    /// Texts are cut nowhere, but refused beyond this.
    static let textBytesMax = 1024
    /// Keys of one frame at most: 200 deals, 256 positions and 1024 orders have fewer.
    private static let keysMax = 32_768

    private let bytes: [UInt8]
    private var scanner: JSONScanner

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        scanner = JSONScanner(at: position, keyCountMax: Self.keysMax)
    }

    /// The byte that is read next.
    var position: Int { scanner.position }

    private mutating func read<R>(
        _ body: (inout JSONScanner, [UInt8]) throws(JSONFault) -> R
    ) throws(OrderWireFault) -> R {
        do throws(JSONFault) { return try body(&scanner, bytes) } catch { throw .json(error) }
    }

    // MARK: Structure

    /// Enters an object.
    mutating func enterObject() throws(OrderWireFault) {
        try read { (scanner, bytes) throws(JSONFault) in try scanner.enterObject(in: bytes.span) }
    }

    /// Enters an array.
    mutating func enterArray() throws(OrderWireFault) {
        try read { (scanner, bytes) throws(JSONFault) in try scanner.enterArray(in: bytes.span) }
    }

    /// The next key of the object; `nil` leaves it.
    mutating func key() throws(OrderWireFault) -> String? {
        try read { (scanner, bytes) throws(JSONFault) in
            try scanner.nextKey(in: bytes.span)?.string(in: bytes.span)
        }
    }

    /// Moves to the next element of the array; `false` leaves it.
    mutating func element() throws(OrderWireFault) -> Bool {
        try read { (scanner, bytes) throws(JSONFault) in try scanner.nextElement(in: bytes.span) }
    }

    /// Skips a value.
    mutating func skip() throws(OrderWireFault) {
        try read { (scanner, bytes) throws(JSONFault) in try scanner.skipValue(in: bytes.span) }
    }

    /// Requires that nothing follows.
    mutating func finish() throws(OrderWireFault) {
        try read { (scanner, bytes) throws(JSONFault) in try scanner.finish(in: bytes.span) }
    }

    /// The type of the next value.
    mutating func kind() throws(OrderWireFault) -> JSONScanner.ValueKind {
        try read { (scanner, bytes) throws(JSONFault) in try scanner.nextKind(in: bytes.span) }
    }

    /// Takes a `null`, if one comes next.
    mutating func takesNull() throws(OrderWireFault) -> Bool {
        guard try kind() == .null else { return false }
        try read { (scanner, bytes) throws(JSONFault) in try scanner.null(in: bytes.span) }
        return true
    }

    // MARK: Values

    /// A text; empty for `null`.
    mutating func text(_ field: String) throws(OrderWireFault) -> String {
        if try takesNull() { return "" }
        return try read { (scanner, bytes) throws(JSONFault) in
            try scanner.string(in: bytes.span).string(in: bytes.span)
        }
        .checked(field)
    }

    /// A number as it is written; zero for `null`.
    mutating func decimal() throws(OrderWireFault) -> ExactDecimal {
        if try takesNull() { return .zero }
        return try read { (scanner, bytes) throws(JSONFault) in try scanner.decimal(in: bytes.span)
        }
    }

    /// A number that is zero or more; zero for `null`.
    mutating func unsigned() throws(OrderWireFault) -> UInt64 {
        if try takesNull() { return 0 }
        return try read { (scanner, bytes) throws(JSONFault) in try scanner.unsigned(in: bytes.span)
        }
    }

    /// A whole number; zero for `null`.
    mutating func integer(_ field: String) throws(OrderWireFault) -> Int64 {
        let number = try decimal()
        guard number.scale == 0 else { throw .value(field) }
        return number.mantissa
    }

    /// A truth value; `false` for `null`.
    mutating func flag() throws(OrderWireFault) -> Bool {
        if try takesNull() { return false }
        return try read { (scanner, bytes) throws(JSONFault) in try scanner.bool(in: bytes.span) }
    }

    /// A point in time that is written in seconds.
    mutating func time(_ field: String) throws(OrderWireFault) -> WallTime {
        let seconds = try decimal()
        let wide = Int128(seconds.mantissa) * 1_000_000_000
        let divisor = Int128(ExactDecimal.powersOfTen[Int(seconds.scale)])
        guard let nanoseconds = Int64(exactly: wide / divisor) else { throw .value(field) }
        return WallTime(nanoseconds: nanoseconds)
    }
}

extension String {
    fileprivate func checked(_ field: String) throws(OrderWireFault) -> String {
        guard utf8.count <= WireReader.textBytesMax else { throw .value(field) }
        return self
    }
}

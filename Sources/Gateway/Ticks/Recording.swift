import Platform
import TradingCore

/// A file to replay.
package struct ReplayFile: Sendable, Equatable {
    /// Where the file is.
    package let path: String
    /// The symbol, where the file does not say it.
    package let symbol: String?

    package init(path: String, symbol: String? = nil) {
        self.path = path
        self.symbol = symbol
    }

    /// Reads `FILE` or `SYMBOL=FILE`.
    package init(_ text: String) {
        if let equals = text.firstIndex(of: "="), SymbolName.isValid(text[..<equals]),
            !text[..<equals].contains("/")
        {
            self.init(
                path: String(text[text.index(after: equals)...]),
                symbol: String(text[..<equals])
            )
        } else {
            self.init(path: text)
        }
    }
}

/// The ticks of one symbol as a file holds them.
package struct Recording: Sendable {
    /// The symbol of all its ticks.
    package let symbol: String
    /// The ticks in the order of the file; their symbol and offset are not set yet.
    package let ticks: [GatewayTick]

    /// The longest file that is read.
    package static let bytesMax = 268_435_456
    /// The most ticks that one file may hold.
    package static let ticksMax = 4_000_000

    package init(symbol: String, ticks: [GatewayTick]) {
        self.symbol = symbol
        self.ticks = ticks
    }

    /// Reads a file.
    ///
    /// - Throws: `GatewayError` with the file and the line or byte offset.
    package init(reading file: ReplayFile) throws(GatewayError) {
        let bytes: [UInt8]
        do throws(SystemError) {
            let size = try FileStatus(followingLinksOf: file.path).size
            bytes = try RegularFile.read(file.path, limit: Int(min(size, Int64(Self.bytesMax))))
        } catch {
            throw GatewayError(
                .unreadableFile,
                at: file.path,
                error.description,
                remedy: "name a readable file of at most \(Self.bytesMax >> 20) MiB"
            )
        }
        try self.init(parsing: bytes, path: file.path, symbol: file.symbol)
    }

    /// Reads the bytes of a file: JSON when it begins with a bracket, else separated values.
    package init(parsing bytes: [UInt8], path: String, symbol: String?) throws(GatewayError) {
        let content: (symbol: String?, ticks: [GatewayTick])
        let first = bytes.first { $0 > UInt8(ascii: " ") }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            content = try JSONRecording.read(bytes.span, path: path)
        } else {
            content = (nil, try SeparatedRecording.read(bytes.span, path: path))
        }
        let name = symbol ?? content.symbol ?? Self.symbol(inFileName: path)
        guard let name, SymbolName.isValid(name) else {
            throw GatewayError(
                .unknownSymbol,
                at: path,
                "neither the file nor its name says which symbol it is of",
                remedy: "write SYMBOL=\(path)"
            )
        }
        self.init(symbol: name, ticks: content.ticks)
    }

    /// The first part of a file name that looks like a symbol: five capitals or digits at least, as
    /// in `Live_XAUUSDc_ID0001.csv`, where a suffix of the broker may follow.
    static func symbol(inFileName path: String) -> String? {
        let name = path.split(separator: "/").last ?? ""
        let parts = name.split { $0 == "_" || $0 == "-" || $0 == "." }
        return parts.first { part in
            let capitals = part.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber) }
            return capitals.count >= 5 && part.first?.isLetter == true
        }.map(String.init)
    }
}

/// A symbol of one feed, numbered in the order in which that feed met it.
///
/// Each feed has its own range, so that the number does not depend on which feed was faster: a
/// replay gives the same numbers.
public struct SymbolID: Sendable, Hashable {
    /// The number, an index into every per-symbol table.
    public let rawValue: UInt16

    /// Creates an identifier from its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The index into per-symbol tables.
    package var index: Int { Int(rawValue) }
}

/// A configured feed, numbered in the order of the configuration.
public struct FeedID: Sendable, Hashable {
    /// The number, an index into every per-feed table.
    public let rawValue: UInt8

    /// Creates an identifier from its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The index into per-feed tables.
    package var index: Int { Int(rawValue) }
}

/// What one stream of a symbol carries.
public enum StreamKind: UInt8, Sendable, CaseIterable {
    /// Best bid and ask.
    case quote = 0
    /// Executed trades.
    case trade = 1
    /// Order book changes.
    case book = 2
    /// Frames that could not be attributed to a symbol.
    case unattributed = 3
}

/// One stream: a symbol and what is received of it.
///
/// Losses are counted by stream.
public struct StreamID: Sendable, Hashable {
    /// The number, an index into every per-stream table.
    public let rawValue: UInt16

    /// The stream of `kind` of a symbol.
    public init(symbol: SymbolID, kind: StreamKind) {
        rawValue = symbol.rawValue << 2 | UInt16(kind.rawValue)
    }

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The stream's symbol.
    public var symbol: SymbolID { SymbolID(rawValue: rawValue >> 2) }
    /// What the stream carries.
    public var kind: StreamKind { StreamKind(rawValue: UInt8(rawValue & 3)) ?? .unattributed }
    /// The index into per-stream tables.
    package var index: Int { Int(rawValue) }
    /// The number of streams of a symbol.
    package static let perSymbol = 4
}

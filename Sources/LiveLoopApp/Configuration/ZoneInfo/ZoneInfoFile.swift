internal import Platform
internal import TradingCore

/// Time zones as the system's database has them, in files of the form TZif (RFC 8536).
enum ZoneInfoFile {
    /// Where the database lies.
    static let directory = "/usr/share/zoneinfo"
    /// The longest file; the largest of the database has some 4 KB.
    static let bytesMax = 1 << 16
    /// The last year for which a zone's rule is worked out.
    static let lastYear = 2100

    /// Reads a zone by its name.
    ///
    /// - Throws: `ZoneInfoFault` with what is wrong with the name or the file.
    static func read(
        _ name: String,
        in directory: String = Self.directory
    ) throws(ZoneInfoFault)
        -> DayZone
    {
        guard isName(name) else { throw .name }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try RegularFile.read("\(directory)/\(name)", limit: bytesMax)
        } catch {
            throw .unreadable(error.description)
        }
        return try decode(bytes, name: name)
    }

    /// `Area/Place`, of which no part leads out of the directory.
    private static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = name.utf8.allSatisfy { byte in
            byte.isLetter || byte.isDigit || "/_+-".utf8.contains(byte)
        }
        return isPlain && name.utf8.count <= 64 && parts.count <= 3
            && parts.allSatisfy { !$0.isEmpty }
    }

    /// Decodes a file; of its two blocks the second one counts, whose times have 64 bits.
    static func decode(_ bytes: [UInt8], name: String) throws(ZoneInfoFault) -> DayZone {
        var reader = TZifReader(bytes)
        let first = try reader.header()
        // Version 1 has times up to 2038 only, and no rule.
        guard first.version >= UInt8(ascii: "2") else { throw .content("an old version") }
        try reader.skip(first.length(timeBytes: 4))
        let header = try reader.header()
        guard header.leapCount == 0 else { throw .content("leap seconds") }
        var times: [Int64] = []
        for _ in 0..<header.timeCount { times.append(try reader.integer64()) }
        var types: [Int] = []
        for _ in 0..<header.timeCount { types.append(Int(try reader.byte())) }
        var offsets: [Int] = []
        for _ in 0..<header.typeCount {
            offsets.append(Int(try reader.integer32()))
            try reader.skip(2)
        }
        try reader.skip(header.rest)
        let rule = try reader.footer()
        guard let base = offsets.first, types.allSatisfy({ $0 < offsets.count }) else {
            throw .content("a kind of time that is not there")
        }
        var transitions = zip(times, types).map { DayZone.Transition(at: $0, offset: offsets[$1]) }
        extend(&transitions, by: rule)
        guard let zone = DayZone(name: name, offset: base, transitions: transitions) else {
            throw .content("transitions out of order, too many or out of range")
        }
        return zone
    }

    /// Works out the years after the last transition that is written down.
    private static func extend(_ transitions: inout [DayZone.Transition], by rule: ZoneRule?) {
        guard let rule else { return }
        let last = transitions.last?.at ?? .min
        let seconds = max(last, 0)
        let year = CivilDate(daysSinceEpoch: Int(seconds / 86_400)).year
        guard year <= lastYear else { return }
        for year in year...lastYear {
            transitions += rule.transitions(in: year).filter { $0.at > last }
        }
    }
}

/// What is wrong with a zone's name or file.
enum ZoneInfoFault: Error, Equatable {
    /// The name cannot be that of a zone.
    case name
    /// The file cannot be read.
    case unreadable(String)
    /// The file is no zone, or one that cannot be used.
    case content(String)
}

extension ZoneInfoFault: CustomStringConvertible {
    /// What is wrong, and what to do.
    var description: String {
        switch self {
        case .name: "no name of a time zone"
        case .unreadable(let reason): "\(reason) (is the package tzdata installed?)"
        case .content(let reason): "the time zone's file has \(reason)"
        }
    }
}

/// Reads a TZif file from its beginning; numbers are big-endian.
private struct TZifReader {
    /// How much of each there is in a block.
    struct Header {
        var version: UInt8
        var utCount: Int
        var standardCount: Int
        var leapCount: Int
        var timeCount: Int
        var typeCount: Int
        var characterCount: Int

        /// The length of the block behind the header.
        func length(timeBytes: Int) -> Int {
            timeCount * (timeBytes + 1) + typeCount * 6 + characterCount
                + leapCount * (timeBytes + 4) + standardCount + utCount
        }

        /// What follows the kinds of time in the second block, without leap seconds.
        var rest: Int { characterCount + standardCount + utCount }
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func header() throws(ZoneInfoFault) -> Header {
        guard try (byte(), byte(), byte(), byte()) == (0x54, 0x5A, 0x69, 0x66) else {
            throw .content("another form")
        }
        let version = try byte()
        try skip(15)
        var counts: [Int] = []
        for _ in 0..<6 {
            let count = try integer32()
            // More than the file has bytes cannot be.
            guard count >= 0, count <= ZoneInfoFile.bytesMax else {
                throw .content("a wrong count")
            }
            counts.append(Int(count))
        }
        return Header(
            version: version,
            utCount: counts[0],
            standardCount: counts[1],
            leapCount: counts[2],
            timeCount: counts[3],
            typeCount: counts[4],
            characterCount: counts[5]
        )
    }

    /// The rule between two line ends; `nil` where it is empty.
    mutating func footer() throws(ZoneInfoFault) -> ZoneRule? {
        guard try byte() == 0x0A else { throw .content("no rule at its end") }
        let text = bytes[position...].prefix { $0 != 0x0A }
        guard text.endIndex < bytes.endIndex else { throw .content("no rule at its end") }
        if text.isEmpty { return nil }
        guard let rule = ZoneRule(String(decoding: text, as: UTF8.self)) else {
            throw .content("a rule that cannot be read")
        }
        return rule
    }

    mutating func skip(_ count: Int) throws(ZoneInfoFault) {
        guard count <= bytes.count - position else { throw .content("no end") }
        position += count
    }

    mutating func byte() throws(ZoneInfoFault) -> UInt8 {
        try skip(1)
        return bytes[position - 1]
    }

    mutating func integer32() throws(ZoneInfoFault) -> Int32 {
        var value: UInt32 = 0
        for _ in 0..<4 { value = value << 8 | UInt32(try byte()) }
        return Int32(bitPattern: value)
    }

    mutating func integer64() throws(ZoneInfoFault) -> Int64 {
        var value: UInt64 = 0
        for _ in 0..<8 { value = value << 8 | UInt64(try byte()) }
        return Int64(bitPattern: value)
    }
}

import Platform

/// Stores the records of an order desk in a file, each batch durable before the call returns.
struct OrderJournal: ~Copyable {
    /// The longest journal; then nothing can be stored any more.
    static let bytesMax = 1 << 30
    /// The name of the file in the state directory.
    static let fileName = "orders.journal"

    /// The bytes of an unfinished write that were cut off the end when the journal was opened.
    let cutByteCount: Int

    private var file: AppendFile
    private let lock: FileLock
    private var restored: [DeskRecord]

    /// Opens the journal of a directory, or begins one.
    ///
    /// - Parameter directory: Where it is; made if it is missing.
    /// - Throws: `GatewayError` when it is in use, unreadable or damaged.
    init(in directory: String) throws(GatewayError) {
        let path = directory + "/" + Self.fileName
        let lock = try Self.trying(path) { () throws(SystemError) in
            try Directory.create(directory, mode: 0o700)
            return try FileLock(file: path + ".lock", mode: 0o600)
        }
        let bytes = try Self.trying(path) { () throws(SystemError) in try Self.content(of: path) }
        let found = JournalFrame.read(bytes)
        guard let content = found.content else { throw Self.damage(path, found.damage, "frame") }
        let records = try Self.records(content, path)
        let file = try Self.trying(path) { () throws(SystemError) in
            if content.byteCount < bytes.count {
                try AtomicFile.write(Array(bytes[..<content.byteCount]), to: path, mode: 0o600)
            }
            return try AppendFile(path, mode: 0o600)
        }
        restored = records
        cutByteCount = bytes.count - content.byteCount
        self.lock = lock
        self.file = file
    }

    /// Hands over what was stored before, once.
    mutating func takeRestored() -> [DeskRecord] {
        defer { restored = [] }
        return restored
    }

    /// Stores records and waits until they are on the disk.
    ///
    /// - Throws: `SystemError`. After that nobody knows what is on the disk, so that nothing may be
    ///   appended any more.
    mutating func append(_ records: [DeskRecord]) throws(SystemError) {
        var batch: [UInt8] = []
        var bytes: [UInt8] = []
        for record in records {
            let text = Array(record.text.utf8)
            if !batch.isEmpty, batch.count + text.count >= JournalFrame.recordBytesMax {
                JournalFrame.append(batch, to: &bytes)
                batch = []
            }
            if !batch.isEmpty { batch.append(Self.separator) }
            batch += text
        }
        if !batch.isEmpty { JournalFrame.append(batch, to: &bytes) }
        guard file.size + Int64(bytes.count) <= Int64(Self.bytesMax) else {
            throw SystemError(code: Self.tooLong, call: "append", path: file.path)
        }
        try file.append(bytes)
    }

    // MARK: Opening

    /// JSON on one line holds no line feed.
    private static let separator = UInt8(ascii: "\n")
    /// `EFBIG`.
    private static let tooLong: Int32 = 27

    private static func content(of path: String) throws(SystemError) -> [UInt8] {
        do throws(SystemError) {
            let size = try FileStatus(of: path).size
            return try RegularFile.read(path, limit: min(bytesMax, Int(clamping: size)))
        } catch {
            guard error.isNoSuchFile else { throw error }
            return []
        }
    }

    private static func records(
        _ content: JournalFrame.Content,
        _ path: String
    ) throws(GatewayError) -> [DeskRecord] {
        var records: [DeskRecord] = []
        for batch in content.records {
            for line in batch.split(separator: separator) {
                do throws(RecordFault) {
                    records.append(try DeskRecord(Array(line).span))
                } catch {
                    throw damage(path, line.startIndex, error.member)
                }
            }
        }
        return records
    }

    private static func damage(_ path: String, _ offset: Int, _ member: String) -> GatewayError {
        GatewayError(
            .stateUnusable,
            at: "\(path) at byte \(offset)",
            "the journal is damaged (\(member)), and what it says of orders cannot be trusted",
            remedy: "restore it from a copy, or reconcile by hand and begin with an empty directory"
        )
    }

    private static func trying<Result: ~Copyable>(
        _ path: String,
        _ body: () throws(SystemError) -> Result
    ) throws(GatewayError) -> Result {
        do throws(SystemError) {
            return try body()
        } catch {
            throw GatewayError(
                .stateUnusable,
                at: path,
                error.isHeldByAnother ? "another gateway uses it" : error.description,
                remedy: "stop what uses it, or choose another --state directory"
            )
        }
    }
}

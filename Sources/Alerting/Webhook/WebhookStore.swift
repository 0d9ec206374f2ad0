internal import Platform
internal import Telemetry

/// The files of the queue in the state directory.
///
/// `alerts.queue` holds what waits; `alerts.refused` what the server will never take, one line each, with
/// one older file beside it.
struct WebhookStore: ~Copyable {
    /// More than a full queue can ever need.
    private static let bytesMax = 64_000_000
    private static let refusedBytesMax: Int64 = 1_000_000

    private let path: String
    private var file: AppendFile?
    private let refusedPath: String

    init(directory: String) {
        path = "\(directory)/alerts.queue"
        refusedPath = "\(directory)/alerts.refused"
        file = nil
    }

    /// Reads what waited when the process ended.
    ///
    /// A file that cannot be read is put aside as `alerts.queue.unreadable`, so that alerts go on.
    /// - Returns: The content, and why the file was put aside, if it was.
    func read() -> (content: WebhookQueueContent, failure: SystemError?) {
        do throws(SystemError) {
            return (WebhookQueueFile.read(try RegularFile.read(path, limit: Self.bytesMax)), nil)
        } catch {
            guard !error.isNoSuchFile else { return (WebhookQueueContent(), nil) }
            var content = WebhookQueueContent()
            content.isTidy = false
            content.corruptLineCount = 1
            do throws(SystemError) {
                try RegularFile.rename(path, to: path + ".unreadable")
            } catch {
                return (content, error)
            }
            return (content, error)
        }
    }

    /// Adds a record, durably.
    mutating func append(_ record: WebhookRecord) throws(SystemError) {
        if file == nil { file = try AppendFile(path, mode: 0o600) }
        do throws(SystemError) {
            try file?.append(WebhookQueueFile.line(record))
        } catch {
            file = nil
            throw error
        }
    }

    /// Replaces the content, durably.
    mutating func rewrite(_ records: [WebhookRecord]) throws(SystemError) {
        file = nil
        var bytes: [UInt8] = []
        for record in records { bytes += WebhookQueueFile.line(record) }
        try AtomicFile.write(bytes, to: path, mode: 0o600)
    }

    /// Keeps a message that the server refused.
    func setAside(_ message: WebhookMessage) throws(SystemError) {
        var refused = try RotatingFile(refusedPath, bytesMax: Self.refusedBytesMax, mode: 0o600)
        try refused.append(Array((message.body + "\n").utf8))
    }
}

import Platform
import Testing

/// What the kernel counts of one thread of this process.
struct ThreadActivity {
    /// How often the thread went to sleep, and so was woken.
    let wakeUps: Int
    let processorNanoseconds: Int

    static func ofThread(named name: String) throws -> Self {
        let tasks = "/proc/self/task"
        for task in try Directory.names(in: tasks, limit: 10_000) {
            guard try text("\(tasks)/\(task)/comm").first == Substring(name) else { continue }
            let status = try text("\(tasks)/\(task)/status")
            let line = try #require(status.first { $0.hasPrefix("voluntary_ctxt_switches") })
            let time = try text("\(tasks)/\(task)/schedstat").first?.split(separator: " ").first
            return Self(
                wakeUps: try #require(line.split(separator: "\t").last.flatMap { Int($0) }),
                processorNanoseconds: try #require(time.flatMap { Int($0) })
            )
        }
        throw NoSuchThread(name: name)
    }

    private struct NoSuchThread: Error { let name: String }

    private static func text(_ path: String) throws -> [Substring] {
        let bytes = try RegularFile.read(path, limit: 8192)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}

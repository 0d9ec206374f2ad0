import Platform

/// What a measurement depends on beside the program itself.
struct MachineFacts: Sendable, Equatable {
    /// The processor's name as the kernel gives it.
    var processor: String
    /// The processors that are online.
    var processorCount: Int
    /// The kernel's release.
    var kernel: String
    /// The load averages over 1, 5 and 15 minutes when the run began; other work disturbs a run.
    var loadAverages: String
    /// `release`, or `debug` when the numbers mean nothing.
    var build: String

    /// Whether this program was built without optimization.
    static var isDebugBuild: Bool {
        #if DEBUG
        true
        #else
        false
        #endif
    }

    /// Asks this machine.
    static func current() -> MachineFacts {
        let processors = text("/proc/cpuinfo")
        return MachineFacts(
            processor: processorName(processors) ?? "unknown",
            processorCount: lines(processors, of: "processor").count,
            kernel: text("/proc/sys/kernel/osrelease").filter { $0 != "\n" },
            loadAverages: text("/proc/loadavg").split(separator: " ").prefix(3)
                .joined(separator: " "),
            build: isDebugBuild ? "debug" : "release"
        )
    }

    /// The first processor's name in the text of `/proc/cpuinfo`.
    static func processorName(_ text: String) -> String? {
        lines(text, of: "model name").first
    }

    /// The values of the lines `key : value`.
    static func lines(_ text: String, of key: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, trimmed(parts[0]) == key else { return nil }
            return trimmed(parts[1])
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        return String(text)
    }

    /// A small file of the kernel; empty where there is none, which a report can bear.
    private static func text(_ path: String) -> String {
        do throws(SystemError) {
            return String(decoding: try RegularFile.read(path, limit: 1 << 20), as: UTF8.self)
        } catch {
            return ""
        }
    }
}

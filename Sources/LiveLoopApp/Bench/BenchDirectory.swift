import Platform

/// A fresh directory for sockets and the kill switch of a benchmark, which is never the real one.
final class BenchDirectory {
    /// Where it is.
    let path: String

    /// Makes it below `TMPDIR` or `/tmp`; only this user can enter it.
    init() throws(SystemError) {
        let base = ProcessEnvironment.variables()["TMPDIR"] ?? "/tmp"
        let number = SystemClock.monotonicNanoseconds()
        path = "\(base)/live-loop-bench.\(ProcessStatistics.processID).\(number)"
        try Directory.create(path, mode: 0o700)
    }

    /// Removes it with the files in it.
    ///
    /// - Throws: `SystemError`; what is left over does no harm.
    func remove() throws(SystemError) {
        for name in try Directory.names(in: path, limit: 1000) {
            try RegularFile.remove("\(path)/\(name)")
        }
        try Directory.remove(path)
    }
}

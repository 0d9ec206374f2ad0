import Foundation

/// A shell that runs beside a test and is killed with it.
package final class ChildProcess {
    private let process = Process()
    private let output = Pipe()
    private let input = Pipe()

    /// Starts `sh -c script` with arguments `$1`, `$2`, ….
    package init(_ script: String, _ arguments: String...) throws {
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, "sh"] + arguments
        process.standardOutput = output
        process.standardInput = input
        try process.run()
    }

    /// The process number.
    package var processID: Int32 { process.processIdentifier }

    /// Waits for the next line that the script writes; empty when it has ended.
    package func nextLine() -> String {
        var line: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Ends it and waits until it is gone.
    package func end() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Stops it without ending it, until it ends.
    package func freeze() { kill(process.processIdentifier, SIGSTOP) }

    deinit { end() }
}

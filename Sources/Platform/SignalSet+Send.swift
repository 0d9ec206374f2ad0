import CLinux
import Glibc

extension SignalSet {
    /// Sends a signal to a process (`kill`).
    package static func send(_ signal: Int32, to processID: Int32) throws(SystemError) {
        precondition(processID > 0, "a process number must be positive, was \(processID)")
        try check("kill", path: "process \(processID)") { kill(processID, signal) }
    }
}

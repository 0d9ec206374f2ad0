import CLinux
import Glibc

/// Signals that are read like messages instead of interrupting a thread (`signalfd`).
package final class SignalSet: Sendable {
    private let descriptor: FileDescriptor

    /// Blocks the signals for this thread and for every thread it starts from now on.
    ///
    /// Call it before any thread is started, so that no other thread takes them.
    package init(_ signals: [Int32]) throws(SystemError) {
        var set = sigset_t()
        _ = unsafe sigemptyset(&set)
        for signal in signals { _ = unsafe sigaddset(&set, signal) }
        let code = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        guard code == 0 else { throw SystemError(code: code, call: "pthread_sigmask") }
        let raw = try check("signalfd") {
            unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        }
        descriptor = FileDescriptor(owning: raw)
    }

    /// The descriptor to poll for reading.
    package var pollDescriptor: Int32 { descriptor.rawValue }

    /// A signal that came.
    package struct Arrival: Sendable, Equatable {
        /// Its number.
        package var number: Int32
        /// Whether the kernel sent it by itself, as it does when a terminal is closed.
        package var isFromKernel: Bool
    }

    /// Takes the next pending signal's number, if there is one.
    package func next() -> Int32? { nextArrival()?.number }

    /// Takes the next pending signal, if there is one.
    package func nextArrival() -> Arrival? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard unsafe read(descriptor.rawValue, &info, size) == size else { return nil }
        return Arrival(number: Int32(info.ssi_signo), isFromKernel: info.ssi_code > 0)
    }

    /// Ignores `SIGPIPE`, so that writing to a closed pipe is an error and not the end.
    package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// The signals that ask a process to stop, a closed terminal among them.
    package static let stopSignals: [Int32] = [SIGTERM, SIGINT, SIGHUP]
    /// The signal by which an operator has the configuration read again.
    package static let reloadSignal: Int32 = SIGHUP
    /// The signal by which an operator engages the kill switch.
    package static let killSwitchSignal: Int32 = SIGUSR1
}

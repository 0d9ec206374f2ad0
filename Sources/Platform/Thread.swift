import CLinux
import Glibc

/// A thread of the operating system that is joined, or let go, exactly once.
///
/// Blocking work lives on threads of its own, so that no cooperative pool is ever blocked.
@safe
package final class Thread: Sendable {
    private let handle: pthread_t

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: Shown by `ps` and `top`; 15 bytes are kept.
    ///   - body: What the thread does.
    /// - Throws: `SystemError` when no thread can be made.
    package init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var handle = pthread_t()
        let code = unsafe pthread_create(
            &handle,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe live_loop_name_thread(start.name)
                start.body()
                return nil
            },
            start.toOpaque()
        )
        guard code == 0 else {
            unsafe start.release()
            throw SystemError(code: code, call: "pthread_create", path: name)
        }
        self.handle = handle
    }

    /// Waits until the thread has ended; call it once.
    package func join() { _ = pthread_join(handle, nil) }

    /// Lets the thread end by itself; call it once, and instead of ``join()``.
    package func detach() { _ = pthread_detach(handle) }

    /// The processor time that the thread has used so far; call it before ``join()``.
    package var processorNanoseconds: Int64 {
        var clock = clockid_t()
        guard unsafe pthread_getcpuclockid(handle, &clock) == 0 else { return 0 }
        return SystemClock.read(clock)
    }

    /// Pins the calling thread to a CPU; benchmarks use it.
    package static func pinCurrent(toCPU cpu: Int) throws(SystemError) {
        try check("sched_setaffinity") { live_loop_pin_thread(Int32(cpu)) }
    }

    /// Lets timers of the calling thread fire without the usual 50 µs of slack.
    package static func minimizeTimerSlack() { live_loop_minimize_timer_slack() }

    /// Asks that the calling thread be given the CPU often and shortly instead of seldom and long.
    ///
    /// From Linux 6.12 on a thread with a shorter slice runs as soon as it is woken, before one with a
    /// longer one has ended its own; its share of the CPU stays the same. Older kernels ignore it. A
    /// thread with a real-time policy keeps it.
    /// - Parameter nanoseconds: From 100 µs to 100 ms; the kernel brings others into that range.
    package static func requestSlice(nanoseconds: Int64) {
        // Nothing depends on it but the latency, which is measured.
        _ = live_loop_request_slice(nanoseconds)
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}

import Glibc

/// Ends the process at once, as a crash does: nothing is flushed, closed or told (`_exit`).
package func exitImmediately(code: Int32) -> Never { _exit(code) }

#if DEBUG
/// Ends the process at once, as `kill -9` from outside does; for tests that look at what such an end leaves.
package func killThisProcess() -> Never {
    kill(getpid(), SIGKILL)
    // A signal to oneself is delivered before the call returns.
    _exit(1)
}
#endif

import Glibc

/// Ends the process at once, as a crash does: nothing is flushed, closed or told (`_exit`).
package func exitImmediately(code: Int32) -> Never { _exit(code) }

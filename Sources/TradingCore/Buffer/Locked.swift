#if THREAD_SANITIZER
import Glibc

/// A value that is reachable only while its lock is held.
///
/// The thread sanitizer does not see inside `Synchronization.Mutex` on Linux and reports each use
/// as a race, so that sanitizer builds use a `pthread_mutex_t`, which it understands.
@safe
package final class Locked<Value: ~Copyable>: @unchecked Sendable {
    // Unchecked: `value` is only touched between lock and unlock.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    package init(_ value: consuming sending Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        self.value = value
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the value while the lock is held.
    package func withLock<R: ~Copyable, E: Error>(
        _ body: (inout Value) throws(E) -> R
    ) throws(E) -> R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
#else
package import Synchronization

/// A value that is reachable only while its lock is held.
package final class Locked<Value: ~Copyable>: Sendable {
    @usableFromInline let mutex: Mutex<Value>

    package init(_ value: consuming sending Value) { mutex = Mutex(value) }

    /// Runs `body` with the value while the lock is held.
    ///
    /// Inlinable, because through the border of a module it would be generic, at several times the cost.
    @inlinable @inline(__always)
    package func withLock<R: ~Copyable, E: Error>(
        _ body: (inout sending Value) throws(E) -> sending R
    ) throws(E) -> sending R {
        try mutex.withLock(body)
    }
}
#endif

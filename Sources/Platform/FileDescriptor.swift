import CLinux
import Glibc

/// An open file descriptor with one owner, closed once.
package struct FileDescriptor: ~Copyable, Sendable {
    /// The number, for `poll` and for other calls of this module.
    package let rawValue: Int32

    /// Takes ownership of an open descriptor.
    package init(owning rawValue: Int32) {
        precondition(rawValue >= 0, "a descriptor must not be negative, was \(rawValue)")
        self.rawValue = rawValue
    }

    /// Gives up ownership: who takes the number closes it.
    package consuming func release() -> Int32 {
        let released = rawValue
        discard self
        return released
    }

    deinit { _ = Glibc.close(rawValue) }
}

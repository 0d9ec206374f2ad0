import Glibc

/// How many descriptors this process may have open, and has.
package struct DescriptorLimit: Sendable, Equatable {
    /// The limit in force (`RLIMIT_NOFILE`, soft).
    package let current: UInt64
    /// What the process could raise it to itself.
    package let maximum: UInt64
    /// Descriptors that are open now.
    package let openCount: Int

    package init(current: UInt64, maximum: UInt64, openCount: Int) {
        self.current = current
        self.maximum = maximum
        self.openCount = openCount
    }

    /// Asks the kernel.
    package init() throws(SystemError) {
        var raw = rlimit()
        try check("getrlimit") {
            unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raw)
        }
        current = UInt64(raw.rlim_cur)
        maximum = UInt64(raw.rlim_max)
        openCount = try Directory.names(in: "/proc/self/fd", limit: 1 << 20).count
    }

    /// Descriptors that may still be opened.
    package var headroom: UInt64 { current - min(current, UInt64(openCount)) }
}

import CLinux
import Glibc

/// A wake-up on changes in a directory (`inotify`).
///
/// It may only hasten a look, never replace it: it is silent about a file system mounted over the
/// directory or a directory put in its place, and its queue can overflow.
package struct DirectoryWatch: ~Copyable, Sendable {
    /// What the watch has told.
    package struct Report: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// An entry was created, moved, removed or had its attributes changed.
        package static let changed = Report(rawValue: 1)
        /// The queue overflowed: events are missing.
        package static let overflowed = Report(rawValue: 2)
        /// The directory was moved, removed or unmounted, or the watch ended: it tells nothing more.
        package static let lost = Report(rawValue: 4)

        // Through the border of a module the generic questions of a set cost more than the look itself.

        /// Whether there was anything to tell.
        package var hasAny: Bool { rawValue != 0 }
        /// Whether events are missing.
        package var hasOverflowed: Bool { contains(.overflowed) }
        /// Whether the watch tells nothing more.
        package var isLost: Bool { contains(.lost) }
    }

    private static let changes = UInt32(
        IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB
    )
    private static let ends = UInt32(IN_IGNORED | IN_UNMOUNT | IN_MOVE_SELF | IN_DELETE_SELF)

    private let descriptor: FileDescriptor
    private let path: String
    private var number: Int32

    /// Watches a directory.
    package init(_ path: String) throws(SystemError) {
        let raw = try check("inotify_init1") {
            inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        }
        let opened = FileDescriptor(owning: raw)
        let added = try Self.add(path, to: raw)
        self.path = path
        number = added
        descriptor = opened
    }

    /// Watches what is at the path now, after the watch was lost.
    ///
    /// ``pollDescriptor`` stays the same.
    package mutating func watchAgain() throws(SystemError) {
        let old = number
        number = try Self.add(path, to: descriptor.rawValue)
        // The old directory may still be there under another name.
        if old != number { _ = inotify_rm_watch(descriptor.rawValue, old) }
    }

    private static func add(_ path: String, to descriptor: Int32) throws(SystemError) -> Int32 {
        let mask = changes | UInt32(IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR)
        return try check("inotify_add_watch", path: path) {
            unsafe inotify_add_watch(descriptor, path, mask)
        }
    }

    /// The descriptor to poll for reading.
    package var pollDescriptor: Int32 { descriptor.rawValue }

    /// Takes what is queued, at most 64 KiB of it, without waiting.
    package func drain() -> Report {
        var report: Report = []
        // A kilobyte is the most that is taken from the stack.
        for _ in 0..<64 {
            let more = unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) {
                buffer in
                let count = unsafe read(descriptor.rawValue, buffer.baseAddress, buffer.count)
                guard count > 0 else { return false }
                unsafe report.formUnion(parse(UnsafeRawBufferPointer(buffer), count: count))
                return true
            }
            if !more { break }
        }
        return report
    }

    private func parse(_ buffer: UnsafeRawBufferPointer, count: Int) -> Report {
        var report: Report = []
        var offset = 0
        while offset + MemoryLayout<inotify_event>.size <= count {
            // struct inotify_event: wd, mask, cookie, len, each of four bytes, then the name.
            let source = unsafe buffer.load(fromByteOffset: offset, as: Int32.self)
            let mask = unsafe buffer.load(fromByteOffset: offset + 4, as: UInt32.self)
            let nameLength = unsafe buffer.load(fromByteOffset: offset + 12, as: UInt32.self)
            offset += 16 + Int(nameLength)
            if mask & UInt32(IN_Q_OVERFLOW) != 0 { report.insert(.overflowed) }
            // What an earlier watch had left in the queue says nothing about this one.
            guard source == number else { continue }
            if mask & Self.ends != 0 { report.insert(.lost) }
            if mask & Self.changes != 0 { report.insert(.changed) }
        }
        return report
    }
}

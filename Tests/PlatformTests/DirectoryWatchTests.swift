import Platform
import TestSupport
import Testing

@Suite struct DirectoryWatchTests {
    @Test func `tells of every change of the entries, and wakes`() throws {
        try withTemporaryDirectory { path in
            let watch = try DirectoryWatch(path)
            var poll = PollSet(reading: [watch.pollDescriptor])
            let isIdle = !poll.wait(nanoseconds: 0)
            #expect(isIdle)
            #expect(watch.drain() == [])
            try AtomicFile.createEmpty(path + "/a")
            let isWoken = poll.wait(nanoseconds: 0)
            #expect(isWoken)
            #expect(watch.drain() == .changed)
            #expect(watch.drain() == [])
            try FileFaults.move(path + "/a", to: path + "/b")
            #expect(watch.drain() == .changed)
            try FileFaults.setMode(0o600, of: path + "/b")
            #expect(watch.drain() == .changed)
            try RegularFile.remove(path + "/b")
            #expect(watch.drain() == .changed)
        }
    }

    @Test func `tells that it is lost when its directory moves, and can watch again`() throws {
        try withTemporaryDirectory { base in
            let path = base + "/lock"
            try Directory.create(path)
            var watch = try DirectoryWatch(path)
            let descriptor = watch.pollDescriptor
            try FileFaults.move(path, to: base + "/moved")
            #expect(watch.drain().contains(.lost))
            try Directory.create(path)
            try watch.watchAgain()
            #expect(watch.pollDescriptor == descriptor)
            // The end of the old watch, and what happens in the old directory, are not ours.
            try AtomicFile.createEmpty(base + "/moved/old")
            #expect(watch.drain() == [])
            try AtomicFile.createEmpty(path + "/new")
            #expect(watch.drain() == .changed)
        }
    }

    @Test func `tells that it is lost when its directory is removed`() throws {
        try withTemporaryDirectory { base in
            let path = base + "/lock"
            try Directory.create(path)
            let watch = try DirectoryWatch(path)
            try Directory.remove(path)
            #expect(watch.drain().contains(.lost))
        }
    }
}

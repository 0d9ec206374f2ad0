import Platform
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    @Test func `replaces the whole content and leaves nothing beside it`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/state"
            try AtomicFile.write(Array("long and old".utf8), to: path)
            try AtomicFile.write(Array("new".utf8), to: path, mode: 0o600)
            #expect(try RegularFile.read(path, limit: 100) == Array("new".utf8))
            #expect(try FileFaults.mode(of: path) == 0o600)
            #expect(try Directory.names(in: directory, limit: 10) == ["state"])
        }
    }

    @Test(.enabled(if: ThreadFaults.canMount, "needs the right to mount"))
    func `keeps the old content when the disk is full`() throws {
        try withTemporaryDirectory { directory in
            let result = try ThreadFaults.inPrivateMountNamespace {
                try ThreadFaults.mountMemory(at: directory, options: "size=64k")
                let path = directory + "/state"
                try AtomicFile.write([1, 2, 3], to: path)
                let error = #expect(throws: SystemError.self) {
                    try AtomicFile.write([UInt8](repeating: 9, count: 1 << 17), to: path)
                }
                let names = try Directory.names(in: directory, limit: 10)
                return (error?.codeName, try RegularFile.read(path, limit: 10), names)
            }
            #expect(result.0 == "ENOSPC")
            #expect(result.1 == [1, 2, 3])
            #expect(result.2 == ["state"])
        }
    }

    @Test func `does not create an empty file over anything`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/taken"
            try FileFaults.make(.danglingSymlink, at: path)
            let error = #expect(throws: SystemError.self) { try AtomicFile.createEmpty(path) }
            #expect(error?.isAlreadyThere == true)
        }
    }
}

@Suite struct RegularFileTests {
    @Test(arguments: [FileFaults.Entry.fifo, .directory, .symlink, .socket])
    func `reads only regular files, without waiting for others`(entry: FileFaults.Entry) throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/entry"
            try FileFaults.make(entry, at: path)
            #expect(throws: SystemError.self) { try RegularFile.read(path, limit: 10) }
        }
    }

    @Test func `reads up to its limit and nothing longer`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/file"
            try AtomicFile.write([1, 2, 3, 4], to: path)
            #expect(try RegularFile.read(path, limit: 4) == [1, 2, 3, 4])
            let error = #expect(throws: SystemError.self) { try RegularFile.read(path, limit: 3) }
            #expect(error?.codeName == "EFBIG")
        }
    }
}

@Suite struct AppendFileTests {
    @Test func `continues where an earlier one ended`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/journal"
            for line in ["one\n", "two\n"] {
                var file = try AppendFile(path)
                try file.append(Array(line.utf8))
            }
            #expect(try RegularFile.read(path, limit: 100) == Array("one\ntwo\n".utf8))
            let file = try AppendFile(path)
            let size = file.size
            #expect(size == 8)
        }
    }

    @Test(.enabled(if: ThreadFaults.canMount, "needs the right to mount"))
    func `cuts off what a full disk left of a line`() throws {
        try withTemporaryDirectory { directory in
            let content = try ThreadFaults.inPrivateMountNamespace {
                try ThreadFaults.mountMemory(at: directory, options: "size=16k")
                var file = try AppendFile(directory + "/journal")
                try file.append(Array("whole\n".utf8))
                do {
                    try file.append([UInt8](repeating: 9, count: 1 << 16))
                    Issue.record("64 KiB fitted into 16")
                } catch {}
                try file.append(Array("next\n".utf8))
                return try RegularFile.read(directory + "/journal", limit: 1 << 20)
            }
            #expect(content == Array("whole\nnext\n".utf8))
        }
    }
}

@Suite struct DirectoryTests {
    @Test func `makes what is missing above, and gives the last one its mode`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/a/b/c"
            try Directory.create(path, mode: 0o777)
            try Directory.create(path, mode: 0o700)
            #expect(try FileFaults.mode(of: path) == 0o777)
        }
    }

    @Test func `lists by bytes what fits the pattern, and refuses to list too much`() throws {
        try withTemporaryDirectory { directory in
            for name in ["k.b.lock", "k.a.lock", "k.B.lock", "x.a.lock", "k.a.tmp"] {
                try AtomicFile.createEmpty(directory + "/" + name)
            }
            let names = try Directory.names(in: directory, prefix: "k.", suffix: ".lock", limit: 5)
            #expect(names == ["k.B.lock", "k.a.lock", "k.b.lock"])
            let error = #expect(throws: SystemError.self) {
                try Directory.names(in: directory, prefix: "k.", limit: 4)
            }
            #expect(error?.codeName == "E2BIG")
        }
    }

    @Test(arguments: [("/a/b", "/a"), ("/a", "/"), ("a", ".")])
    func `knows what a path lies in`(path: String, parent: String) {
        #expect(Directory.parent(of: path) == parent)
    }
}

@Suite struct FileLockTests {
    @Test func `is held by one until it ends, and tells the process`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/lock"
            #expect(try FileLock.holder(of: path) == .nobody)
            try hold(path)
            #expect(try FileLock.holder(of: path) == .nobody)
        }
    }

    private func hold(_ path: String) throws {
        let lock = try FileLock(file: path)
        try lock.writeProcessID()
        let holder = FileLockHolder.process(id: ProcessStatistics.processID)
        #expect(try FileLock.holder(of: path) == holder)
        #expect(throws: SystemError.self) { _ = try FileLock(file: path) }
        let isInPlace = lock.isInPlace
        #expect(isInPlace)
    }

    @Test func `is free when its owner ends, though a starting child has a copy`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/lock"
            let copies = try holdAndCopy(path)
            defer { FileFaults.close(copies) }
            #expect(!copies.isEmpty)
            _ = try FileLock(file: path)
        }
    }

    private func holdAndCopy(_ path: String) throws -> [Int32] {
        let lock = try FileLock(file: path)
        let copies = try FileFaults.copyDescriptors(of: path)
        let isInPlace = lock.isInPlace
        #expect(isInPlace)
        return copies
    }

    @Test func `notices that its file is gone`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/lock"
            let lock = try FileLock(file: path)
            try RegularFile.remove(path)
            let isOldInPlace = lock.isInPlace
            #expect(!isOldInPlace)
            let other = try FileLock(file: path)
            let isNewInPlace = other.isInPlace
            #expect(isNewInPlace)
        }
    }
}

import Platform
import TestSupport
import Testing

@Suite struct GuardedDirectoryTests {
    @Test func `proves that a file is absent`() throws {
        try withTemporaryDirectory { path in
            let directory = try GuardedDirectory(arming: path)
            let status = try FileStatus(followingLinksOf: path)
            #expect(directory.presence(of: path + "/stop") == .absent(directory: status))
            let either = directory.presence(of: path + "/stop", or: path + "/other")
            #expect(either == .absent(directory: status))
        }
    }

    @Test(arguments: FileFaults.Entry.allCases)
    func `K03: sees whatever has the name, without opening it`(entry: FileFaults.Entry) throws {
        try withTemporaryDirectory { path in
            let directory = try GuardedDirectory(arming: path)
            try FileFaults.make(entry, at: path + "/stop")
            let status = try FileStatus(of: path + "/stop")
            #expect(directory.presence(of: path + "/stop") == .present(status))
            #expect(directory.presence(of: path + "/other", or: path + "/stop") == .present(status))
            let kind = entry.rawValue.lowercased()
            #expect(kind.hasSuffix(status.kind.rawValue))
        }
    }

    @Test func `K05: cannot prove anything in a directory that was put in its place`() throws {
        try withTemporaryDirectory { base in
            let path = base + "/lock"
            try Directory.create(path)
            let directory = try GuardedDirectory(arming: path)
            try FileFaults.move(path, to: base + "/moved")
            guard case .unprovable(.lookFailed) = directory.presence(of: path + "/stop") else {
                Issue.record("a missing directory counted as proof")
                return
            }
            try Directory.create(path)
            #expect(directory.presence(of: path + "/stop") == .unprovable(.replaced(path: path)))
            try Directory.remove(path)
            try FileFaults.move(base + "/moved", to: path)
            let status = try FileStatus(followingLinksOf: path)
            #expect(directory.presence(of: path + "/stop") == .absent(directory: status))
        }
    }

    @Test func `K05: cannot prove anything once a file has the directory's name`() throws {
        try withTemporaryDirectory { base in
            let path = base + "/lock"
            try Directory.create(path)
            let directory = try GuardedDirectory(arming: path)
            try Directory.remove(path)
            try AtomicFile.createEmpty(path)
            guard case .unprovable(.lookFailed(let error)) = directory.presence(of: path + "/stop")
            else {
                Issue.record("a file counted as a directory")
                return
            }
            #expect(error.codeName == "ENOTDIR")
        }
    }

    @Test(.enabled(if: ThreadFaults.canMount, "needs the right to mount"))
    func `K05: cannot prove anything under a file system mounted over it`() throws {
        try withTemporaryDirectory { path in
            let presence = try ThreadFaults.inPrivateMountNamespace {
                let directory = try GuardedDirectory(arming: path)
                try ThreadFaults.mountMemory(at: path, options: "size=64k")
                return directory.presence(of: path + "/stop")
            }
            #expect(presence == .unprovable(.replaced(path: path)))
        }
    }

    @Test func `K06: cannot prove anything it cannot look up`() throws {
        try withTemporaryDirectory { path in
            let directory = try GuardedDirectory(arming: path)
            try FileFaults.make(.loopingSymlink, at: path + "/loop")
            let long = path + "/" + String(repeating: "x", count: 300)
            for (file, code) in [(path + "/loop/stop", "ELOOP"), (long, "ENAMETOOLONG")] {
                guard case .unprovable(.lookFailed(let error)) = directory.presence(of: file) else {
                    Issue.record("\(code) counted as proof")
                    continue
                }
                #expect(error.codeName == code)
            }
        }
    }

    @Test(.enabled(if: ThreadFaults.isPrivileged, "needs the right to change its user"))
    func `K06: cannot prove anything it is not allowed to look up`() throws {
        try withTemporaryDirectory { base in
            let path = base + "/lock"
            try Directory.create(path)
            let directory = try GuardedDirectory(arming: path)
            try FileFaults.setMode(0o755, of: base)
            try FileFaults.setMode(0, of: path)
            let presence = try ThreadFaults.asNobody { directory.presence(of: path + "/stop") }
            guard case .unprovable(.lookFailed(let error)) = presence else {
                Issue.record("a forbidden look counted as proof: \(presence)")
                return
            }
            #expect(error.codeName == "EACCES")
        }
    }

    @Test func `K08: refuses a file system that may hang, unless told otherwise`() throws {
        let error = #expect(throws: GuardedDirectoryError.self) {
            _ = try GuardedDirectory(arming: "/proc")
        }
        #expect(error == .fileSystemNotLocal(path: "/proc", fileSystemName: "proc"))
        #expect(try GuardedDirectory(arming: "/proc", allowingAnyFileSystem: true).path == "/proc")
        #expect(!FileSystemType(magic: 0x6969).isLocal)
        #expect(!FileSystemType(magic: 0x6573_5546).isLocal)
        #expect(!FileSystemType(magic: 0xDEAD_BEEF).isLocal)
        #expect(FileSystemType(magic: 0x0102_1994) == FileSystemType(magic: 0x0102_1994))
    }

    @Test func `K04: cannot be armed where there is no directory`() throws {
        try withTemporaryDirectory { path in
            #expect(throws: GuardedDirectoryError.self) {
                _ = try GuardedDirectory(arming: path + "/missing")
            }
            try AtomicFile.createEmpty(path + "/file")
            let error = #expect(throws: GuardedDirectoryError.self) {
                _ = try GuardedDirectory(arming: path + "/file")
            }
            #expect(error == .notADirectory(path: path + "/file"))
        }
    }
}

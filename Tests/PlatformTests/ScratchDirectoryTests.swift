import Platform
import TestSupport
import Testing

@Suite struct ScratchDirectoryTests {
    @Test func `it is private, and gone with all that is in it when its owner ends`() throws {
        try withTemporaryDirectory { base in
            do {
                let scratch = try ScratchDirectory(in: base, name: "audit")
                #expect(scratch.path.hasPrefix(base + "/audit."))
                #expect(try FilePermissions(of: scratch.path).mode == 0o700)
                try Directory.create(scratch.path + "/a/b")
                try AtomicFile.createEmpty(scratch.path + "/a/b/file")
                try FileFaults.make(.danglingSymlink, at: scratch.path + "/a/link")
                try FileFaults.make(.fifo, at: scratch.path + "/fifo")
            }
            #expect(try Directory.names(in: base, limit: 10) == [])
        }
    }

    @Test func `a link out of it is removed and not followed`() throws {
        try withTemporaryDirectory { base in
            try Directory.create(base + "/kept")
            try AtomicFile.createEmpty(base + "/kept/file")
            do {
                let scratch = try ScratchDirectory(in: base, name: "audit")
                try ChildProcess("ln -s \"$1\" \"$2\"; echo", base + "/kept", scratch.path + "/l")
                    .expectLine("")
            }
            #expect(try Directory.names(in: base + "/kept", limit: 10) == ["file"])
        }
    }

    @Test func `where nothing can be made it says so`() {
        #expect(throws: SystemError.self) {
            _ = try ScratchDirectory(in: "/missing/directory", name: "audit")
        }
    }

    @Test func `permissions say who may write`() throws {
        try withTemporaryDirectory { base in
            try Directory.create(base + "/open", mode: 0o1777)
            let open = try FilePermissions(of: base + "/open")
            #expect(open.isWorldWritable)
            #expect(open.isOwnedByUs)
            #expect(open.octal == "01777")
            let closed = try FilePermissions(of: base)
            #expect(!closed.isWorldWritable)
            #expect(throws: SystemError.self) { try FilePermissions(of: base + "/missing") }
        }
        #expect(!FilePermissions(mode: 0o755, ownerID: 4_294_967_294).isOwnedByUs)
    }

    @Test func `room is told for any path, and refused for none`() throws {
        let space = try FileSystemSpace(of: "/")
        #expect(space.freeBytes >= 0)
        #expect(throws: SystemError.self) { try FileSystemSpace(of: "/missing/directory") }
    }
}

extension ChildProcess {
    fileprivate func expectLine(_ line: String) { #expect(nextLine() == line) }
}

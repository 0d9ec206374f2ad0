import Glibc
import Platform
import TradingCore

/// Things in the file system that tests put in the way.
package enum FileFaults {
    /// What can have the name of a file.
    package enum Entry: String, Sendable, CaseIterable {
        case emptyFile, renamedFile, symlink, danglingSymlink, loopingSymlink
        case directory, fifo, socket
    }

    /// Makes an entry of a kind at a path.
    package static func make(_ entry: Entry, at path: String) throws {
        switch entry {
        case .emptyFile: try AtomicFile.createEmpty(path)
        case .renamedFile:
            try AtomicFile.createEmpty(path + ".before")
            try RegularFile.rename(path + ".before", to: path)
        case .symlink: try expect("symlink", unsafe Glibc.symlink("/", path))
        case .danglingSymlink: try expect("symlink", unsafe Glibc.symlink("/nowhere/at/all", path))
        case .loopingSymlink: try expect("symlink", unsafe Glibc.symlink(path, path))
        case .directory: try Directory.create(path)
        case .fifo: try expect("mkfifo", unsafe mkfifo(path, 0o600))
        case .socket: try expect("mknod", unsafe mknod(path, S_IFSOCK | 0o600, 0))
        }
    }

    /// Copies the descriptors that this process has open on a file, as a child has them while it is started.
    ///
    /// - Returns: The copies, to be closed with ``close(_:)``.
    package static func copyDescriptors(of path: String) throws -> [Int32] {
        var wanted = stat()
        try expect("stat", unsafe stat(path, &wanted))
        var copies: [Int32] = []
        for number in Int32(3)..<1024 {
            var found = stat()
            guard unsafe fstat(number, &found) == 0, found.st_ino == wanted.st_ino,
                found.st_dev == wanted.st_dev
            else { continue }
            copies.append(dup(number))
        }
        return copies
    }

    /// Closes descriptors.
    package static func close(_ descriptors: [Int32]) {
        for descriptor in descriptors { _ = Glibc.close(descriptor) }
    }

    /// Sets the permissions of a path.
    package static func setMode(_ mode: UInt32, of path: String) throws {
        try expect("chmod", unsafe chmod(path, mode))
    }

    /// The permissions of a path.
    package static func mode(of path: String) throws -> UInt32 {
        var status = stat()
        try expect("stat", unsafe stat(path, &status))
        return status.st_mode & 0o7777
    }

    /// Moves a file or directory.
    package static func move(_ path: String, to target: String) throws {
        try expect("rename", unsafe Glibc.rename(path, target))
    }

    static func expect(_ call: String, _ result: Int32) throws {
        if result != 0 { throw FaultError(call: call, code: errno) }
    }
}

/// Faults that need rights of their own, and so a thread of their own that can give them up.
package enum ThreadFaults {
    /// Whether this process may mount file systems.
    package static let canMount =
        (try? inPrivateMountNamespace { true }) ?? false
    /// Whether this process may take away its own right to ignore permissions.
    package static let isPrivileged = geteuid() == 0

    /// Runs `body` on a thread whose mounts nobody else sees.
    package static func inPrivateMountNamespace<R: Sendable>(
        _ body: @escaping @Sendable () throws -> R
    ) throws -> R {
        try onThread {
            try FileFaults.expect("unshare", call("unshare", 0x0002_0000))  // CLONE_NEWNS
            let flags = UInt(MS_REC | MS_PRIVATE)
            try FileFaults.expect("mount", unsafe mount("none", "/", nil, flags, nil))
            return try body()
        }
    }

    /// Whether this process may have a network of its own, and the means to change its routes.
    package static let canIsolateNetwork =
        (try? inPrivateNetwork {
            try ChildProcess("ip link set lo up 2>&1 && echo up").nextLine() == "up"
        }) ?? false

    /// Runs `body` on a thread whose network, a loopback device and nothing else, nobody else sees.
    ///
    /// Threads and processes that it starts are in the same network.
    package static func inPrivateNetwork<R: Sendable>(
        _ body: @escaping @Sendable () throws -> R
    ) throws -> R {
        try onThread {
            try FileFaults.expect("unshare", call("unshare", 0x4000_0000))  // CLONE_NEWNET
            return try body()
        }
    }

    /// Mounts a file system in memory; only inside a private mount namespace.
    package static func mountMemory(at path: String, options: String) throws {
        try FileFaults.expect(
            "mount",
            unsafe options.withCString { unsafe mount("tmpfs", path, "tmpfs", 0, $0) }
        )
    }

    /// Runs `body` on a thread that has the file rights of nobody.
    package static func asNobody<R: Sendable>(
        _ body: @escaping @Sendable () throws -> R
    ) throws -> R {
        try onThread {
            _ = try call("setfsuid", 65_534)
            return try body()
        }
    }

    private static func onThread<R: Sendable>(
        _ body: @escaping @Sendable () throws -> R
    ) throws -> R {
        let outcome = Locked<Result<R, any Error>?>(nil)
        let thread = try Thread(name: "fault") {
            let result = Result { try body() }
            outcome.withLock { $0 = result }
        }
        thread.join()
        guard let result = outcome.withLock({ $0 }) else { throw FaultError(call: "join", code: 0) }
        return try result.get()
    }

    /// Calls a function of one integer that the Glibc module does not export.
    private static func call(_ name: String, _ argument: Int32) throws -> Int32 {
        guard let symbol = unsafe dlsym(nil, name) else { throw FaultError(call: name, code: 0) }
        let function = unsafe unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)
        return function(argument)
    }
}

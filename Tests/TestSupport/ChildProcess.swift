import Glibc
import Platform

/// A shell that runs beside a test and is killed with it, and with all that it has started.
package final class ChildProcess {
    /// The process number, and that of its process group.
    package let processID: Int32
    private let output: Int32
    private var hasEnded = false

    /// Starts `sh -c script` with arguments `$1`, `$2`, ….
    package init(_ script: String, _ arguments: String...) throws {
        var ends: [Int32] = [0, 0]
        try FileFaults.expect("pipe", unsafe pipe(&ends))
        defer { close(ends[1]) }
        for end in ends { try FileFaults.expect("fcntl", fcntl(end, F_SETFD, FD_CLOEXEC)) }
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        var nothing = sigset_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        unsafe posix_spawnattr_init(&attributes)
        unsafe sigemptyset(&nothing)
        unsafe posix_spawnattr_setsigmask(&attributes, &nothing)
        unsafe posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK)
        )
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        var words =
            unsafe (["sh", "-c", script, "sh"] + arguments).map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe words.indices { unsafe free(words[index]) } }
        var number: pid_t = 0
        let code = unsafe posix_spawn(
            &number,
            "/bin/sh",
            &actions,
            &attributes,
            &words,
            environ
        )
        guard code == 0 else {
            close(ends[0])
            throw FaultError(call: "posix_spawn", code: code)
        }
        processID = number
        output = ends[0]
    }

    /// Waits for the next line that the script writes; empty when none comes within ten seconds.
    package func nextLine() -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        var poll = PollSet(reading: [output])
        while poll.wait(nanoseconds: 10_000_000_000), unsafe read(output, &byte, 1) == 1,
            byte != UInt8(ascii: "\n")
        {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Stops it without ending it.
    package func freeze() { kill(-processID, SIGSTOP) }

    /// Ends it, and waits until it is gone.
    package func end() {
        guard !hasEnded else { return }
        hasEnded = true
        kill(-processID, SIGKILL)
        var status: Int32 = 0
        while unsafe waitpid(processID, &status, 0) == -1, errno == EINTR {}
    }

    deinit {
        end()
        close(output)
    }
}

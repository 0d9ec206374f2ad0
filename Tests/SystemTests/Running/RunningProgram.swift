import Glibc
import Platform
import TradingCore

/// A program that runs beside a test, whose lines are read as they come, and that ends with it.
final class RunningProgram {
    /// What it has written, and whether it can write more.
    private final class Written: Sendable {
        struct Text: Sendable {
            var output: [UInt8] = []
            var error: [UInt8] = []
            var isComplete = false
        }

        let text = Locked(Text())
    }

    /// The process number, and that of its process group.
    let processID: Int32
    private let input: Int32
    private let written = Written()
    private let news: WakeUp
    private var reader: Platform.Thread?
    private var exitStatus: Int32?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: The file to run.
    ///   - arguments: What comes after its name.
    ///   - environment: All its variables; none is inherited.
    ///   - directory: Where it runs.
    /// - Throws: `SpawnError` or `SystemError` when the machine has no more to give.
    init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        in directory: String
    ) throws {
        news = try WakeUp()
        let input = try Self.makePipe()
        let output = try Self.makePipe()
        let errors = try Self.makePipe()
        let ends = [input.read, output.write, errors.write]
        defer { for end in ends { close(end) } }
        do {
            // A shell changes the directory and is replaced by the program.
            processID = try Self.spawn(
                ["sh", "-c", #"cd "$1" && shift && exec "$@""#, "sh", directory, path] + arguments,
                environment.map { "\($0.key)=\($0.value)" },
                ends
            )
        } catch {
            for end in [input.write, output.read, errors.read] { close(end) }
            throw error
        }
        self.input = input.write
        let (written, news) = (written, news)
        reader = try Platform.Thread(name: "reader") {
            Self.read(output.read, errors.read, into: written, telling: news)
        }
    }

    deinit {
        _ = end()
        close(input)
    }

    // MARK: What it wrote

    /// All that it has written to standard output.
    var output: String { written.text.withLock { String(decoding: $0.output, as: UTF8.self) } }
    /// All that it has written to standard error.
    var error: String { written.text.withLock { String(decoding: $0.error, as: UTF8.self) } }

    /// Waits until a line of either stream has a text.
    ///
    /// - Parameters:
    ///   - text: What the line contains.
    ///   - count: How many such lines are waited for.
    ///   - seconds: The longest wait.
    /// - Returns: The last of those lines; `nil` when it did not come in time.
    func line(_ text: String, count: Int = 1, within seconds: Int64 = 20) -> String? {
        let deadline = SystemClock.monotonicNanoseconds() + seconds * 1_000_000_000
        var poll = PollSet(reading: [news.pollDescriptor])
        while true {
            news.consume()
            let isComplete = written.text.withLock { $0.isComplete }
            let found = lines(text)
            if found.count >= count { return found[count - 1] }
            let rest = deadline - SystemClock.monotonicNanoseconds()
            if isComplete || rest <= 0 { return nil }
            _ = poll.wait(nanoseconds: rest)
        }
    }

    /// The whole lines so far that contain a text, those of standard output first.
    func lines(_ text: String) -> [String] {
        (output + error).split(separator: "\n").map(String.init).filter { $0.contains(text) }
    }

    // MARK: What is done to it

    /// Sends it a signal.
    func send(_ signal: Int32) { if exitStatus == nil { kill(processID, signal) } }

    /// Waits until it has ended by itself.
    ///
    /// - Returns: Its exit code, or 128 and the signal that ended it; `nil` when it goes on.
    func waitForEnd(within seconds: Int64 = 20) -> Int32? {
        if let exitStatus { return exitStatus }
        let deadline = SystemClock.monotonicNanoseconds() + seconds * 1_000_000_000
        var poll = PollSet(reading: [news.pollDescriptor])
        while !written.text.withLock({ $0.isComplete }) {
            let rest = deadline - SystemClock.monotonicNanoseconds()
            guard rest > 0 else { return nil }
            _ = poll.wait(nanoseconds: rest)
            news.consume()
        }
        return reap()
    }

    /// Ends it at once, whatever it does, and waits until it is gone.
    @discardableResult
    func end() -> Int32 {
        if let exitStatus { return exitStatus }
        kill(-processID, SIGKILL)
        return reap()
    }

    private func reap() -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(processID, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7F
        let code = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
        exitStatus = code
        reader?.join()
        reader = nil
        return code
    }

    // MARK: Making it

    /// A pair of sockets, because a pipe that no other child inherits cannot be had in one step here.
    private static func makePipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw SpawnError(call: "socketpair", code: errno)
        }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ words: [String],
        _ variables: [String],
        _ ends: [Int32]
    ) throws -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        var nothing = sigset_t()
        unsafe posix_spawn_file_actions_init(&actions)
        for (target, end) in ends.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, end, Int32(target))
        }
        unsafe posix_spawnattr_init(&attributes)
        unsafe sigemptyset(&nothing)
        unsafe posix_spawnattr_setsigmask(&attributes, &nothing)
        let flags = Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK)
        unsafe posix_spawnattr_setflags(&attributes, flags)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        var environment = unsafe variables.map { unsafe strdup($0) } + [nil]
        defer {
            for index in unsafe arguments.indices { unsafe free(arguments[index]) }
            for index in unsafe environment.indices { unsafe free(environment[index]) }
        }
        var number: pid_t = 0
        let code = unsafe posix_spawn(
            &number,
            "/bin/sh",
            &actions,
            &attributes,
            &arguments,
            &environment
        )
        guard code == 0 else { throw SpawnError(call: "posix_spawn", code: code) }
        return number
    }

    private static func read(
        _ output: Int32,
        _ error: Int32,
        into written: Written,
        telling news: WakeUp
    ) {
        var isOpen = [true, true]
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while isOpen.contains(true) {
            // A negative descriptor is one that is not looked at.
            var poll = PollSet(reading: [isOpen[0] ? output : -1, isOpen[1] ? error : -1])
            _ = poll.wait(nanoseconds: nil)
            for (index, end) in [output, error].enumerated() where poll.isReady(index) {
                let count = unsafe Glibc.read(end, &chunk, chunk.count)
                if count <= 0 { isOpen[index] = false }
                let bytes = chunk.prefix(max(0, count))
                written.text.withLock {
                    if index == 0 { $0.output += bytes } else { $0.error += bytes }
                }
            }
            news.signal()
        }
        written.text.withLock { $0.isComplete = true }
        news.signal()
        close(output)
        close(error)
    }
}

/// A program that could not be started.
struct SpawnError: Error {
    let call: String
    let code: Int32
}

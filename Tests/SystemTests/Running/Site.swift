import Foundation
import Platform
import TestSupport
import Testing

/// The directories of one live loop that is started as a program, and what is in force there.
struct Site {
    /// The program that is tested, beside the test bundle.
    static let program: String = {
        let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let place = (bundle ?? CommandLine.arguments[0]) as NSString
        return place.deletingLastPathComponent + "/live-loop"
    }()

    /// Limits so short that a test need not wait for them; no test waits for a time.
    static let quick = [
        "HEARTBEAT_SEC": "1", "NETWORK_INITIAL_DELAY": "100ms", "NETWORK_MAX_DELAY": "500ms",
        "FIRST_MESSAGE_SEC": "5", "HTTP_LISTEN": "",
    ]

    /// Holds all directories of the site, and is where its programs run.
    let path: String
    /// Over ``quick`` and the directories.
    var settings: [String: String] = [:]

    var lockDirectory: String { path + "/lock" }
    var logFile: String { path + "/log/VERIFY_LOG.log" }
    var stateDirectory: String { path + "/state" }
    var killFile: String { lockDirectory + "/kill_switch.lock" }
    var summaryFile: String { path + "/summary.json" }

    /// The variables of its programs.
    var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HOME": path, "MT5_CRS_LOCK_DIR": lockDirectory,
            "MT5_CRS_LOG_DIR": path + "/log", "MT5_CRS_STATE_DIR": stateDirectory,
        ]
        .merging(Self.quick) { $1 }
        .merging(settings) { $1 }
    }

    /// Starts `live-loop` with arguments.
    func start(_ arguments: String...) throws -> RunningProgram {
        try RunningProgram(Self.program, arguments, environment: environment, in: path)
    }

    /// Runs `live-loop` with arguments until it ends by itself.
    func run(_ arguments: String...) throws -> Finished { try run(arguments) }

    /// Runs `live-loop` with arguments until it ends by itself.
    func run(_ arguments: [String]) throws -> Finished {
        let program = try RunningProgram(
            Self.program,
            arguments,
            environment: environment,
            in: path
        )
        let status = try #require(program.waitForEnd(), "\(arguments) does not end")
        return Finished(status: status, output: program.output, error: program.error)
    }

    /// Starts the main command with a summary at the end, and waits until it is in its main loop.
    func startLoop(_ arguments: String...) throws -> RunningProgram {
        let program = try RunningProgram(
            Self.program,
            ["run", "--summary", summaryFile] + arguments,
            environment: environment,
            in: path
        )
        _ = try #require(program.line("entering the main loop"), "\(program.error)")
        return program
    }

    /// What the running live loop says of itself.
    func status() throws -> Account {
        let finished = try run("status", "--json")
        try #require(finished.status == 0, "\(finished.error)")
        return try Account(json: finished.output)
    }

    /// Asks the running live loop until what it says is as it should be.
    func status(
        within seconds: Int64 = 20,
        until isReached: (Account) throws -> Bool
    ) throws -> Account {
        var looks = Looks(within: seconds)
        var account = try status()
        while try !isReached(account), looks.next() { account = try status() }
        try #require(try isReached(account), "not reached: \(account)")
        return account
    }

    /// Ends a live loop in order and reads its summary, which must account for every message.
    func stop(_ program: RunningProgram) throws -> Account {
        program.send(SIGTERM)
        let status = try #require(program.waitForEnd(), "it does not end: \(program.error)")
        #expect(status == 0, "\(program.error)")
        return try summary()
    }

    /// The summary, which must account for every message.
    func summary() throws -> Account {
        let account = try Account(json: String(contentsOfFile: summaryFile, encoding: .utf8))
        #expect(account.conserved)
        for stream in account.streams {
            let known = stream.duplicate + stream.late + stream.shed + stream.quarantined
            #expect(stream.received == stream.delivered + known, "\(stream)")
        }
        return account
    }
}

/// Looks at what cannot tell when it changes, a few times a second and not for ever.
struct Looks {
    private let deadline: Int64

    init(within seconds: Int64) {
        deadline = SystemClock.monotonicNanoseconds() + seconds * 1_000_000_000
    }

    /// Leaves the processor to what is looked at, and says whether there is time for another look.
    mutating func next() -> Bool {
        var nothing = PollSet(reading: [])
        _ = nothing.wait(nanoseconds: 20_000_000)
        return SystemClock.monotonicNanoseconds() < deadline
    }
}

/// A program that has ended.
struct Finished {
    let status: Int32
    let output: String
    let error: String
}

/// Runs a test with a site of its own.
func withSite<R>(_ settings: [String: String] = [:], _ body: (Site) throws -> R) throws -> R {
    try withTemporaryDirectory { try body(Site(path: $0, settings: settings)) }
}

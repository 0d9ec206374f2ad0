internal import Platform
internal import Telemetry
internal import TradingCore

/// Why a command cannot start, and the exit code that says so.
struct StartRefused: Error {
    var code: ExitCode
    var message: String

    init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// What every command does first: read the configuration and find the directories.
enum Start {
    /// What the command line has to say about the configuration.
    struct Request {
        var environmentFile: String?
        var settings: [String: SourcedText] = [:]
    }

    /// A configuration that is whole, and where its files lie.
    struct Prepared {
        var resolved: ResolvedConfiguration
        var configuration: AppConfiguration { resolved.configuration }
        var paths: KillSwitchPaths
        /// The directories as they were asked for, before any of them was replaced.
        var askedDirectories: DirectorySettings
        var notices: [String]
    }

    /// Reads and checks the configuration; all faults are told at once.
    static func resolve(
        _ request: Request,
        strategies: [String]?
    ) throws(StartRefused) -> ResolvedConfiguration {
        let file = try environmentFile(request.environmentFile)
        let values = SourcedText.merge(
            options: request.settings,
            environment: ProcessEnvironment.variables(),
            file: file
        )
        do throws(ConfigurationRefused) {
            return try ResolvedConfiguration(
                values,
                fileFaults: file?.faults ?? [],
                strategies: strategies
            )
        } catch {
            throw StartRefused(.configuration, error.description)
        }
    }

    /// Reads the configuration and makes the directories it names.
    static func prepare(
        _ request: Request,
        strategies: [String]?
    ) throws(StartRefused) -> Prepared {
        var resolved = try resolve(request, strategies: strategies)
        var notices = resolved.notices
        let askedDirectories = resolved.configuration.directories
        let environment = ProcessEnvironment.variables()
        do throws(ConfigurationRefused) {
            let choice = try DirectoryChoice(
                resolved,
                home: environment["HOME"],
                stateHome: environment["XDG_STATE_HOME"],
                isWritable: isWritable
            )
            if choice.directories != resolved.configuration.directories {
                notices.append(
                    "the standard directories cannot be written; using "
                        + Directory.parent(of: choice.directories.lock)
                )
            }
            resolved.use(choice)
        } catch {
            throw StartRefused(.configuration, error.description)
        }
        let directories = resolved.configuration.directories
        return Prepared(
            resolved: resolved,
            paths: KillSwitchPaths(
                lockDirectory: directories.lock,
                stateDirectory: directories.state
            ),
            askedDirectories: askedDirectories,
            notices: notices
        )
    }

    /// Reads the configuration for a command that trades nothing and asks for no strategy.
    static func prepare(environmentFile: String?) throws(StartRefused) -> Prepared {
        try prepare(Request(environmentFile: environmentFile), strategies: nil)
    }

    /// Asks the running process for the user of this one; a silent one refuses the command that asks.
    static func ask(
        _ command: ControlRequest.Command,
        _ paths: KillSwitchPaths,
        for name: String
    ) throws(StartRefused) -> ControlReply {
        let request = ControlRequest(
            command,
            operatorName: ProcessStatistics.userName,
            reason: ""
        )
        do throws(ControlError) {
            return try ControlClient.ask(request, at: paths.controlSocket)
        } catch {
            throw StartRefused(
                .failure,
                "live-loop \(name): no live loop answers at \(paths.controlSocket): \(error)"
            )
        }
    }

    /// Reads the configuration of a running process again; files and directories are left alone.
    static func reread(
        _ request: Request,
        strategies: [String],
        of prepared: Prepared
    ) throws(StartRefused) -> AppConfiguration {
        var configuration = try resolve(request, strategies: strategies).configuration
        if configuration.directories == prepared.askedDirectories {
            configuration.directories = prepared.configuration.directories
        }
        return configuration
    }

    /// Routes the signals of this process to the main thread; call it before any thread starts.
    static func blockSignals() throws(StartRefused) -> SignalSet {
        SignalSet.ignoreBrokenPipes()
        return try refusing {
            try SignalSet(SignalSet.stopSignals + [SignalSet.killSwitchSignal])
        }
    }

    /// Opens the log file and starts the log thread.
    static func openLog(_ configuration: AppConfiguration) throws(StartRefused) -> LogSink {
        let variable = ProcessEnvironment.variables()["JOURNAL_STREAM"]
        let isJournal = StandardStreams.isJournal(.error, variable: variable)
        return try refusing {
            try LogSink(LogSink.Configuration(configuration, isJournal: isJournal))
        }
    }

    /// Makes sure that no other live loop uses the lock directory.
    static func takeInstanceLock(_ paths: KillSwitchPaths) throws(StartRefused) -> InstanceLock {
        do throws(InstanceLockError) {
            return try InstanceLock(paths)
        } catch {
            throw StartRefused(
                error.status == .alreadyRunning ? .alreadyRunning : .failure,
                "live-loop: \(error)"
            )
        }
    }

    /// Does the work of a command; a refusal is told on standard error and becomes the exit code.
    static func reporting(_ body: () throws(StartRefused) -> ExitCode) -> ExitCode {
        do throws(StartRefused) {
            return try body()
        } catch {
            StandardStreams.writeError(error.message + "\n")
            return error.code
        }
    }

    /// Runs `body`, and refuses to start when it fails.
    static func refusing<Result: ~Copyable>(
        _ body: () throws -> Result
    ) throws(StartRefused) -> Result {
        do {
            return try body()
        } catch let error as StartRefused {
            throw error
        } catch {
            throw StartRefused(.failure, "live-loop: \(error)")
        }
    }

    private static func environmentFile(
        _ requested: String?
    ) throws(StartRefused) -> EnvironmentFile? {
        let path = requested ?? ".env"
        do throws(SystemError) {
            let bytes = try RegularFile.read(path, limit: EnvironmentFile.bytesMax)
            return EnvironmentFile(bytes, path: path)
        } catch {
            if requested == nil, error.isNoSuchFile { return nil }
            throw StartRefused(.configuration, "\(error): the file of settings cannot be read")
        }
    }

    /// Whether files can be made in a directory, which is created where it is missing.
    private static func isWritable(_ path: String) -> Bool {
        do throws(SystemError) {
            try Directory.create(path)
            return Directory.isWritable(path)
        } catch {
            return false
        }
    }
}

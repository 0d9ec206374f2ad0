import LiveLoopApp
import Testing

@Suite struct DirectoryChoiceTests {
    private func choose(
        _ values: [String: String] = [:],
        home: String? = "/users/u",
        stateHome: String? = nil,
        writable: (String) -> Bool
    ) throws -> (DirectorySettings, ResolvedConfiguration) {
        var resolved = try resolve(values)
        let choice = try DirectoryChoice(
            resolved,
            home: home,
            stateHome: stateHome,
            isWritable: writable
        )
        resolved.use(choice)
        return (choice.directories, resolved)
    }

    @Test func `writable directories are used as configured`() throws {
        let (directories, resolved) = try choose { _ in true }
        #expect(directories == DirectorySettings())
        #expect(resolved.origin(of: "MT5_CRS_LOCK_DIR") == .builtIn)
    }

    @Test func `a default that cannot be written becomes the user's own, and the report says so`()
        throws
    {
        let (directories, resolved) = try choose { $0.hasPrefix("/users/u/") }
        #expect(directories.lock == "/users/u/.local/state/live-loop/lock")
        #expect(directories.log == "/users/u/.local/state/live-loop/log")
        #expect(directories.state == "/users/u/.local/state/live-loop/state")
        #expect(resolved.configuration.directories == directories)
        #expect(resolved.origin(of: "MT5_CRS_LOCK_DIR") == .fallback(from: "/var/run/mt5_crs"))
    }

    @Test func `each directory falls back alone`() throws {
        let (directories, _) = try choose { $0 != "/var/run/mt5_crs" }
        #expect(directories.lock == "/users/u/.local/state/live-loop/lock")
        #expect(directories.log == "/var/log/mt5_crs")
    }

    @Test(arguments: [
        ("/state", "/state/live-loop/lock"), ("relative", "/users/u/.local/state/live-loop/lock"),
    ])
    func `XDG_STATE_HOME counts when it is absolute`(stateHome: String, lock: String) throws {
        let (directories, _) = try choose(stateHome: stateHome) { !$0.hasPrefix("/var") }
        #expect(directories.lock == lock)
    }

    @Test func `a directory that was set explicitly is never replaced`() {
        #expect(throws: ConfigurationRefused.self) {
            try choose(["MT5_CRS_LOCK_DIR": "/var/run/mt5_crs"]) { !$0.hasPrefix("/var/run") }
        }
    }

    @Test func `every directory without a way out is listed`() {
        let refusal = #expect(throws: ConfigurationRefused.self) {
            try choose(home: nil) { _ in false }
        }
        #expect(
            refusal?.faults.map(\.variable)
                == ["MT5_CRS_LOCK_DIR", "MT5_CRS_LOG_DIR", "MT5_CRS_STATE_DIR"]
        )
    }

    @Test func `a fallback that cannot be written is refused too`() {
        #expect(throws: ConfigurationRefused.self) { try choose { _ in false } }
    }
}

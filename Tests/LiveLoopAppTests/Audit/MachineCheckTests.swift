import LiveLoopApp
import Platform
import TestSupport
import Testing
import ZeroMQ

@Suite struct MachineCheckTests {
    // MARK: Directories

    @Test(
        arguments: [
            (0o755, .pass), (0o770, .pass), (0o777, .fail), (0o1777, .fail),
        ] as [(UInt32, AuditOutcome)]
    )
    func `a directory that everybody can write is refused`(
        mode: UInt32,
        outcome: AuditOutcome
    ) throws {
        try withTemporaryDirectory { base in
            try Directory.create(base + "/d", mode: mode)
            #expect(outcomes(DirectoryCheck(variable: "D", path: base + "/d")) == [outcome])
        }
    }

    @Test func `a missing directory and a file in its place are refused`() throws {
        try withTemporaryDirectory { base in
            try AtomicFile.createEmpty(base + "/file")
            for name in ["file", "missing", "file/below"] {
                let check = DirectoryCheck(variable: "D", path: base + "/" + name)
                #expect(outcomes(check) == [.fail], "\(name)")
            }
        }
    }

    @Test func `a lock directory on a file system that may hang is refused, unless accepted`()
        throws
    {
        try withTemporaryDirectory { base in
            var check = FileSystemCheck(
                lockDirectory: "/proc",
                stateDirectory: base,
                allowsAnyFileSystem: false
            )
            #expect(outcomes(check)[0] == .fail)
            check.allowsAnyFileSystem = true
            #expect(outcomes(check)[0] == .warn)
            check.lockDirectory = base
            #expect(outcomes(check)[0] == .pass)
            check.lockDirectory = base + "/missing"
            #expect(outcomes(check)[0] == .fail)
        }
    }

    @Test func `a latch in memory is a warning, because a reboot forgets it`() throws {
        let check = FileSystemCheck(
            lockDirectory: "/",
            stateDirectory: "/dev/shm",
            allowsAnyFileSystem: true
        )
        #expect(try FileSystemType(of: "/dev/shm").name == "tmpfs")
        #expect(outcomes(check)[1] == .warn)
    }

    // MARK: Room

    @Test(
        arguments: [
            (5_000_000_000, 1_000_000, AuditOutcome.pass), (5_000_000_000, 999, .fail),
            (192_000_000, 1_000_000, .warn), (191_999_999, 1_000_000, .fail), (0, nil, .fail),
            (5_000_000_000, nil, .pass),
        ] as [(Int64, Int64?, AuditOutcome)]
    )
    func `too little room on the disk is refused`(
        bytes: Int64,
        files: Int64?,
        outcome: AuditOutcome
    ) {
        let check = DiskSpaceCheck(variable: "D", path: "/", logBytes: 128_000_000) { _ in
            FileSystemSpace(freeBytes: bytes, freeFiles: files)
        }
        #expect(outcomes(check) == [outcome])
    }

    @Test func `a disk that cannot be asked is refused`() {
        let check = DiskSpaceCheck(variable: "D", path: "/missing/directory", logBytes: 0)
        #expect(outcomes(check) == [.fail])
    }

    @Test(
        arguments: [(1024, .pass), (200, .warn), (130, .fail), (0, .fail)]
            as [(UInt64, AuditOutcome)]
    )
    func `too few descriptors are refused`(limit: UInt64, outcome: AuditOutcome) {
        let check = DescriptorCheck(feedCount: 1) {
            DescriptorLimit(current: limit, maximum: 4096, openCount: 12)
        }
        #expect(outcomes(check) == [outcome])
    }

    @Test func `the descriptors of this process can be counted`() throws {
        let limit = try DescriptorLimit()
        #expect(limit.openCount >= 3)
        #expect(limit.headroom == limit.current - UInt64(limit.openCount))
    }

    // MARK: Clocks

    private static let sound = ClockReading(
        wallNanoseconds: 1_768_392_000_000_000_000,
        monotonicNanoseconds: 5_000_000_000,
        bootNanoseconds: 5_000_000_000,
        resolutionNanoseconds: 1
    )

    private static func later(_ change: (inout ClockReading) -> Void) -> [AuditOutcome] {
        var after = sound
        after.wallNanoseconds += 1_000_000_000
        after.monotonicNanoseconds += 1_000_000_000
        after.bootNanoseconds += 1_000_000_000
        change(&after)
        let reading = after
        return outcomes(ClockCheck(before: sound) { reading })
    }

    @Test func `sound clocks pass`() {
        #expect(Self.later { _ in } == [.pass, .pass, .pass, .pass])
    }

    @Test func `each fault of a clock is found by its own row`() {
        #expect(Self.later { $0.wallNanoseconds = 0 }[0] == .fail)
        #expect(Self.later { $0.wallNanoseconds = 4_200_000_000_000_000_000 }[0] == .fail)
        #expect(
            Self.later { $0.wallNanoseconds += 60_000_000 } == [.pass, .fail, .pass, .pass]
        )
        #expect(
            Self.later { $0.wallNanoseconds -= 60_000_000 } == [.pass, .fail, .pass, .pass]
        )
        #expect(
            Self.later { $0.resolutionNanoseconds = 4_000_000 } == [.pass, .pass, .fail, .pass]
        )
        #expect(Self.later { $0.monotonicNanoseconds = 5_000_000_000 }[2] == .fail)
    }

    @Test func `a machine that was put to sleep is a warning`() {
        let outcomes = Self.later { reading in
            reading.monotonicNanoseconds -= 900_000_000
            reading.bootNanoseconds += 3_000_000_000
            reading.wallNanoseconds += 3_000_000_000
        }
        #expect(outcomes == [.pass, .pass, .pass, .warn])
    }

    @Test func `the clocks of this machine can be read`() {
        let check = ClockCheck(before: ClockReading.now())
        #expect(outcomes(check)[2] == .pass)
    }

    // MARK: Security

    @Test(arguments: [
        ((4, 3, 4), AuditOutcome.pass), ((4, 3, 3), .pass), ((4, 3, 2), .fail), ((3, 9, 9), .fail),
        ((5, 0, 0), .pass),
    ])
    func `an old libzmq is refused`(version: (Int, Int, Int), outcome: AuditOutcome) {
        let check = LibraryCheck(
            version: (version.0, version.1, version.2),
            hasCurve: true,
            usesCurve: false,
            remoteEndpoints: []
        )
        #expect(outcomes(check) == [outcome, .skip])
    }

    @Test(arguments: [
        (true, true, [], AuditOutcome.pass), (false, true, [], .fail),
        (true, false, ["tcp://gateway:5556"], .warn), (true, false, [], .skip),
    ])
    func `keys without CURVE are refused, and a feed in the clear is a warning`(
        hasCurve: Bool,
        usesCurve: Bool,
        remote: [String],
        outcome: AuditOutcome
    ) {
        let check = LibraryCheck(
            version: (4, 3, 4),
            hasCurve: hasCurve,
            usesCurve: usesCurve,
            remoteEndpoints: remote
        )
        #expect(outcomes(check)[1] == outcome)
    }

    @Test func `a secret key that others can read is refused`() throws {
        try withTemporaryDirectory { base in
            let pair = try CurveKeyPair.generate()
            var settings = AppConfiguration().zeroMQ
            #expect(outcomes(SecretKeyCheck(settings: settings)) == [.skip])
            settings.curveServerKey = sampleKey
            settings.curvePublicKey = pair.publicKey
            settings.curveSecretKeyFile = base + "/key"
            let key = Array(pair.secretKey.utf8)
            try AtomicFile.write(key, to: base + "/key", mode: 0o644)
            #expect(outcomes(SecretKeyCheck(settings: settings)) == [.fail])
            try AtomicFile.write(key, to: base + "/key", mode: 0o600)
            #expect(outcomes(SecretKeyCheck(settings: settings)) == [.pass])
        }
    }

    @Test func `a running instance is told with its number and is no failure`() throws {
        try KillSwitchScene.run { scene in
            let check = InstanceCheck(lockFile: scene.paths.instanceLockFile)
            #expect(check.run()[0].measured == "no instance runs")
            let holder = try scene.holder()
            defer { holder.end() }
            let result = check.run()[0]
            #expect(result.outcome == .pass)
            #expect(result.measured == "an instance runs (process \(holder.processID))")
        }
    }

    @Test func `a lock file that nobody can read is refused`() throws {
        try withTemporaryDirectory { base in
            try Directory.create(base + "/lock")
            #expect(outcomes(InstanceCheck(lockFile: base + "/lock")) == [.fail])
        }
    }
}

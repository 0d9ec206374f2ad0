import Platform
package import TradingCore

/// Takes the look of each loop step: the global kill file always, those of symbols when it must.
///
/// Owned by the loop thread. `inotify` only wakes it: every look asks the file system itself, so that
/// a lost or overflowed watch changes nothing but the wake-up. The directory is listed again when its
/// time stamps moved, when `inotify` spoke, or while the stamps are so fresh that one more change
/// could carry the same stamp.
package struct KillSwitchWatch: ~Copyable {
    /// The most entries of the lock directory that are looked at; more is unprovable.
    package static let maximumEntryCount = 4096
    /// Time stamps advance with the kernel's tick, at most 10 ms apart; twice that is safe.
    private static let stampDoubtNanoseconds: Int64 = 20_000_000
    /// A lost watch is begun again every so many looks, about once a second.
    private static let looksBetweenWatchAttempts = 100

    /// How often the directory was listed.
    package private(set) var listingCount: UInt64 = 0
    /// How often the watch was lost and begun again.
    package private(set) var lostWatchCount: UInt64 = 0
    /// How often the watch lost events.
    package private(set) var overflowCount: UInt64 = 0

    /// The descriptor to poll for reading, if there is a watch; it never changes.
    package let pollDescriptor: Int32?

    private let file: KillSwitchFile
    private var timing: KillSwitchTiming
    private var watch: DirectoryWatch?
    private var isWatchLost = false
    private var looksToWatchAttempt = 0
    private var mustList = true
    private var listed: FileStatus?
    private var symbols: [KillSwitchSymbolFile] = []
    private var listingDoubt: String?
    private var hasDoubtfulSymbol = false
    private var seen: FileStatus?
    private var note = KillSwitchNote()

    /// Begins to watch; without `inotify` it works as well, but wakes nobody.
    ///
    /// - Parameters:
    ///   - file: What is looked for.
    ///   - now: The wall clock, in nanoseconds.
    ///   - usesNotification: Whether to ask for `inotify`; who looks only once does without.
    package init(_ file: KillSwitchFile, wallNanoseconds now: Int64, usesNotification: Bool = true)
    {
        self.file = file
        // A time stamp may be a tick older than the clock that was read before the change.
        timing = KillSwitchTiming(lookingSince: now - Self.stampDoubtNanoseconds)
        guard usesNotification else {
            watch = nil
            pollDescriptor = nil
            return
        }
        do throws(SystemError) {
            let watch = try DirectoryWatch(file.paths.lockDirectory)
            pollDescriptor = watch.pollDescriptor
            self.watch = consume watch
        } catch {
            watch = nil
            pollDescriptor = nil
        }
    }

    /// Looks now.
    ///
    /// - Parameters:
    ///   - now: The wall clock, in nanoseconds.
    ///   - actedUntil: When the last step that was permitted to act ended.
    ///   - isNotified: Whether ``pollDescriptor`` may be readable; who has just polled it knows.
    /// - Returns: What is there now.
    package mutating func observe(
        wallNanoseconds now: Int64,
        actedUntil: Int64? = nil,
        isNotified: Bool = true
    ) -> KillSwitchObservation {
        timing.actedUntil = actedUntil
        let notice = isNotified || isWatchLost ? drainWatch() : .probe
        switch file.presence() {
        case .absent(let directory):
            seen = nil
            if mustList || isStale(directory, now) { list(directory, now) }
            timing.lastClearLook = now
            let global = listingDoubt.map { KillSwitchProbe.unprovable($0) } ?? .absent
            return KillSwitchObservation(global: global, symbols: symbols, noticedBy: notice)
        case .present(let status):
            mustList = true
            if seen?.identity != status.identity {
                seen = status
                note = KillSwitchFile.note(
                    in: file.paths.killFile,
                    status: status,
                    seenAt: now,
                    timing: timing
                )
            }
            return KillSwitchObservation(
                global: .present(KillSwitchFileKind(status.kind)),
                note: note,
                symbols: symbols,
                noticedBy: notice
            )
        case .unprovable(let doubt):
            seen = nil
            mustList = true
            return KillSwitchObservation(
                global: .unprovable(file.armingError?.description ?? doubt.description),
                symbols: symbols,
                noticedBy: notice
            )
        }
    }

    private func isStale(_ directory: FileStatus, _ now: Int64) -> Bool {
        guard let listed else { return true }
        if directory.modifiedNanoseconds != listed.modifiedNanoseconds { return true }
        if directory.changedNanoseconds != listed.changedNanoseconds { return true }
        return (now - directory.changedNanoseconds).magnitude < UInt64(Self.stampDoubtNanoseconds)
    }

    private mutating func list(_ directory: FileStatus, _ now: Int64) {
        listingCount += 1
        do throws(SystemError) {
            let names = try Directory.names(
                in: file.paths.lockDirectory,
                prefix: KillSwitchPaths.prefix,
                suffix: KillSwitchPaths.suffix,
                limit: Self.maximumEntryCount
            )
            symbols = []
            listingDoubt = nil
            hasDoubtfulSymbol = false
            for name in names { add(name, now) }
            listed = directory
            mustList = hasDoubtfulSymbol
        } catch {
            listingDoubt = error.description
            mustList = true
        }
    }

    private mutating func add(_ name: String, _ now: Int64) {
        guard let symbolName = KillSwitchPaths.symbolName(ofFileName: name) else { return }
        guard !symbolName.isEmpty else {
            listingDoubt = "the kill file \(name) names no symbol"
            return
        }
        let path = file.paths.lockDirectory + "/" + name
        do throws(SystemError) {
            let status = try FileStatus(of: path)
            let note = KillSwitchFile.note(
                in: path,
                status: status,
                seenAt: now,
                timing: timing
            )
            let kind = KillSwitchFileKind(status.kind)
            symbols.append(KillSwitchSymbolFile(symbolName: symbolName, kind: kind, note: note))
        } catch {
            // It was there a moment ago, so it stops its symbol.
            let file = KillSwitchSymbolFile(
                symbolName: symbolName,
                kind: .other,
                note: KillSwitchNote(reason: "a kill file was there for a moment")
            )
            symbols.append(file)
            hasDoubtfulSymbol = true
        }
    }

    private mutating func drainWatch() -> KillSwitchNotice {
        guard let report = watch?.drain() else { return .probe }
        if report.hasOverflowed { overflowCount += 1 }
        if report.isLost {
            lostWatchCount += 1
            isWatchLost = true
            looksToWatchAttempt = 0
        }
        if isWatchLost { watchAgain() }
        guard report.hasAny else { return .probe }
        mustList = true
        return .inotify
    }

    private mutating func watchAgain() {
        looksToWatchAttempt -= 1
        guard looksToWatchAttempt < 0 else { return }
        looksToWatchAttempt = Self.looksBetweenWatchAttempts
        do throws(SystemError) {
            try watch?.watchAgain()
            isWatchLost = false
            mustList = true
        } catch {
            // The directory is missing: the look itself says so, and the next attempt comes.
            isWatchLost = true
        }
    }
}

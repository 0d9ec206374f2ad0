/// What is found where a kill file would be.
package enum KillSwitchFileKind: String, Sendable, CaseIterable {
    case file
    case symlink
    case fifo
    case directory
    case socket
    case other
}

/// The result of one look for a kill file.
package enum KillSwitchProbe: Sendable, Equatable {
    /// There is certainly none.
    case absent
    /// There is one; anything of that name counts.
    case present(KillSwitchFileKind)
    /// Nobody can say, which counts as present.
    case unprovable(String)
}

/// What a kill file says about itself.
package struct KillSwitchNote: Sendable, Equatable {
    /// Why it was put there; empty when the file does not say.
    package var reason: String
    /// Who put it there.
    package var operatorName: String
    /// The time from the file's last change to this look, in microseconds, never too small; `nil`
    /// when the clock was set back in between.
    package var reactionMicroseconds: Int64?

    package init(
        reason: String = "",
        operatorName: String = "unknown",
        reactionMicroseconds: Int64? = nil
    ) {
        self.reason = reason
        self.operatorName = operatorName
        self.reactionMicroseconds = reactionMicroseconds
    }
}

/// A kill file for one symbol.
package struct KillSwitchSymbolFile: Sendable, Equatable {
    /// The symbol, as the file's name spells it.
    package let symbolName: String
    /// What was found.
    package let kind: KillSwitchFileKind
    /// What it says about itself.
    package let note: KillSwitchNote

    package init(symbolName: String, kind: KillSwitchFileKind, note: KillSwitchNote) {
        self.symbolName = symbolName
        self.kind = kind
        self.note = note
    }
}

/// Everything one look at the lock directory found.
package struct KillSwitchObservation: Sendable, Equatable {
    /// The kill file for the whole process.
    package var global: KillSwitchProbe
    /// What the global kill file says; meaningful only while it is present.
    package var note: KillSwitchNote
    /// The kill files for single symbols.
    package var symbols: [KillSwitchSymbolFile]
    /// What made somebody look.
    package var noticedBy: KillSwitchNotice

    package init(
        global: KillSwitchProbe,
        note: KillSwitchNote = KillSwitchNote(),
        symbols: [KillSwitchSymbolFile] = [],
        noticedBy: KillSwitchNotice = .probe
    ) {
        self.global = global
        self.note = note
        self.symbols = symbols
        self.noticedBy = noticedBy
    }
}

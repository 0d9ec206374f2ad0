/// Where the files of the kill switch are.
package struct KillSwitchPaths: Sendable, Equatable {
    /// Holds what stops and what locks; may be emptied by a reboot.
    package let lockDirectory: String
    /// Holds what must outlive a reboot.
    package let stateDirectory: String
    /// Stops everything by being there: `kill_switch.lock`.
    package let killFile: String
    /// Prepared for a full disk: becomes a kill file by a mere rename.
    package let armedFile: String
    /// What is latched.
    package let latchFile: String
    /// Who stopped and released what, and when.
    package let journalFile: String
    /// Locked by the one live loop of this lock directory, whose process number it holds.
    package let instanceLockFile: String
    /// Where a running live loop answers commands.
    package let controlSocket: String

    /// Names the files of two directories, given without a slash at their end.
    package init(lockDirectory: String, stateDirectory: String) {
        self.lockDirectory = lockDirectory
        self.stateDirectory = stateDirectory
        killFile = lockDirectory + "/" + Self.prefix + "lock"
        armedFile = lockDirectory + "/kill_switch.armed"
        latchFile = stateDirectory + "/kill_switch.latch"
        journalFile = stateDirectory + "/kill_switch.journal"
        instanceLockFile = lockDirectory + "/live-loop.lock"
        controlSocket = lockDirectory + "/control.sock"
    }

    /// The kill file for one symbol: `kill_switch.<symbol>.lock`.
    ///
    /// Bytes that cannot be in a file name are written as `%2F` is in addresses.
    package func killFile(forSymbol name: String) -> String {
        lockDirectory + "/" + Self.prefix + Self.encoded(name) + Self.suffix
    }

    /// How the names of kill files begin.
    static let prefix = "kill_switch."
    /// How the names of kill files for single symbols end.
    static let suffix = ".lock"

    /// The symbol of a kill file's name; `nil` when it is the name of no symbol's kill file.
    static func symbolName(ofFileName name: String) -> String? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
        guard name.utf8.count >= prefix.utf8.count + suffix.utf8.count else { return nil }
        return decoded(Array(name.utf8).dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count))
    }

    private static func encoded(_ name: String) -> String {
        var text: [UInt8] = []
        for byte in name.utf8 {
            if byte <= 0x20 || byte == 0x7F
                || [UInt8(ascii: "/"), UInt8(ascii: "%")].contains(byte)
            {
                let hex = String(byte, radix: 16, uppercase: true)
                text += Array("%\(hex.count == 1 ? "0" : "")\(hex)".utf8)
            } else {
                text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var text: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            let hex = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), hex.utf8.count == 2, let value = UInt8(hex, radix: 16) {
                text.append(value)
                rest = rest.dropFirst(2)
            } else {
                text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

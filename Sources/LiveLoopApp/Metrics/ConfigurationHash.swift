/// A short text that is the same for the same settings in force.
///
/// FNV-1a (Fowler, Noll, Vo) over names and values as `live-loop config` shows them, so that secrets
/// have no part in it. It tells that two processes differ, or that one was configured anew.
package struct ConfigurationHash: Sendable, Equatable, CustomStringConvertible {
    private let value: UInt64

    package init(_ configuration: AppConfiguration) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for setting in SettingsTable.all where !setting.isSecret {
            for byte in "\(setting.name)=\(setting.value(in: configuration))\n".utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
        }
        value = hash
    }

    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

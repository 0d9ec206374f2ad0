/// One variable: its name, what is accepted, what it means, and the field it sets.
package struct Setting: Sendable {
    /// The variable's name in the environment.
    package let name: String
    /// The heading under which it is listed.
    package let group: SettingGroup
    /// What is accepted, as the end of the sentence "accepted is …".
    package let accepted: String
    /// What it does, for a person.
    package let meaning: String
    /// Whether its value must never be shown.
    package let isSecret: Bool
    /// Whether a network profile sets it.
    package let isOfProfile: Bool
    private let read: @Sendable (String, inout AppConfiguration) throws(ValueRefusal) -> Void
    private let write: @Sendable (AppConfiguration) -> String
    private let isSame: @Sendable (AppConfiguration, AppConfiguration) -> Bool
    private let replace: @Sendable (AppConfiguration, inout AppConfiguration) -> Void

    init<Value: Sendable & Equatable>(
        _ name: String,
        _ group: SettingGroup,
        _ field: any WritableKeyPath<AppConfiguration, Value> & Sendable,
        _ format: ValueFormat<Value>,
        isSecret: Bool = false,
        isOfProfile: Bool = false,
        _ meaning: String
    ) {
        self.name = name
        self.group = group
        self.meaning = meaning
        self.isSecret = isSecret
        self.isOfProfile = isOfProfile
        accepted = format.accepted
        read = { (text, configuration) throws(ValueRefusal) in
            configuration[keyPath: field] = try format.parse(text)
        }
        write = { format.render($0[keyPath: field]) }
        isSame = { $0[keyPath: field] == $1[keyPath: field] }
        replace = { $1[keyPath: field] = $0[keyPath: field] }
    }

    /// Reads a value into its field.
    ///
    /// - Returns: What is accepted instead, when the value is not; the field is then unchanged.
    func apply(_ text: String, to configuration: inout AppConfiguration) -> String? {
        let scalars = text.unicodeScalars
        if scalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "\(accepted); without control characters"
        }
        let edges = [scalars.first, scalars.last]
        if edges.contains(where: { $0?.properties.isWhitespace == true }) {
            return "\(accepted); without blanks before or after it"
        }
        do throws(ValueRefusal) {
            try read(text, &configuration)
            return nil
        } catch {
            return error.accepted ?? accepted
        }
    }

    /// Whether two configurations have different values here, however they were written.
    func differs(_ one: AppConfiguration, _ other: AppConfiguration) -> Bool {
        !isSame(one, other)
    }

    /// Takes the value from one configuration over to another.
    func copy(from source: AppConfiguration, to target: inout AppConfiguration) {
        replace(source, &target)
    }

    /// The value in a configuration, as text that gives the same value back; secrets are not shown.
    package func value(in configuration: AppConfiguration) -> String {
        let text = write(configuration)
        return isSecret && !text.isEmpty ? Secret.redacted : text
    }

    /// The value when nobody sets it.
    package var defaultValue: String { value(in: AppConfiguration()) }
}

/// A heading in the list of settings.
package enum SettingGroup: String, Sendable, CaseIterable {
    case feeds = "Feeds"
    case mode = "Mode and strategy"
    case limits = "Limits and kill switch"
    case alerts = "Alerts"
    case orders = "Orders"
    case directories = "Directories"
    case loop = "Loop"
    case streams = "Streams"
    case network = "Network"
    case zeroMQ = "ZeroMQ"
    case http = "HTTP"
    case log = "Log"
}

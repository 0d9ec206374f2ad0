/// One thing that is wrong with the configuration: what, where, and what is accepted.
package struct ConfigurationFault: Sendable, Equatable {
    /// The variable, or `nil` when it is about a line or a file.
    package let variable: String?
    /// What was found; `nil` when there is nothing to show or it may be a secret.
    package let value: String?
    /// What is accepted instead, and so what to do.
    package let accepted: String
    /// Where it was found.
    package let origin: SettingOrigin

    package init(variable: String?, value: String?, accepted: String, origin: SettingOrigin) {
        self.variable = variable
        self.value = value
        self.accepted = accepted
        self.origin = origin
    }
}

extension ConfigurationFault: CustomStringConvertible {
    /// One line; a value is cut to 200 characters and its control characters are escaped.
    package var description: String {
        var text = ""
        if let variable {
            text = variable
            if let value { text += "=\(Self.shown(value))" }
            text += " "
        }
        return text + "(\(origin)): accepted is \(accepted)"
    }

    private static func shown(_ value: String) -> String {
        var text = "'"
        for scalar in value.unicodeScalars.prefix(200) {
            let isHidden =
                scalar.properties.generalCategory == .control
                || scalar.properties.generalCategory == .format
                || scalar.properties.generalCategory == .lineSeparator
                || scalar.properties.generalCategory == .paragraphSeparator
            if isHidden {
                text += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + (value.unicodeScalars.count > 200 ? "…'" : "'")
    }
}

/// The configuration is refused; every fault that was found is listed, not only the first.
package struct ConfigurationRefused: Error, Sendable, Equatable {
    /// The faults in the order in which they were found, at least one.
    package let faults: [ConfigurationFault]

    package init(_ faults: [ConfigurationFault]) {
        precondition(!faults.isEmpty, "a refusal needs a fault")
        self.faults = faults
    }
}

extension ConfigurationRefused: CustomStringConvertible {
    /// A heading and one line for each fault.
    package var description: String {
        let noun = faults.count == 1 ? "fault" : "faults"
        return "The configuration is refused, \(faults.count) \(noun):\n"
            + faults.map { "  \($0)" }.joined(separator: "\n")
    }
}

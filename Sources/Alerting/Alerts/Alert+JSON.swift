package import Telemetry
internal import TradingCore

extension Alert {
    /// Writes the alert as an object.
    package func write(to writer: inout JSONWriter, at now: AlertTime) {
        writer.object { writer in
            writer.value(id, "id")
            writer.value(type.rawValue, "type")
            writer.value(subject, "subject")
            writer.value(severity.rawValue, "severity")
            writer.value(state.rawValue, "state")
            writer.value(message, "message")
            writer.value(first.wall.description, "first")
            writer.value(last.wall.description, "last")
            writer.value(count, "count")
            if let clearedAt {
                writer.value(clearedAt.wall.description, "cleared")
            } else {
                writer.null("cleared")
            }
            let end = state == .active ? now : last
            writer.value(duration(until: end).inSeconds, digits: 3, "duration_seconds")
        }
    }
}

extension AlertMessage {
    /// The message as a webhook or a follower receives it.
    ///
    /// - Parameters:
    ///   - mode: Paper or live, so that nobody takes one for the other.
    ///   - version: The version of this program.
    /// - Returns: One JSON object without line ends.
    package func json(mode: String, version: String) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.value(alert.severity.rawValue, "severity")
            writer.value(alert.type.rawValue, "type")
            writer.value(text, "message")
            writer.value(time.wall.description, "timestamp")
            writer.value(id, "id")
            writer.value(alert.id, "alert")
            writer.value(stage.rawValue, "stage")
            writer.value(alert.subject, "subject")
            writer.value(alert.count, "count")
            writer.value(alert.first.wall.description, "first")
            writer.value(alert.last.wall.description, "last")
            writer.value(alert.duration(until: time).inSeconds, digits: 3, "duration_seconds")
            writer.value(mode, "mode")
            writer.value("live-loop", "source")
            writer.value(version, "version")
        }
        return writer.text
    }
}

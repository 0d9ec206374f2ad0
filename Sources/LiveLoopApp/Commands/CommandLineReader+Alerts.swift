import Alerting

extension CommandLineReader {
    /// The options of `alert-test`.
    func alertTest() throws(CommandLineError) -> AlertTestOptions {
        var options = AlertTestOptions()
        options.environmentFile = text("--env-file")
        if let severity = text("--severity") {
            options.severity = try read("--severity", severity, .choice)
        }
        return options
    }
}

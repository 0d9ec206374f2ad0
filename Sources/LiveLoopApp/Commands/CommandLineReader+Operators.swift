// The commands by which an operator speaks to the running instance.

extension CommandLineReader {
    func reload() -> ReloadOptions {
        var options = ReloadOptions()
        options.environmentFile = text("--env-file")
        return options
    }

    func status() throws(CommandLineError) -> StatusOptions {
        var options = StatusOptions()
        options.isJSON = isGiven("--json")
        options.watches = isGiven("--watch")
        if let interval = try duration("--interval") {
            guard options.watches else { throw words.fault("--interval is for --watch") }
            guard interval >= .milliseconds(100) else {
                throw words.fault("--interval: accepted is a time from 100ms on")
            }
            options.interval = interval
        }
        options.environmentFile = text("--env-file")
        return options
    }

    func kill() throws(CommandLineError) -> KillOptions {
        var options = KillOptions()
        options.symbol = try symbol("--symbol")
        options.operatorName = text("--operator")
        options.reason = text("--reason")
        options.environmentFile = text("--env-file")
        return options
    }

    func reset() throws(CommandLineError) -> ResetOptions {
        var options = ResetOptions(
            operatorName: try statement("--operator"),
            reason: try statement("--reason")
        )
        options.symbol = try symbol("--symbol")
        options.acceptedResult = try amount("--accept-result")
        options.dailyLossMax = try amount("--daily-loss-max")
        options.environmentFile = text("--env-file")
        return options
    }
}

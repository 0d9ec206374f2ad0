import LiveLoopApp

/// Resolves variables that all come from the environment.
func resolve(
    _ values: [String: String],
    strategies: [String]? = nil
) throws(ConfigurationRefused) -> ResolvedConfiguration {
    try ResolvedConfiguration(
        values.mapValues { SourcedText($0, .environment) },
        strategies: strategies
    )
}

/// The faults of variables that all come from the environment.
func faults(_ values: [String: String], strategies: [String]? = nil) -> [ConfigurationFault] {
    do throws(ConfigurationRefused) {
        _ = try resolve(values, strategies: strategies)
        return []
    } catch {
        return error.faults
    }
}

/// A public key of the right form.
let sampleKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

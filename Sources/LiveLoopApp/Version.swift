/// The version of this program.
enum Version {
    /// Semantic version (semver.org).
    static let current = "0.1.0"
}

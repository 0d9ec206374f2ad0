/// Only risk approves: a second place that can would be a way around every limit.
enum ApprovalRules {
    static let approver = "Sources/TradingCore/Risk/RiskEngine.swift"

    static func offences(_ file: SourceFile) -> [Offence] {
        guard file.isInSources, file.path != approver else { return [] }
        return file.tokens.indices.filter {
            file.tokens.reads(["ApprovedOrder", "(", "approving"], at: $0)
                || file.tokens.reads(["ApprovedOrder", ".", "init"], at: $0)
        }
        .map {
            Offence(
                path: file.path,
                line: file.tokens[$0].line,
                rule: "only RiskEngine approves orders"
            )
        }
    }
}

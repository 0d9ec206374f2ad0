import Foundation
import Testing

/// The house rules, held against every file of the repository.
@Suite struct TreeTests {
    private let sources = SourceTree.swiftFiles.filter(\.isInSources)
    private let manifest = Manifest(SourceTree.file("Package.swift")?.text ?? "")

    @Test func `the tree was found`() {
        #expect(sources.count > 20)
        #expect(manifest.targets.count > 10)
        #expect(SourceTree.swiftFiles.contains { $0.path == "Tests/TidyTests/TreeTests.swift" })
    }

    @Test func `targets depend only where the table of modules allows`() {
        #expect(ModuleArrows.offences(manifest) == [])
    }

    @Test func `every import is allowed and declared`() {
        let files = SourceTree.swiftFiles.filter { $0.isInSources || $0.isInTests }
        #expect(files.flatMap { ImportRules.offences($0, manifest) } == [])
    }

    @Test func `memory is touched by hand only by the owners of C handles`() {
        #expect(sources.flatMap(ImportRules.unsafeOffences) == [])
    }

    @Test func `files and functions stay short`() {
        let files = SourceTree.swiftFiles
        #expect(files.flatMap(LayoutRules.fileLength) == [])
        #expect(files.flatMap(LayoutRules.functionLength) == [])
    }

    @Test func `what is visible outside its file is documented`() {
        let requirements = Set(sources.flatMap(LayoutRules.requirements))
        let offences = sources.flatMap { LayoutRules.documentation($0, requirements: requirements) }
        #expect(offences == [])
    }

    @Test func `banned code is nowhere`() {
        #expect(sources.flatMap(BannedCodeRules.offences) == [])
    }

    @Test func `orders are approved only by risk`() {
        let approver = SourceTree.file(ApprovalRules.approver)
        #expect(approver?.text.contains("ApprovedOrder(approving:") == true)
        #expect(sources.flatMap(ApprovalRules.offences) == [])
    }

    @Test func `no work is put off in a remark`() {
        #expect(SourceTree.swiftFiles.flatMap(BannedCodeRules.remarks) == [])
    }

    @Test func `tests wait for facts and not for time`() {
        #expect(SourceTree.swiftFiles.flatMap(BannedCodeRules.testOffences) == [])
    }

    @Test func `no file names one machine or a registry`() {
        #expect(SourceTree.files.flatMap(BannedTextRules.offences) == [])
    }

    @Test func `every shell script parses and stops at the first error`() throws {
        let scripts = SourceTree.files.filter {
            $0.text.hasPrefix("#!") && $0.text.contains("bash\n")
        }
        #expect(scripts.count >= 5)
        for script in scripts {
            let (output, status) = try SourceTree.run(["bash", "-n", script.path])
            #expect(status == 0, "\(script.path): \(output)")
            #expect(script.text.contains("\nset -euo pipefail\n"), "\(script.path)")
        }
    }

    private static let coveredRows = FaultCoverage.covered(
        SourceTree.swiftFiles.filter(\.isInTests).flatMap(FaultCoverage.testNames)
    )

    @Test(arguments: FaultCoverage.rows)
    func `each row of the fault table has a test`(row: String) {
        let isCovered = Self.coveredRows.contains(row)
        if FaultCoverage.pending.contains(row) {
            withKnownIssue("\(row) has no test yet", isIntermittent: true) { #expect(isCovered) }
        } else {
            #expect(isCovered, "\(row) lost its test")
        }
    }
}

import Testing

/// Each rule, held against an offence planted for it and against code that only looks like one.
@Suite struct RuleTests {
    private func core(_ text: String) -> SourceFile {
        SourceFile(path: "Sources/TradingCore/Planted.swift", text: text)
    }

    private func test(_ text: String) -> SourceFile {
        SourceFile(path: "Tests/PlantedTests/Planted.swift", text: text)
    }

    // MARK: Tokens

    @Test func `strings and comments are not code, interpolations are`() {
        let text = #"""
            let a = "try! \(first ?? "in \(second)") as!" // try! three
            /* as! /* nested */ four */ let b = #"\(five) ""# + """
                " as! \(six)
                """
            """#
        let words = SwiftTokens(text).tokens.filter { $0.kind == .word }.map(\.text)
        #expect(words == ["let", "a", "first", "second", "let", "b", "six"])
        #expect(core(text).swift.comments[1] == "// try! three")
        #expect(BannedCodeRules.offences(core(text)) == [])
    }

    @Test func `a token knows its line`() {
        let tokens = SwiftTokens("a\n\"\"\"\n  x\n  \"\"\" b\nc.d").tokens
        #expect(tokens.map(\.line) == [1, 2, 4, 5, 5, 5])
        #expect(tokens.map(\.isFirstOfLine) == [true, true, false, true, false, false])
        #expect(tokens.last?.isAdjacent == true)
    }

    // MARK: Modules

    private let manifest = Manifest(
        """
        let package = Package(targets: [
            .target(name: "CLinux"),
            .target(name: "Gateway", dependencies: ["TradingCore", "MarketFeed"]),
            .target(name: "StatusAPI", dependencies: [.target(name: "OrderEntry")]),
            .target(name: "Surprise"),
            .testTarget(name: "GatewayTests", dependencies: ["Gateway", "live-loop"]),
        ])
        """
    )

    @Test func `the manifest is read with its nested dependencies`() {
        #expect(
            manifest.targets.map(\.name)
                == ["CLinux", "Gateway", "StatusAPI", "Surprise", "GatewayTests"]
        )
        #expect(manifest.target("StatusAPI")?.dependencies == ["OrderEntry"])
        #expect(manifest.target("GatewayTests")?.isTest == true)
    }

    @Test func `an arrow between adapters is found`() {
        #expect(
            ModuleArrows.offences(manifest).map(\.rule) == [
                "Gateway must not depend on MarketFeed",
                "StatusAPI must not depend on OrderEntry",
                "Surprise is not in the table of modules",
            ]
        )
    }

    @Test(arguments: [
        ("TradingCore", "import Foundation", true), ("TradingCore", "import Glibc", true),
        ("TradingCore", "import Synchronization", false), ("Telemetry", "import Glibc", true),
        ("Gateway", "package import TradingCore", false), ("Gateway", "import CLinux", true),
        ("Gateway", "import struct ZeroMQ.Socket", true), ("Platform", "import Glibc", false),
        ("Platform", "@_exported import Foundation", true),
    ])
    func `an import that is not allowed or declared is found`(
        target: String,
        text: String,
        isOffence: Bool
    ) {
        let file = SourceFile(path: "Sources/\(target)/Planted.swift", text: text)
        #expect(ImportRules.offences(file, manifest).isEmpty == !isOffence)
    }

    @Test func `an executable is imported under its underscored name`() {
        let file = SourceFile(
            path: "Tests/GatewayTests/A.swift",
            text: "@testable import live_loop"
        )
        #expect(ImportRules.offences(file, manifest) == [])
    }

    @Test(arguments: ["unsafe read()", "let p: UnsafeRawPointer", "nonisolated(unsafe) var a = 1"])
    func `memory touched by hand is found outside its modules`(text: String) {
        #expect(ImportRules.unsafeOffences(core(text)).count == 1)
        let owner = SourceFile(path: "Sources/Platform/Planted.swift", text: text)
        #expect(ImportRules.unsafeOffences(owner) == [])
    }

    // MARK: Layout

    @Test func `a file or a function is too long from one line beyond its maximum`() {
        let lines = { (count: Int) in String(repeating: "a()\n", count: count) }
        #expect(LayoutRules.fileLength(core(lines(300))) == [])
        #expect(LayoutRules.fileLength(core(lines(301))).count == 1)
        let function = { "protocol P { func a() }\nfunc b(x: () -> Void = { }) {\n\(lines($0))}" }
        #expect(LayoutRules.functionLength(core(function(68))) == [])
        #expect(LayoutRules.functionLength(core(function(69))).map(\.line) == [2])
        #expect(LayoutRules.functionLength(core("X.init {\n\(lines(80))}")) == [])
    }

    @Test(arguments: [
        "package func a() {}", "public package(set) var a = 1", "package final class A {}",
        "@inlinable public static func a() {}", "/// Doc.\n\npackage let a = 1",
        "@inline(__always)\npackage mutating func a() {}", "package init?(a: Int) {}",
        "package init(a: (Int) -> Int) throws(E) {}", "public class func a() {}",
        "package static func + (a: A, b: A) -> A { a }", "package subscript(a: Int) -> Int { 1 }",
    ])
    func `a visible declaration without documentation is found`(text: String) {
        #expect(LayoutRules.documentation(core(text)).count == 1)
    }

    @Test(arguments: [
        "/// Says why.\npackage func a() {}", "func a() {}", "public import TradingCore",
        "/// Says why.\n@inline(__always)\n@discardableResult\npackage func a() -> Int { 1 }",
        "package init(a: Int) { self.a = a }",
        "public static func == (a: A, b: A) -> Bool { true }",
        "package var description: String { \"\" }", "let a = b(package: 1)",
    ])
    func `what needs no documentation is left alone`(text: String) {
        #expect(LayoutRules.documentation(core(text)) == [])
    }

    @Test func `a member that a protocol requires is documented there`() {
        let planted = core("package protocol P {\n/// Why.\nfunc a()\nvar b: Int { get }\n}")
        #expect(LayoutRules.requirements(planted) == ["a", "b"])
        let witness = core("package func a() {}\npackage func c() {}")
        #expect(LayoutRules.documentation(witness, requirements: ["a"]).map(\.line) == [2])
    }

    // MARK: Banned code

    @Test(arguments: [
        "try! a()", "a as! B", "fatalError(\"a\")", "do { try a() } catch { }",
        "struct FeedManager {}", "enum TextUtils {}", "class AHelper {}",
        "let a = Date()", "clock_gettime(1, &t)", "ContinuousClock.now", "Int.random(in: 0...1)",
        "a.shuffled()", "a.randomElement()", "SystemRandomNumberGenerator()", "UUID()", "Task { }",
        "func a() async { }", "await a()", "Thread { }", "print(a)", "a.hashValue",
        "ObjectIdentifier(a)", "var a: [String: Int]", "var a: [A.B: Int] = [:]",
        "let a: Set<Int>", "Dictionary<Int, Int>()", "let a = exp(b)", "pow(2, 3)", "[1: 2]",
    ])
    func `code banned in the core is found`(text: String) {
        #expect(!BannedCodeRules.offences(core(text)).isEmpty)
    }

    @Test(arguments: [
        "try a()", "a as? B", "// try! a()", "Int.random(in: 0...1, using: &generator)",
        "a.shuffled(using: &generator)", "struct Flags: OptionSet {}", "a[key: 1]",
        "a ? [b] : [c]", "log.print(a)", "func log(_ a: Int) {}", "let date = dates(1)",
        "do { try a() } catch { count += 1 }", "b[a ? 1 : 2]", "taskCount += 1", "(b[i]: 1)",
    ])
    func `code that only looks banned is left alone`(text: String) {
        #expect(BannedCodeRules.offences(core(text)) == [])
    }

    @Test func `outside the core a dictionary and a print are free`() {
        let text = "var a: [String: Int] = [:]\nprint(a)"
        let file = SourceFile(path: "Sources/LiveLoopApp/Planted.swift", text: text)
        #expect(BannedCodeRules.offences(file) == [])
    }

    @Test func `a file named after nothing is found`() {
        let file = SourceFile(path: "Sources/Platform/FileUtils.swift", text: "")
        #expect(BannedCodeRules.offences(file).map(\.line) == [1])
    }

    @Test func `a remark that puts work off is found`() {
        let words = ["TO" + "DO", "FIX" + "ME"]
        for word in words {
            #expect(
                BannedCodeRules.remarks(core("let a = 1\n// \(word): later")).map(\.line) == [2]
            )
            #expect(BannedCodeRules.remarks(core("let a = \"\(word)\"")) == [])
        }
    }

    @Test(arguments: [
        "Thread.sleep(1)", "usleep(5)", "try await Task.sleep(for: a)", "import XCTest",
    ])
    func `a test that waits for time is found`(text: String) {
        #expect(BannedCodeRules.testOffences(test(text)).count == 1)
        #expect(BannedCodeRules.testOffences(core(text)) == [])
    }

    @Test(arguments: ["/wor" + "k/main", "cd /ro" + "ot/x", "https://pypi." + "org/simple"])
    func `text that belongs to one machine is found`(text: String) {
        let file = SourceFile(path: "docs/page.md", text: "first\n\(text)\n")
        #expect(BannedTextRules.offences(file).map(\.line) == [2])
    }

    // MARK: Approval

    @Test(arguments: ["ApprovedOrder(approving: x)", "let y = ApprovedOrder.init(approving: x)"])
    func `an approval outside of risk is found`(text: String) {
        #expect(ApprovalRules.offences(core(text)).count == 1)
        #expect(ApprovalRules.offences(core("func f(_ a: consuming ApprovedOrder) {}")) == [])
        let approver = SourceFile(path: ApprovalRules.approver, text: text)
        #expect(ApprovalRules.offences(approver) == [])
    }

    // MARK: Fault table

    @Test func `only a test's own name covers a row`() {
        let text = """
            // F01 in a comment
            let a = "F02"
            @Test func `F03: the feed starves`() {}
            @Test("F04 and F05: a cable", arguments: ["F06"]) func cable() {}
            func `F07 is no test`() {}
            @Test(.timeLimit(.minutes(1))) func `K01, K02: the file`() { let b = "K03" }
            """
        let names = FaultCoverage.testNames(test(text))
        #expect(FaultCoverage.covered(names) == ["F03", "F04", "F05", "K01", "K02"])
    }

    @Test func `the rows are those of the fault table`() {
        #expect(FaultCoverage.rows.count == 53)
        #expect(FaultCoverage.rows.contains("F11") && FaultCoverage.rows.contains("G11"))
        #expect(!FaultCoverage.rows.contains("F12") && !FaultCoverage.rows.contains("G19"))
    }
}

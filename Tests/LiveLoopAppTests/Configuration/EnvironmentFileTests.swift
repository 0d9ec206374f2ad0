import LiveLoopApp
import Testing

@Suite struct EnvironmentFileTests {
    private func read(_ text: String) -> EnvironmentFile {
        EnvironmentFile(Array(text.utf8), path: ".env")
    }

    @Test(
        arguments: [
            ("A=b", "b"), ("export A=b", "b"), ("  export\tA=b  ", "b"), ("A=", ""), ("A=''", ""),
            (#"A="""#, ""), ("A=b # c", "b"), ("A=b#c", "b#c"), ("A='b # c' # d", "b # c"),
            (#"A="b # c""#, "b # c"), (#"A="\"\\\$\`""#, #""\$`"#), (#"A='\n$x`'"#, #"\n$x`"#),
            ("A=b\r", "b"), ("\u{FEFF}A=b", "b"), ("A=b=c?d", "b=c?d"), ("A=行情", "行情"),
            ("A= # c", ""), ("A='b'#", nil), ("A=b c", nil), ("A='b' c", nil),
        ] as [(String, String?)]
    ) func `an assignment is read as a shell reads it, or refused`(line: String, value: String?) {
        let file = read(line)
        #expect(file.entries.map(\.value) == (value.map { [$0] } ?? []))
        #expect(file.entries.allSatisfy { $0.name == "A" && $0.line == 1 })
        #expect(file.faults.count == (value == nil ? 1 : 0))
    }

    @Test(
        arguments: [
            "A", "=b", "1A=b", "A =b", "A-B=c", "export", "export =b", "A='b", #"A="b"#, #"A="\n""#,
            "A=$B", "A=`b`", #"A="$B""#, "A=b|c", "A=b;c", "A=b&c", "A=(b)", "A=<b", #"A=b\c"#,
            "A=b'c", "A='b'c", "A='a\u{1}b'", "Ａ=b", "A\u{A0}=b", "A=b\u{0}",
        ]
    ) func `a line that shells read differently is a fault with its number`(line: String) {
        let file = read("# one\n\n\(line)\nB=2")
        #expect(file.faults.map(\.origin) == [.file(path: ".env", line: 3)])
        #expect(file.entries.map(\.name) == ["B"])
    }

    @Test func `a fault never shows the line, which may hold a secret`() {
        let file = read("RISK_WEBHOOK_URL https://hooks.example/SECRET\nX='SECRET\nY=$SECRET")
        #expect(file.faults.count == 3)
        #expect(!"\(file.faults)".contains("SECRET"))
    }

    @Test func `a name that is set twice is a fault that tells both lines`() {
        let file = read("A=1\nB=2\nA=3")
        #expect(file.entries.map(\.value) == ["1", "2"])
        #expect(file.faults.map(\.origin) == [.file(path: ".env", line: 3)])
        #expect(file.faults.first?.accepted.contains("line 1") == true)
    }

    @Test func `a line that is not UTF-8 is a fault and the others are read`() {
        let bytes: [UInt8] = Array("A=1\nB=".utf8) + [0xFF, 0x0A] + Array("C=3".utf8)
        let file = EnvironmentFile(bytes, path: ".env")
        #expect(file.entries.map(\.name) == ["A", "C"])
        #expect(file.faults.map(\.origin) == [.file(path: ".env", line: 2)])
    }

    @Test func `a file beyond the limit is not read`() {
        let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: EnvironmentFile.bytesMax + 1)
        #expect(EnvironmentFile(bytes, path: ".env").faults.count == 1)
        #expect(EnvironmentFile(Array(bytes.dropLast()), path: ".env").faults.isEmpty)
    }

    @Test func `the environment wins over the file, and an option over both`() {
        let merged = SourcedText.merge(
            options: ["C": SourcedText("option", .option("--c"))],
            environment: ["B": "environment", "C": "environment"],
            file: read("A=file\nB=file\nC=file")
        )
        #expect(merged["A"] == SourcedText("file", .file(path: ".env", line: 1)))
        #expect(merged["B"] == SourcedText("environment", .environment))
        #expect(merged["C"] == SourcedText("option", .option("--c")))
    }
}

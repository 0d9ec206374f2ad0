import LiveLoopApp
import Testing

@Suite struct ConfigurationReportTests {
    private let secret = "https://hooks.example/T0/HUSH"

    @Test func `L03: a secret is in no output, accepted or refused`() throws {
        let resolved = try resolve(["RISK_WEBHOOK_URL": secret])
        let report = ConfigurationReport(resolved)
        #expect(report.text.contains("RISK_WEBHOOK_URL = <redacted>  [environment]"))
        var dumped = ""
        dump(resolved, to: &dumped)
        for output in [
            report.text, report.json, "\(resolved)", String(reflecting: resolved), dumped,
        ] {
            #expect(!output.contains("HUSH"))
        }
        for bad in ["ftp://HUSH", " https://HUSH", "https://HUSH/\n"] {
            let found = faults(["RISK_WEBHOOK_URL": bad])
            #expect(found.map(\.value) == ["<redacted>"])
            #expect(!"\(found)".contains("HUSH"))
        }
    }

    @Test func `the report shows every setting with value, origin and meaning`() throws {
        let report = ConfigurationReport(try resolve(["LOG_LEVEL": "debug"])).text
        for setting in SettingsTable.all { #expect(report.contains("  \(setting.name) = ")) }
        #expect(report.contains("LOG_LEVEL = debug  [environment]\n      Lines below"))
        #expect(report.contains("LOOP_INTERVAL_MS = 10  [default]"))
        #expect(report.contains("FEEDS = (none)  [default]"))
    }

    @Test func `the JSON report lists the same values`() throws {
        let json = ConfigurationReport(try resolve(["SAVE_CONCURRENCY": "2"])).json
        #expect(
            json.contains(
                #"{"name":"LOOP_INTERVAL_MS","value":"10","origin":"default","default":"10","#
                    + #""group":"Loop","accepted":"a time from 1ms to 1s"#
            )
        )
        #expect(json.contains(#""notices":["SAVE_CONCURRENCY is set"#))
    }

    @Test func `the example file is the table, and its defaults change nothing`() throws {
        let file = try RepositoryFile.text(".env.example")
        #expect(file == SettingsDocument.example, "print it with: live-loop config --example")
        let uncommented = file.split(separator: "\n")
            .filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") }
            .map { $0.dropFirst() }.joined(separator: "\n")
        let parsed = EnvironmentFile(Array(uncommented.utf8), path: ".env.example")
        #expect(parsed.faults.isEmpty)
        #expect(parsed.entries.map(\.name) == SettingsTable.all.map(\.name))
        let resolved = try ResolvedConfiguration(SourcedText.merge(environment: [:], file: parsed))
        #expect(resolved.configuration == AppConfiguration())
    }

    @Test func `the document holds the table`() throws {
        let document = try RepositoryFile.text("docs/configuration.md")
        let hasTable = document.contains(SettingsDocument.markdown)
        #expect(hasTable, "print it with: live-loop config --markdown")
    }

    @Test(
        arguments: [
            ("conservative", 120, 150, 180, 25), ("aggressive", 60, 90, 120, 15),
            ("test", 10, 15, 20, 5),
        ]
    ) func `a preset is accepted and has the values of its document`(
        name: String,
        idle: Int,
        trade: Int,
        book: Int,
        health: Int
    ) throws {
        let text = try RepositoryFile.text("docs/presets/\(name).env")
        let file = EnvironmentFile(Array(text.utf8), path: name)
        let resolved = try ResolvedConfiguration(
            SourcedText.merge(environment: [:], file: file),
            fileFaults: file.faults
        )
        let streams = resolved.configuration.streams
        #expect(resolved.notices.isEmpty)
        #expect(streams.idle == .seconds(idle))
        #expect(streams.trade == .seconds(trade))
        #expect(streams.orderBook == .seconds(book))
        #expect(streams.healthCheckInterval == .seconds(health))
        let runTime: Duration? = name == "test" ? .seconds(360) : nil
        #expect(resolved.configuration.loop.runTime == runTime)
    }
}

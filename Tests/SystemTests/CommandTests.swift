import Foundation
import Glibc
import TestSupport
import Testing
import ZeroMQ

/// What the commands print and the codes they end with.
@Suite struct CommandTests {
    @Test(arguments: [false, true])
    func `G11: a second instance is refused and leaves the first as it was`(
        isFrozen: Bool
    ) throws {
        try withSite { site in
            let loop = try site.startLoop()
            _ = try #require(loop.line("[LIVE_TICK]"))
            if isFrozen { loop.send(SIGSTOP) }
            let second = try site.run("run", "--for", "1s")
            #expect(second.status == 75)
            #expect(second.error.contains("\(loop.processID)"), "\(second.error)")
            loop.send(SIGCONT)
            let before = try site.status()
            let after = try site.status { $0.total(\.received) > before.total(\.received) }
            #expect(!after.kill_switch.engaged)
            _ = try site.stop(loop)
        }
    }

    @Test func `an option that does not exist is a usage error`() throws {
        try withSite { site in
            let finished = try site.run("run", "--fro", "1s")
            #expect(finished.status == 64)
            #expect(finished.error.contains("did you mean --for?"), "\(finished.error)")
        }
    }

    @Test func `a bad configuration is refused with all of its faults at once`() throws {
        try withSite { site in
            var bad = site
            let faults = ["HEARTBEAT_SEC": "x", "STARVATION_SEC": "0", "RISK_MAX_TRADES": "many"]
            bad.settings = faults
            let finished = try bad.run("run", "--for", "1s")
            #expect(finished.status == 78)
            for name in faults.keys { #expect(finished.error.contains(name), "\(finished.error)") }
            #expect(finished.error.contains("3 faults"), "\(finished.error)")
        }
    }

    @Test func `status without a process fails and says that nobody answers`() throws {
        try withSite { site in
            let finished = try site.run("status")
            #expect(finished.status == 1)
            #expect(finished.output.isEmpty)
            #expect(finished.error.contains("no live loop answers"), "\(finished.error)")
        }
    }

    @Test func `config prints JSON that a program can read`() throws {
        try withSite { site in
            let finished = try site.run("config", "--json")
            #expect(finished.status == 0, "\(finished.error)")
            let data = Data(finished.output.utf8)
            let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            let settings = try #require(object?["settings"] as? [[String: Any]])
            let heartbeat = settings.first { $0["name"] as? String == "HEARTBEAT_SEC" }
            #expect(heartbeat?["origin"] as? String == "environment")
        }
    }

    @Test func `no output shows a secret`() throws {
        try withSite { site in
            let keys = try CurveKeyPair.generate()
            let server = try CurveKeyPair.generate()
            let keyFile = site.path + "/curve.key"
            try (keys.secretKey + "\n").write(toFile: keyFile, atomically: true, encoding: .utf8)
            try FileFaults.setMode(0o600, of: keyFile)
            let gateway = try RunningGateway(site)
            let token = "hook-token-7f3a"
            var secret = site
            secret.settings = [
                "FEEDS": "mt5=\(gateway.endpoint)", "LOG_LEVEL": "debug",
                "RISK_WEBHOOK_URL": "https://hooks.example/\(token)",
                "ZMQ_CURVE_SERVER_KEY": server.publicKey, "ZMQ_CURVE_PUBLIC_KEY": keys.publicKey,
                "ZMQ_CURVE_SECRET_KEY_FILE": keyFile,
            ]
            let loop = try secret.startLoop()
            // The gateway does not encrypt, so that the connection fails, and is told to.
            _ = try #require(loop.line("trying to connect", count: 2), "\(loop.error)")
            var shown = try [
                secret.run("status"), secret.run("status", "--json"), secret.run("config"),
                secret.run("config", "--json"),
            ]
            #expect(shown.allSatisfy { $0.status == 0 })
            _ = try secret.stop(loop)
            var refused = secret
            refused.settings["RISK_WEBHOOK_URL"] = token
            shown.append(try refused.run("run", "--for", "1s"))
            #expect(shown.last?.status == 78)
            var texts = shown.flatMap { [$0.output, $0.error] } + [loop.output, loop.error]
            for file in [secret.logFile, secret.summaryFile] {
                texts.append(try String(contentsOfFile: file, encoding: .utf8))
            }
            for text in texts {
                #expect(!text.contains(token), "\(text)")
                #expect(!text.contains(keys.secretKey), "\(text)")
            }
        }
    }
}

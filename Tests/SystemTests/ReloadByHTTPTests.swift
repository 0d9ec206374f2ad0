import Platform
import TestSupport
import Testing

/// The settings read again for an operator who asks by HTTP.
@Suite struct ReloadByHTTPTests {
    @Test func `a reload by HTTP says what the command says, and is whole or not at all`() throws {
        try withSite(["HTTP_LISTEN": "127.0.0.1:0"]) { site in
            let path = site.path + "/my.env"
            let write = { (text: String) in try AtomicFile.write(Array(text.utf8), to: path) }
            try write("RISK_MAX_DAILY_LOSS=100\n")
            let loop = try site.startLoop("--env-file", path)
            let interface = try RunningInterface(site: site, loop: loop)
            let reload = { (token: String) in
                try HTTPTestClient.ask(
                    interface.port,
                    "POST",
                    "/api/v1/reload",
                    token: token,
                    body: #"{"operator":"ann","reason":"tested"}"#
                )
            }
            try write("RISK_MAX_DAILY_LOSS=90\nBUFFER_CAPACITY=2048\n")
            #expect(try reload(interface.resetToken).status == 401)
            let good = try reload(interface.token)
            #expect(good.status == 200, "\(good.body)")
            #expect(good.body.contains(#""ok":true"#))
            #expect(good.body.contains("reloaded: RISK_MAX_DAILY_LOSS 100 → 90"), "\(good.body)")
            #expect(good.body.contains("needs a restart: BUFFER_CAPACITY"), "\(good.body)")
            _ = try #require(loop.line("[RELOAD] asked for by ann by HTTP: tested"))

            try write("RISK_MAX_DAILY_LOSS=91\nLOG_LEVEL=debug\n")
            let looser = try reload(interface.token)
            #expect(looser.status == 409 && looser.body.contains(#""ok":false"#))
            #expect(looser.body.contains("RISK_MAX_DAILY_LOSS 90 → 91: a limit may only"))
            #expect(!looser.body.contains("LOG_LEVEL"))

            try write("LOG_LEVEL=loud\n")
            let wrong = try reload(interface.token)
            #expect(wrong.status == 409 && wrong.body.contains("LOG_LEVEL='loud'"), "\(wrong.body)")
            _ = try site.stop(loop)
        }
    }
}

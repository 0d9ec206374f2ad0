import Testing
import WebSocket

@Suite struct AddressTests {
    @Test func `an address is read in its parts`() throws {
        let cases: [(String, Bool, String, UInt16, String)] = [
            (
                "wss://stream.example.com:9443/ws/a@b?c=d", true, "stream.example.com", 9443,
                "/ws/a@b?c=d"
            ),
            ("wss://H.Example", true, "h.example", 443, "/"),
            ("ws://h", false, "h", 80, "/"),
            ("WS://h?x=/y", false, "h", 80, "/?x=/y"),
            ("wss://[2001:DB8::1]:8443/x", true, "2001:db8::1", 8443, "/x"),
            ("wss://[::1]", true, "::1", 443, "/"),
            ("ws://127.0.0.1:65535/", false, "127.0.0.1", 65_535, "/"),
            ("ws://a_b-c/", false, "a_b-c", 80, "/"),
        ]
        for (text, isEncrypted, host, port, target) in cases {
            let address = try #require(WebSocketAddress(text), "\(text)")
            #expect(address.isEncrypted == isEncrypted && address.host == host, "\(text)")
            #expect(address.port == port && address.target == target, "\(text)")
        }
    }

    @Test(
        arguments: [
            "", "h", "http://h/", "https://h/", "wss:/h", "wss://", "wss:///x", "wss://h:0/",
            "wss://h:/", "wss://h:65536/", "wss://h:1x/", "wss://user:password@h/", "wss://user@h",
            "wss://h/#part", "wss://h/ x", "wss://h/\r\nX: y", "wss://h\\@evil/", "wss://é/",
            "wss://h/é", "wss://[::1/", "wss://[::1]x/", "wss://[abc]/", "wss://a%2fb/",
            "wss://::1/", "wss://h/" + String(repeating: "x", count: 2048),
        ]
    ) func `anything else is none`(text: String) {
        #expect(WebSocketAddress(text) == nil)
    }

    @Test func `an address shows nothing behind the port`() throws {
        let address = try #require(WebSocketAddress("wss://h.example/ws/SECRET?token=SECRET"))
        var dumped = ""
        dump(address, to: &dumped)
        for text in ["\(address)", String(reflecting: address), dumped] {
            #expect(!text.contains("SECRET") && text.contains("h.example:443"), "\(text)")
        }
    }
}

@Suite struct ProxyTests {
    private func proxy(_ variables: [String: String], _ address: String) throws -> String? {
        let settings = try ProxySettings { variables[$0] }
        let address = try #require(WebSocketAddress(address))
        return settings.proxy(for: address)?.description
    }

    @Test func `the variables of the environment choose the proxy`() throws {
        let both = ["https_proxy": "http://a:1", "http_proxy": "b:2", "all_proxy": "c"]
        #expect(try proxy(both, "wss://h/") == "http://a:1")
        #expect(try proxy(both, "ws://h/") == "http://b:2")
        #expect(try proxy(["ALL_PROXY": "http://c/"], "wss://h/") == "http://c:80")
        #expect(try proxy(["HTTPS_PROXY": "d:4", "https_proxy": ""], "wss://h/") == "http://d:4")
        #expect(try proxy(["HTTP_PROXY": "d:4"], "ws://h/") == nil)
        #expect(try proxy([:], "wss://h/") == nil)
    }

    @Test func `this machine and the exceptions are reached directly`() throws {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
            #expect(try proxy(["https_proxy": "a:1"], "wss://\(host):7/") == nil)
        }
        #expect(try proxy(["https_proxy": "a:1"], "wss://127.evil.example/") != nil)
        func isDirect(_ list: String, _ address: String) throws -> Bool {
            try proxy(["https_proxy": "a:1", "no_proxy": list], address) == nil
        }
        #expect(try isDirect("*", "wss://h/"))
        #expect(try isDirect("x, Example.com", "wss://example.com/"))
        #expect(try isDirect(".example.com", "wss://a.example.com/"))
        #expect(try isDirect("example.com", "wss://a.b.example.com/"))
        #expect(try !isDirect("example.com", "wss://notexample.com/"))
        #expect(try !isDirect("a.example.com", "wss://example.com/"))
        #expect(try isDirect("h:443", "wss://h/") && !isDirect("h:444", "wss://h/"))
        #expect(try isDirect("[2001:db8::1]", "wss://[2001:db8::1]/"))
        #expect(try isDirect("2001:db8::1", "wss://[2001:db8::1]/"))
    }

    @Test(
        arguments: [
            "https://p:1", "socks5://p:1", "http://", "http://p:x", "http://p/path", "p:0",
            "http://us%er:SECRET@p", "http://us%zzer:SECRET@p", "http://p q",
        ]
    ) func `a value that is no proxy is refused without being shown`(value: String) throws {
        do throws(ProxyFault) {
            _ = try ProxySettings { $0 == "https_proxy" ? value : nil }
            Issue.record("\(value) was accepted")
        } catch {
            #expect(error.variable == "https_proxy")
            #expect(!"\(error)".contains("SECRET"))
        }
    }

    @Test func `a proxy shows neither user nor password`() throws {
        let proxy = try #require(Proxy("http://user:SECRET@p.example:3128"))
        var dumped = ""
        dump(proxy, to: &dumped)
        for text in ["\(proxy)", String(reflecting: proxy), dumped] {
            #expect(!text.contains("SECRET") && !text.contains("user"), "\(text)")
            #expect(text.contains("p.example:3128"))
        }
    }
}

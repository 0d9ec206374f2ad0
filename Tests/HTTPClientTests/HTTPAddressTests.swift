import HTTPClient
import Testing

@Suite struct HTTPAddressTests {
    @Test(
        arguments: [
            "https://hooks.example/T0/SECRET", "https://hooks.example", "https://h:443/?a=b#c",
            "http://localhost:8888/risk_alert", "http://127.0.0.1/x", "http://127.1.2.3:1",
            "https://[::1]:8443/x", "http://[::1]/", "https://[2001:db8::1]/x",
        ]
    ) func `what is encrypted or stays on this machine is an address`(text: String) {
        #expect(HTTPAddress(text) != nil)
    }

    @Test(
        arguments: [
            "", "hooks.example", "ftp://h/", "file:///etc/passwd", "http://hooks.example/x",
            "http://127.0.0.1.evil.example/", "http://127.evil.example/", "http://127.1/",
            "http://127.0.0.256/", "http://127.0.0.1@evil.example/", "http://localhost.evil/",
            "https://user:password@host/", "https://", "https:///x", "https://h:0/", "https://h:/",
            "https://h:65536/", "https://h:12x/", "https://h /", "https://h/ x", "https://h/\n",
            "https://h\\@evil/", "https://[::1/", "https://[::1]x/", "https://é.example/",
            "https://h/" + String(repeating: "x", count: 2048),
        ]
    ) func `anything else is none`(text: String) {
        #expect(HTTPAddress(text) == nil)
    }

    @Test func `an address shows itself nowhere`() throws {
        let address = try #require(HTTPAddress("https://hooks.example/T0/SECRET"))
        var dumped = ""
        dump(address, to: &dumped)
        dump(HTTPRequest(.get, address), to: &dumped)
        for text in ["\(address)", String(reflecting: address), dumped] {
            #expect(!text.contains("SECRET") && !text.contains("hooks"), "\(text)")
        }
    }
}

import Testing

@testable import LiveLoopApp

/// Where the interface may listen.
@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080, true), ("localhost:0", "127.0.0.1", 0, true),
        ("[::1]:65535", "::1", 65_535, true), ("0.0.0.0:80", "0.0.0.0", 80, false),
        ("192.168.1.2:80", "192.168.1.2", 80, false), ("[::]:80", "::", 80, false),
    ])
    func `an address and a port are read`(
        text: String,
        host: String,
        port: UInt16,
        isLoopback: Bool
    ) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.isLoopback == isLoopback)
        #expect(ListenAddress(address.text) == address)
    }

    @Test(arguments: [
        "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.256:80", "example.com:80", "::1:80", "[::1]", "*:80", "127.0.0.1:80x",
    ])
    func `anything else is refused`(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}

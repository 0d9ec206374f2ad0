import HTTPClient
import TestSupport
import Testing

/// Who the server is matters more than that it answers.
@Suite struct TLSTests {
    private static let fixtures =
        #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Fixtures"

    /// Posts to a server with a certificate of the fixtures.
    private func post(
        certificate: String,
        authority: String?
    ) throws -> Result<HTTPResponse, HTTPFailure> {
        let server = try ChildProcess(
            "exec python3 \"$1\" \"$2\"",
            "\(Self.fixtures)/tls_server.py",
            "\(Self.fixtures)/\(certificate)"
        )
        defer { server.end() }
        let address = try #require(HTTPAddress("https://127.0.0.1:\(server.nextLine())/"))
        var request = HTTPRequest(.post(Array("{}".utf8), type: "application/json"), address)
        request.timeout = .seconds(20)
        request.authorityFile = authority.map { "\(Self.fixtures)/\($0)" }
        var client = try HTTPClient()
        do throws(HTTPFailure) {
            return .success(try client.perform(request))
        } catch {
            return .failure(error)
        }
    }

    @Test func `a server that our own authority vouches for is trusted`() throws {
        let result = try post(certificate: "server.pem", authority: "authority.pem")
        #expect(try result.get().status == 204)
    }

    @Test func `a server that nobody vouches for is not`() throws {
        let result = try post(certificate: "server.pem", authority: nil)
        #expect(throws: HTTPFailure.self) { try result.get() }
        guard case .failure(let failure) = result else { return }
        #expect(failure.kind == .tls)
    }

    @Test func `a server with the certificate of another host is not`() throws {
        guard
            case .failure(let failure) = try post(
                certificate: "stranger.pem",
                authority: "authority.pem"
            )
        else {
            Issue.record("it was trusted")
            return
        }
        #expect(failure.kind == .tls)
    }

    @Test func `an authority that cannot be read trusts nobody`() throws {
        guard
            case .failure(let failure) = try post(certificate: "server.pem", authority: "none.pem")
        else {
            Issue.record("it was trusted")
            return
        }
        #expect(failure.kind == .authorityFile)
    }
}

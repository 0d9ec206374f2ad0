/// One source of market data.
package struct FeedConfiguration: Sendable, Equatable {
    /// The name in logs, metrics and commands.
    package var name: String
    /// Where it is; the second and further ones are tried when the first fails.
    package var endpoints: [Endpoint]
    /// The symbols that must arrive; empty accepts what comes.
    package var symbols: [String]

    package init(name: String, endpoints: [Endpoint], symbols: [String] = []) {
        self.name = name
        self.endpoints = endpoints
        self.symbols = symbols
    }

    /// The most feeds of a process.
    package static let feedsMax = 16
    /// The most alternates of a feed.
    package static let endpointsMax = 8
}

extension ValueFormat where Value == [FeedConfiguration] {
    /// `name=url` for each feed, separated by spaces, alternates by `|`, parameters after `?`.
    static var feeds: Self {
        ValueFormat(
            accepted:
                "name=url for each feed, separated by spaces, with alternate URLs separated by | "
                + "and symbols at the end, as in mt5=tcp://host:5556|tcp://other:5556?symbols=A,B",
            parse: { text throws(ValueRefusal) in
                var feeds: [FeedConfiguration] = []
                for entry in text.split(separator: " ") {
                    let feed = try FeedText.parse(entry)
                    guard !feeds.contains(where: { $0.name == feed.name }) else {
                        throw ValueRefusal(
                            accepted: "each feed name once, \(feed.name) is used twice"
                        )
                    }
                    feeds.append(feed)
                }
                guard feeds.count <= FeedConfiguration.feedsMax else {
                    throw ValueRefusal(accepted: "at most \(FeedConfiguration.feedsMax) feeds")
                }
                return feeds
            },
            render: { $0.map(FeedText.render).joined(separator: " ") }
        )
    }
}

/// The text form of one feed.
private enum FeedText {
    static func parse(_ entry: Substring) throws(ValueRefusal) -> FeedConfiguration {
        guard let equals = entry.firstIndex(of: "=") else { throw ValueRefusal() }
        let name = entry[..<equals]
        guard isFeedName(name) else {
            throw ValueRefusal(
                accepted: "a feed name of 1 to 32 lower-case letters, digits and -, before the ="
            )
        }
        let address = entry[entry.index(after: equals)...]
            .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var endpoints: [Endpoint] = []
        for url in address[0].split(separator: "|", omittingEmptySubsequences: false) {
            endpoints.append(try endpoint(url, feed: name))
        }
        guard endpoints.count <= FeedConfiguration.endpointsMax else {
            throw ValueRefusal(
                accepted: "at most \(FeedConfiguration.endpointsMax) URLs for feed \(name)"
            )
        }
        let symbols = address.count > 1 ? try symbols(ofQuery: address[1], feed: name) : []
        return FeedConfiguration(name: String(name), endpoints: endpoints, symbols: symbols)
    }

    static func render(_ feed: FeedConfiguration) -> String {
        let query = feed.symbols.isEmpty ? "" : "?symbols=" + feed.symbols.joined(separator: ",")
        return "\(feed.name)=" + feed.endpoints.map(\.text).joined(separator: "|") + query
    }

    private static func endpoint(
        _ url: Substring,
        feed: Substring
    ) throws(ValueRefusal) -> Endpoint {
        if url.hasPrefix("wss://") || url.hasPrefix("ws://") {
            throw ValueRefusal(
                accepted: "tcp://, ipc:// or inproc:// for feed \(feed): "
                    + "Binance and OKX feeds are not in this version"
            )
        }
        guard let endpoint = Endpoint(String(url), for: .connect) else {
            throw ValueRefusal(
                accepted: "tcp://host:port, ipc://path or inproc://name for feed \(feed)"
            )
        }
        return endpoint
    }

    private static func symbols(
        ofQuery query: Substring,
        feed: Substring
    ) throws(ValueRefusal) -> [String] {
        var symbols: [String]?
        for parameter in query.split(separator: "&", omittingEmptySubsequences: false) {
            guard symbols == nil, parameter.hasPrefix("symbols=") else {
                throw ValueRefusal(accepted: "symbols=A,B as the only parameter of feed \(feed)")
            }
            let list = parameter.dropFirst("symbols=".count)
                .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard list.allSatisfy(SymbolName.isValid), Set(list).count == list.count else {
                throw ValueRefusal(
                    accepted: "\(SymbolName.accepted), each once, in the symbols of feed \(feed)"
                )
            }
            symbols = list
        }
        return symbols ?? []
    }

    private static func isFeedName(_ name: Substring) -> Bool {
        (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                byte.isDigit || (byte.isLetter && byte >= UInt8(ascii: "a"))
                    || byte == UInt8(ascii: "-")
            }
    }
}

/// The name of a symbol, as a broker writes it: `EURUSD`, `EURUSD.s`, `#AAPL`.
enum SymbolName {
    static let accepted = "symbols of 1 to 32 printable characters without space , = & ? | *"

    static func isValid(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                byte > 0x20 && byte < 0x7F && !",=&?|*".utf8.contains(byte)
            }
    }
}

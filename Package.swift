// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "live-loop",
    products: [
        .executable(name: "live-loop", targets: ["live-loop"]),
        .library(name: "LiveLoop", targets: ["LiveLoop"]),
        .library(name: "FuzzDecoders", type: .static, targets: ["FuzzDecoders"]),
    ],
    targets: [
        // MARK: C boundaries: one target per C library, nothing but headers and shims.
        .target(name: "CZeroMQ", linkerSettings: [.linkedLibrary("zmq")]),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CLinux"),
        .target(name: "CMicroHTTPD", linkerSettings: [.linkedLibrary("microhttpd")]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(
            name: "COpenSSL",
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]
        ),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),

        // MARK: Owners of C handles: the only places where a pointer is seen.
        .target(name: "ZeroMQ", dependencies: ["CZeroMQ"]),
        .target(name: "SQLite", dependencies: ["CSQLite"]),
        .target(name: "HTTPClient", dependencies: ["CCurl"]),
        .target(name: "Platform", dependencies: ["CLinux"]),
        .target(name: "HTTPServer", dependencies: ["CMicroHTTPD"]),
        .target(name: "WebSocket", dependencies: ["COpenSSL", "Platform"]),
        .target(name: "Zlib", dependencies: ["CZlib"]),

        // MARK: Pure: what the process decides and what it counts. No clock, file or socket.
        .target(name: "TradingCore"),
        .target(name: "Telemetry"),

        // MARK: Adapters: they never import each other.
        .target(
            name: "MarketFeed",
            dependencies: ["ZeroMQ", "Platform", "TradingCore", "Telemetry"]
        ),
        .target(
            name: "OrderEntry",
            dependencies: ["SQLite", "ZeroMQ", "Platform", "TradingCore", "Telemetry"]
        ),
        .target(
            name: "Gateway",
            dependencies: ["ZeroMQ", "Platform", "TradingCore", "Telemetry"]
        ),
        .target(
            name: "Venue",
            dependencies: [
                "WebSocket", "HTTPServer", "Zlib", "Platform", "TradingCore", "Telemetry",
            ]
        ),
        .target(
            name: "Alerting",
            dependencies: ["HTTPClient", "Platform", "TradingCore", "Telemetry"]
        ),

        .target(
            name: "StatusAPI",
            dependencies: ["HTTPServer", "Platform", "TradingCore", "Telemetry"],
            exclude: ["Page/page.html"]
        ),

        // MARK: Composition: environment to configuration to threads.
        .target(
            name: "LiveLoopApp",
            dependencies: [
                "ZeroMQ", "Platform", "TradingCore", "Telemetry", "MarketFeed", "Gateway",
                "OrderEntry", "StatusAPI", "Alerting", "HTTPClient", "Venue", "WebSocket",
            ]
        ),
        .target(name: "LiveLoop", dependencies: ["LiveLoopApp", "TradingCore"]),
        .executableTarget(name: "live-loop", dependencies: ["LiveLoopApp"]),

        // MARK: Tests.
        .target(
            name: "TestSupport",
            dependencies: ["TradingCore", "Platform"],
            path: "Tests/TestSupport"
        ),
        .target(
            name: "FuzzDecoders",
            dependencies: ["MarketFeed", "OrderEntry", "TradingCore", "WebSocket"]
        ),
        .testTarget(name: "TradingCoreTests", dependencies: ["TradingCore", "TestSupport"]),
        .testTarget(name: "TelemetryTests", dependencies: ["Telemetry", "TestSupport"]),
        .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestSupport"]),
        .testTarget(name: "ZeroMQTests", dependencies: ["ZeroMQ", "TestSupport"]),
        .testTarget(
            name: "StatusAPITests",
            dependencies: [
                "StatusAPI", "HTTPServer", "Platform", "TradingCore", "Telemetry", "TestSupport",
            ]
        ),
        .testTarget(name: "SQLiteTests", dependencies: ["SQLite", "Platform", "TestSupport"]),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: ["HTTPClient", "Platform", "TestSupport"],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "WebSocketTests",
            dependencies: ["WebSocket", "Platform", "TradingCore", "TestSupport"],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "AlertingTests",
            dependencies: [
                "Alerting", "HTTPClient", "Platform", "TradingCore", "Telemetry", "TestSupport",
            ]
        ),
        .testTarget(
            name: "OrderEntryTests",
            dependencies: [
                "OrderEntry", "Gateway", "SQLite", "ZeroMQ", "Platform", "TradingCore",
                "Telemetry", "TestSupport",
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "MarketFeedTests",
            dependencies: [
                "MarketFeed", "ZeroMQ", "Platform", "TradingCore", "Telemetry", "TestSupport",
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: ["Gateway", "ZeroMQ", "Platform", "TradingCore", "TestSupport"]
        ),
        .testTarget(name: "ZlibTests", dependencies: ["Zlib", "Platform", "TestSupport"]),
        .testTarget(
            name: "VenueTests",
            dependencies: [
                "Venue", "WebSocket", "HTTPServer", "Zlib", "Platform", "TradingCore",
                "TestSupport",
            ]
        ),
        .testTarget(
            name: "LiveLoopAppTests",
            dependencies: [
                "LiveLoopApp", "StatusAPI", "Alerting", "Gateway", "MarketFeed", "OrderEntry",
                "ZeroMQ", "Platform", "TradingCore", "Telemetry", "TestSupport",
            ]
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "OrderEntry", "Gateway", "Platform", "TradingCore", "Telemetry", "TestSupport",
            ]
        ),
        .testTarget(name: "TidyTests"),
        .testTarget(
            name: "SystemTests",
            dependencies: ["live-loop", "ZeroMQ", "Platform", "TradingCore", "TestSupport"],
            exclude: ["Python"]
        ),
    ],
    swiftLanguageModes: [.v6]
)

let libraries = [
    "CZeroMQ", "CSQLite", "CLinux", "CMicroHTTPD", "CCurl", "COpenSSL", "CZlib",
]
for target in package.targets where !libraries.contains(target.name) {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .strictMemorySafety(),
        ]
}

// These tests run values on one thread, of which no sanitizer learns anything, and take minutes.
if Context.environment["LIVE_LOOP_SANITIZED"] == "1" {
    let pure = ["TradingCoreTests", "SimulationTests", "TidyTests"]
    package.targets.removeAll { pure.contains($0.name) }
}

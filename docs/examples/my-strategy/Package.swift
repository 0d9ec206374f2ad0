// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "my-strategy",
    dependencies: [.package(name: "live-loop", path: "../../..")],
    targets: [
        .executableTarget(
            name: "my-strategy",
            dependencies: [.product(name: "LiveLoop", package: "live-loop")]
        )
    ],
    swiftLanguageModes: [.v6]
)

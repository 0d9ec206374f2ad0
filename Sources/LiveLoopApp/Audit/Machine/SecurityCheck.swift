internal import Platform
internal import ZeroMQ

/// The libzmq that runs, and CURVE where it is used or should be.
package struct LibraryCheck: AuditCheck {
    /// Three numbers, compared one after the other.
    package typealias Version = (major: Int, minor: Int, patch: Int)
    /// Older ones have a remotely triggered overflow (CVE-2020-15166 and others).
    package static let versionMin: Version = (4, 3, 3)

    /// The version that runs.
    package var version: Version
    /// Whether it was built with CURVE.
    package var hasCurve: Bool
    /// Whether keys are configured.
    package var usesCurve: Bool
    /// The endpoints that are reached over a network.
    package var remoteEndpoints: [String]

    package init(
        version: Version,
        hasCurve: Bool,
        usesCurve: Bool,
        remoteEndpoints: [String]
    ) {
        self.version = version
        self.hasCurve = hasCurve
        self.usesCurve = usesCurve
        self.remoteEndpoints = remoteEndpoints
    }

    package func run() -> [AuditResult] {
        let least = Self.versionMin
        let library = AuditItem(
            .continuity,
            "libzmq is recent enough",
            limit: "\(least.major).\(least.minor).\(least.patch) or later",
            remedy: "install a newer libzmq (Debian: apt-get install libzmq5)"
        )
        let isRecent =
            (version.major, version.minor, version.patch) >= (least.major, least.minor, least.patch)
        return [
            library.result(
                holds: isRecent,
                "\(version.major).\(version.minor).\(version.patch)"
            ), curve,
        ]
    }

    private var curve: AuditResult {
        let item = AuditItem(
            .exclusiveControl,
            "ticks from the network are authentic",
            limit: "CURVE where a feed crosses a network",
            remedy: "install a libzmq that was built with CURVE"
        )
        if usesCurve {
            return item.result(holds: hasCurve, hasCurve ? "CURVE" : "libzmq has no CURVE")
        }
        guard let endpoint = remoteEndpoints.first else {
            return item.result(.skip, "no feed crosses a network")
        }
        return item.result(
            .warn,
            "\(endpoint) is reached in the clear: anybody on the way can make up prices",
            remedy: "set the ZMQ_CURVE_ variables, or reach the gateway through a private tunnel"
        )
    }
}

/// The file with the secret CURVE key, if there is one.
package struct SecretKeyCheck: AuditCheck {
    /// Where the keys are configured.
    package var settings: ZeroMQSettings

    package init(settings: ZeroMQSettings) { self.settings = settings }

    package func run() -> [AuditResult] {
        let item = AuditItem(
            .exclusiveControl,
            "the secret key is ours alone",
            limit: "one key, mode 0600, owned by this user, the other half of the public key",
            remedy: "chmod 600 and chown the file, or make a new pair"
        )
        do throws(CurveKeyFileError) {
            let keys = try CurveKeyFile.clientKeys(settings)
            return [item.result(keys == nil ? .skip : .pass, keys == nil ? "no keys" : "sound")]
        } catch {
            return [item.result(.fail, error.description)]
        }
    }
}

/// Who runs with this lock directory; a running instance is no fault.
package struct InstanceCheck: AuditCheck {
    /// The file that the running instance holds.
    package var lockFile: String

    package init(lockFile: String) { self.lockFile = lockFile }

    package func run() -> [AuditResult] {
        let item = AuditItem(
            .exclusiveControl,
            "at most one instance has this lock directory",
            limit: "the lock can be read",
            remedy: "make \(lockFile) a regular file that this user can read"
        )
        do throws(SystemError) {
            switch try FileLock.holder(of: lockFile) {
            case .nobody: return [item.result(.pass, "no instance runs")]
            case .process(let id):
                return [
                    item.result(.pass, "an instance runs (process \(id.map(String.init) ?? "?"))")
                ]
            }
        } catch {
            return [item.result(.fail, error.description)]
        }
    }
}

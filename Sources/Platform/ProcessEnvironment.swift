import Glibc

/// The environment this process was started with.
package enum ProcessEnvironment {
    /// Every variable, read once at start-up; the first of two equal names counts.
    package static func variables() -> [String: String] {
        var result: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text)
            if let split = pair.firstIndex(of: "=") {
                let name = String(pair[..<split])
                if result[name] == nil { result[name] = String(pair[pair.index(after: split)...]) }
            }
            unsafe entry += 1
        }
        return result
    }

    /// Ends the process with a code from `sysexits.h`.
    package static func exit(_ code: Int32) -> Never { Glibc.exit(code) }
}

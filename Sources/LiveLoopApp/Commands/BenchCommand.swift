import Platform

/// `live-loop bench`: measures this build on this machine.
struct BenchCommand {
    var options: BenchOptions

    /// Runs the suites, or the subject of a comparison.
    func run() -> ExitCode {
        switch options.work {
        case .suites(let names): runSuites(names)
        case .subject(let endpoint, let cpu): runSubject(endpoint, cpu)
        }
    }

    private func runSubject(_ endpoint: Endpoint, _ cpu: Int?) -> ExitCode {
        do {
            StandardStreams.writeOutput(try BenchSubject(endpoint: endpoint.text, cpu: cpu).run())
            return .success
        } catch {
            StandardStreams.writeError("live-loop bench subject: \(error)\n")
            return .failure
        }
    }

    private func runSuites(_ names: [String]) -> ExitCode {
        let (suites, unknown) = BenchSuite.select(names)
        if let unknown {
            let known = BenchSuite.allCases.map(\.rawValue).joined(separator: ", ")
            StandardStreams.writeError(
                "live-loop bench: there is no suite '\(unknown)'; the suites are \(known)\n"
            )
            return .usage
        }
        guard !MachineFacts.isDebugBuild else {
            StandardStreams.writeError(
                "live-loop bench: a debug build measures nothing; build with -c release\n"
            )
            return .failure
        }
        return measure(suites)
    }

    private func measure(_ suites: [BenchSuite]) -> ExitCode {
        var report = BenchReport(version: Version.current, machine: .current())
        var exitCode = ExitCode.success
        for suite in suites {
            StandardStreams.writeError("live-loop bench: \(suite.rawValue)…\n")
            do {
                report.measurements += try suite.run()
            } catch {
                report.remarks.append("\(suite.rawValue) came to nothing: \(error)")
                exitCode = .failure
            }
        }
        StandardStreams.writeOutput(options.isJSON ? report.json : report.text)
        return exitCode
    }
}

extension BenchSuite {
    /// Runs the suite.
    fileprivate func run() throws -> [BenchMeasurement] {
        switch self {
        case .memory: try MemoryBench.run()
        case .decode: DecodeBench.run()
        case .buffer: BufferBench.run()
        case .step: StepBench.run()
        case .throughput: try ThroughputBench.run()
        case .paced: [try PacedBench.run()]
        case .latency: try LatencyBench.run()
        case .lateness: try LatenessBench.run()
        case .orders: try OrdersBench.run()
        }
    }
}

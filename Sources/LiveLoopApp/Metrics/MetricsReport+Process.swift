internal import Platform
internal import Telemetry
internal import TradingCore

extension MetricsReport {
    /// The process and its machine.
    func addProcess(_ collection: inout MetricCollection) {
        for (area, bytes) in storage { collection.add(.storageFree, .integer(bytes), area) }
        let memory = process.memory
        collection.add(.processCPU, .number(process.processorSeconds))
        if let descriptors = process.descriptors {
            // The one by which the kernel was asked is closed again.
            collection.add(.processOpenFDs, .integer(Int64(max(0, descriptors.openCount - 1))))
            collection.add(.processMaxFDs, .count(descriptors.current))
        }
        collection.add(.processVirtual, .integer(memory.virtualBytes))
        collection.add(
            .processVirtualMax,
            .number(process.addressSpaceMax.map(Double.init) ?? .infinity)
        )
        collection.add(.processResident, .integer(memory.residentBytes))
        collection.add(.processHeap, .integer(memory.dataBytes))
        collection.add(.processStart, .number(Self.seconds(status.startedAt)))
        collection.add(.processThreads, .integer(Int64(process.threads)))
        collection.add(
            .buildInfo,
            .integer(1),
            status.version,
            constants.swiftVersion,
            constants.libraryVersion
        )
        collection.add(.configurationHash, .integer(1), constants.configurationHash)
        collection.add(.tradingMode, .integer(1), status.mode)
        collection.add(.logDropped, .count(status.droppedLogLines))
    }
}

extension MetricsReport.ProcessFigures {
    /// Asks the kernel.
    static func current() -> MetricsReport.ProcessFigures {
        var figures = MetricsReport.ProcessFigures()
        figures.processorSeconds = ProcessStatistics.processorSeconds()
        figures.memory = ProcessStatistics.memory()
        figures.addressSpaceMax = ProcessStatistics.addressSpaceMax()
        figures.threads = ProcessStatistics.threadCount()
        // Without an answer the metric is absent, which says so.
        figures.descriptors = try? DescriptorLimit()
        return figures
    }
}

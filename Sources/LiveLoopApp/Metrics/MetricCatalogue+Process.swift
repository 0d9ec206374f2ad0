internal import Telemetry

extension MetricDefinition {
    // MARK: Storage

    static let journalAppend = MetricDefinition(
        .histogram,
        "liveloop_journal_append_seconds",
        "The time that each commit of the order ledger took."
    )
    static let journalErrors = MetricDefinition(
        .counter,
        "liveloop_journal_errors_total",
        labels: ["op"],
        "Writes that must be durable and failed: of the order ledger, or of the kill switch."
    )
    static let storageFree = MetricDefinition(
        .gauge,
        "liveloop_storage_free_bytes",
        labels: ["area"],
        "Room on the file system of the order ledger (journal) and of the log."
    )

    // MARK: Clocks

    static let clockSteps = MetricDefinition(
        .counter,
        "liveloop_clock_steps_total",
        labels: ["direction"],
        "Times at which the wall clock was set by more than a tenth of a second."
    )
    static let clockOffset = MetricDefinition(
        .gauge,
        "liveloop_clock_offset_seconds",
        labels: ["source"],
        "The clock of the order gateway, or of a feed's publisher, minus ours; absent while unknown."
    )
    static let suspends = MetricDefinition(
        .counter,
        "liveloop_suspends_total",
        "Times at which the machine slept."
    )

    // MARK: Process

    static let processCPU = MetricDefinition(
        .counter,
        "process_cpu_seconds_total",
        "Processor time used, in seconds."
    )
    static let processOpenFDs = MetricDefinition(.gauge, "process_open_fds", "Open descriptors.")
    static let processMaxFDs = MetricDefinition(
        .gauge,
        "process_max_fds",
        "The most descriptors that may be open."
    )
    static let processVirtual = MetricDefinition(
        .gauge,
        "process_virtual_memory_bytes",
        "Addresses that are mapped."
    )
    static let processVirtualMax = MetricDefinition(
        .gauge,
        "process_virtual_memory_max_bytes",
        "The most addresses that may be mapped."
    )
    static let processResident = MetricDefinition(
        .gauge,
        "process_resident_memory_bytes",
        "What lies in memory."
    )
    static let processHeap = MetricDefinition(
        .gauge,
        "process_heap_bytes",
        "Memory that belongs to the process alone and can be written: heap, stacks and data."
    )
    static let processStart = MetricDefinition(
        .gauge,
        "process_start_time_seconds",
        "When the process started."
    )
    static let processThreads = MetricDefinition(.gauge, "process_threads", "Threads.")
    static let buildInfo = MetricDefinition(
        .info,
        "liveloop_build_info",
        labels: ["version", "swift", "libzmq"],
        "What this program was built from and runs with."
    )
    static let configurationHash = MetricDefinition(
        .info,
        "liveloop_config_hash_info",
        labels: ["hash"],
        "A hash of every setting in force; secrets are left out."
    )
    static let logDropped = MetricDefinition(
        .counter,
        "liveloop_log_messages_dropped_total",
        "Log lines that found the queue full."
    )
    static let tradingMode = MetricDefinition(
        .info,
        "liveloop_trading_mode_info",
        labels: ["mode"],
        "Whether orders reach a market: paper or live."
    )
}

extension MetricCatalogue {
    static let storage: [MetricDefinition] = [.journalAppend, .journalErrors, .storageFree]
    static let clock: [MetricDefinition] = [.clockSteps, .clockOffset, .suspends]
    static let process: [MetricDefinition] = [
        .processCPU, .processOpenFDs, .processMaxFDs, .processVirtual, .processVirtualMax,
        .processResident, .processHeap, .processStart, .processThreads, .buildInfo,
        .configurationHash, .tradingMode, .logDropped,
    ]
}

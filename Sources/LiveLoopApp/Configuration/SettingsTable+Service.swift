// What the process does about itself.

extension SettingsTable {
    static let watchdog = [
        Setting(
            "LOOP_STALL_KILL_SEC",
            .loop,
            \.loop.stallKill,
            .duration(bare: .seconds, .seconds(1) ... .seconds(60)),
            """
            A loop that has not completed a step for this long engages the kill switch; under \
            systemd the watchdog then restarts the process, which stays killed.
            """
        )
    ]

    static let logFiles = [
        Setting(
            "LOG_FILES_KEPT",
            .log,
            \.log.keptFilesMax,
            .integer(1...100),
            "How many old log files are kept: VERIFY_LOG.log.1 is the newest of them."
        )
    ]
}

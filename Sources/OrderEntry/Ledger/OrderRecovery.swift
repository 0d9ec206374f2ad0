package import TradingCore

/// What the ledger knew when the process started.
package struct OrderRecovery: Sendable, Equatable {
    /// Drawn once when the ledger was created.
    package var ledger: UInt32
    /// Which start of the process this is; already counted up and durable.
    package var epoch: UInt32
    /// The commands that are not settled; what was on its way when the process ended is `unknown`.
    package var records: [OrderRecord]
    /// When the commands of the last minute were decided, for the limit of their rate.
    package var recentCommands: [WallTime]
    /// The risk state that was stored last.
    package var risk: RiskRecord
    /// Every deal up to this number has been fetched.
    package var lastDeal: UInt64

    package init(
        ledger: UInt32,
        epoch: UInt32,
        records: [OrderRecord] = [],
        recentCommands: [WallTime] = [],
        risk: RiskRecord = RiskRecord(),
        lastDeal: UInt64 = 0
    ) {
        self.ledger = ledger
        self.epoch = epoch
        self.records = records
        self.recentCommands = recentCommands
        self.risk = risk
        self.lastDeal = lastDeal
    }
}

/// Something a person should be told; the shell turns it into a log line.
package enum LoopNotice: Sendable {
    /// The trading state changed.
    case tradingStateChanged(from: TradingState, to: TradingState)
    /// A symbol became whole or fell into doubt.
    case conditionChanged(SymbolID, from: SymbolCondition, to: SymbolCondition)
    /// A sample of the ticks of a symbol, at most one a second: the newest, and how many there were.
    case liveTick(MarketEvent, count: UInt64)
    /// Messages are missing.
    case gap(MarketEvent)
    /// The process did not run for this long.
    case paused(Duration)
    /// The look for a kill file has had no answer for this long; the watchdog tells, the loop cannot.
    case lookUnanswered(Duration)
    /// A strategy says something.
    case strategyReport(String)
    /// A request was refused; the text lists the limits that were hit.
    case orderRefused(StrategyRequest, OrderRefusal, String?)
    /// A command passed every check and is handed over.
    case orderApproved(OrderIntent)
    /// A command got further.
    case orderChanged(from: OrderState, OrderRecord)
    /// An execution was counted.
    case deal(Deal)
    /// The gateway became reliable or unreliable.
    case gatewayChanged(from: GatewayCondition, to: GatewayCondition)
    /// The venue does not know a symbol.
    case instrumentUnknown(String)
    /// Our book and the gateway's account agree.
    case reconciled(AccountSnapshot)
    /// They differ; the same difference again halts.
    case accountDiffers([String])
    /// In paper mode the gateway's account is real, or does not say what it is: nothing is sent to it.
    case accountRefused(AccountSnapshot.Kind?)
    /// Something about a limit.
    case risk(RiskEvent)
    /// Risk still opens nothing, although the kill switch was reset.
    case riskResetRefused(RiskResetError)
    /// What an engaged kill switch wants taken back or closed was refused; it is tried again.
    case killEffectRefused(String)
}

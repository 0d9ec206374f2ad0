internal import Telemetry
internal import TradingCore

extension StatusReport {
    /// The limits with what is used of each: amounts as exact texts, the ratio for display.
    func writeRisk(_ writer: inout JSONWriter) {
        writer.object("risk") { writer in
            writer.value(currency, "currency")
            writer.array("limits") { writer in
                for usage in loop.limits { write(usage, &writer) }
            }
        }
    }

    private func write(_ usage: LimitUsage, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.value(usage.limit.name, "limit")
            writer.value(usage.limit.rule, "rule")
            writer.value(usage.symbol, "symbol")
            writer.value(usage.limit.unit.rawValue, "unit")
            writer.value(usage.bound.description, "bound")
            writer.value(usage.used?.description, "used")
            writer.value(usage.ratio, digits: 4, "ratio")
            writer.value(usage.isPerOrder, "per_order")
        }
    }
}

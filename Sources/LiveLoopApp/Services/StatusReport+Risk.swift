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
            if let symbol = usage.symbol {
                writer.value(symbol, "symbol")
            } else {
                writer.null("symbol")
            }
            writer.value(usage.limit.unit.rawValue, "unit")
            writer.value(usage.bound.description, "bound")
            if let used = usage.used {
                writer.value(used.description, "used")
            } else {
                writer.null("used")
            }
            if let ratio = usage.ratio {
                writer.value(ratio, digits: 4, "ratio")
            } else {
                writer.null("ratio")
            }
            writer.value(usage.isPerOrder, "per_order")
        }
    }
}

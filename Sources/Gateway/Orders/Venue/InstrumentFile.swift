import Platform
import TradingCore

/// Definitions of instruments in a JSON file, in place of the built-in table.
///
/// `{"instruments":[{"symbol","contract_size","tick_size","digits","volume_min","volume_max","volume_step",
/// "currency_base","currency_profit","trade_mode"},…]}`, the keys of `GET_SYMBOL_INFO`; `trade_mode` may be
/// left out.
package enum InstrumentFile {
    /// The longest file.
    private static let bytesMax = 1 << 20

    /// Reads a file.
    ///
    /// - Throws: `GatewayError` with the file, the symbol and the member.
    package static func read(_ path: String) throws(GatewayError) -> [InstrumentDefinition] {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try RegularFile.read(path, limit: bytesMax)
        } catch {
            throw refusal(.unreadableFile, path, error.description)
        }
        let fields: RecordFields
        do throws(JSONFault) {
            var scanner = JSONScanner(keyCountMax: 20 * SymbolName.countMax)
            fields = try RecordFields(&scanner, bytes.span)
            try scanner.finish(in: bytes.span)
        } catch {
            throw refusal(
                .invalidConfiguration,
                "\(path) at byte \(error.position)",
                "\(error.reason)"
            )
        }
        var definitions: [InstrumentDefinition] = []
        for object in fields.objects {
            do throws(RecordFault) {
                definitions.append(try InstrumentDefinition(object))
            } catch {
                let name = object.optionalText("symbol") ?? "number \(definitions.count + 1)"
                throw refusal(
                    .invalidConfiguration,
                    "\(path), instrument \(name)",
                    "member '\(error.member)' is missing or cannot be so"
                )
            }
        }
        return definitions
    }

    private static func refusal(
        _ code: GatewayError.Code,
        _ place: String,
        _ problem: String
    ) -> GatewayError {
        GatewayError(
            code,
            at: place,
            problem,
            remedy: "write it as docs/protocol.md shows for GET_SYMBOL_INFO"
        )
    }
}

extension InstrumentDefinition {
    fileprivate init(_ fields: RecordFields) throws(RecordFault) {
        let digits: UInt8 = try fields.integer("digits")
        guard digits <= 8 else { throw RecordFault("digits") }
        let symbol = try fields.text("symbol")
        guard SymbolName.isValid(symbol) else { throw RecordFault("symbol") }
        var tradeMode = TradeMode.full
        if fields.optionalText("trade_mode") != nil { tradeMode = try fields.word("trade_mode") }
        self.init(
            symbol: symbol,
            contractSize: try Self.positive(fields, "contract_size"),
            tickSize: try Self.positive(fields, "tick_size"),
            digits: digits,
            volumeMin: try Self.positive(fields, "volume_min"),
            volumeMax: try Self.positive(fields, "volume_max"),
            volumeStep: try Self.positive(fields, "volume_step"),
            baseCurrency: try fields.text("currency_base"),
            profitCurrency: try fields.text("currency_profit"),
            tradeMode: tradeMode
        )
    }

    private static func positive(
        _ fields: RecordFields,
        _ key: String
    ) throws(RecordFault) -> ExactDecimal {
        let number = try fields.decimal(key).trimmed
        guard number.mantissa > 0, number.mantissa < WideDecimal.volumeMax, number.scale <= 8 else {
            throw RecordFault(key)
        }
        return number
    }
}

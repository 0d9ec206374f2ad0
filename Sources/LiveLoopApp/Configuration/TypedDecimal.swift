import TradingCore

extension ExactDecimal {
    /// Reads a number as a person types it; `nil` when it is none, or has too many digits.
    init?(typed text: String) {
        let bytes = Array(text.utf8)
        do throws(JSONFault) {
            self = try DecimalText.parse(bytes.span)
        } catch {
            return nil
        }
    }
}

import TradingCore

/// Why a message of Binance cannot be understood.
package struct BinanceFault: Error, Sendable, Equatable {
    /// The kinds of fault; a closed set, because each labels a counter.
    package enum Reason: UInt8, Sendable, CaseIterable {
        /// The bytes are not JSON.
        case notJSON
        /// A field that the message needs is absent or null.
        case missingField
        /// A field is of a type that it never has.
        case wrongType
        /// A number is `NaN`, infinite, or beyond the range of a double.
        case notFinite
        /// A number cannot be held exactly.
        case precision
        /// A number is exact but not possible, such as a negative quantity.
        case outOfRange
        /// A field occurs twice.
        case duplicateKey
        /// Objects or arrays are nested too deep.
        case tooDeep
        /// There are too many keys.
        case tooManyKeys
        /// A book message has more levels than are taken.
        case tooManyLevels
        /// The symbol is empty, too long, or not printable ASCII.
        case symbol
    }

    /// The fields that are read; a closed set.
    ///
    /// The raw value is the bit in a set of fields.
    package enum Field: UInt8, Sendable, CaseIterable {
        case eventType
        case eventTime
        case transactionTime
        case symbol
        case price
        case quantity
        case tradeID
        case firstUpdate
        case lastUpdate
        case previousUpdate
        case bids
        case asks
        case bidQuantity
        case askQuantity
        case isBuyerMaker
        case executionType
        case stream
        case data
        case result
        case requestID
        case error
        case code
        case message
        case lastUpdateID
    }

    /// What is wrong.
    package var reason: Reason
    /// The field it concerns, where there is one.
    package var field: Field?

    package init(_ reason: Reason, _ field: Field? = nil) {
        self.reason = reason
        self.field = field
    }

    /// The fault of a text that could not be read.
    init(_ fault: JSONFault, _ field: Field? = nil) {
        self.init(Reason(fault.reason), field)
    }
}

extension BinanceFault.Reason {
    init(_ reason: JSONFault.Reason) {
        switch reason {
        case .malformed: self = .notJSON
        case .wrongType: self = .wrongType
        case .notFinite: self = .notFinite
        case .precision: self = .precision
        case .tooDeep: self = .tooDeep
        case .tooManyKeys: self = .tooManyKeys
        }
    }
}

extension BinanceFault.Field {
    /// The bit that stands for the field in a set of fields.
    var bit: UInt32 { 1 << UInt32(rawValue) }
}

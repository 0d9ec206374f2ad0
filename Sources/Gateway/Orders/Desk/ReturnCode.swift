/// The return codes of replies: those of MQL5, and negative ones of our own.
///
/// Source: "Trade Server Return Codes", MQL5 reference. Every negative code but ``unknownSymbol`` says
/// that the command was certainly not executed.
package enum ReturnCode {
    /// A query was answered.
    package static let none: Int32 = 0
    /// The price moved further than the deviation allows.
    package static let requote: Int32 = 10_004
    /// The venue refused it.
    package static let reject: Int32 = 10_006
    /// The order works.
    package static let placed: Int32 = 10_008
    /// It was carried out whole.
    package static let done: Int32 = 10_009
    /// It was filled in part.
    package static let donePartial: Int32 = 10_010
    /// It could not be processed, and was not executed.
    package static let error: Int32 = 10_011
    /// The outcome is not known.
    package static let timeout: Int32 = 10_012
    /// The request cannot be understood, or what it is about does not exist.
    package static let invalid: Int32 = 10_013
    /// The volume is too small, too large, or between two steps.
    package static let invalidVolume: Int32 = 10_014
    /// The price is not on a tick, or on the wrong side of the market.
    package static let invalidPrice: Int32 = 10_015
    /// A stop is not on a tick, or on the wrong side.
    package static let invalidStops: Int32 = 10_016
    /// The symbol or the account is not traded.
    package static let tradeDisabled: Int32 = 10_017
    /// The market is closed.
    package static let marketClosed: Int32 = 10_018
    /// There is too little margin.
    package static let noMoney: Int32 = 10_019
    /// There is no quote to execute at, or to convert with.
    package static let offQuotes: Int32 = 10_021
    /// It is so already.
    package static let noChanges: Int32 = 10_025
    /// The filling is not supported.
    package static let invalidFill: Int32 = 10_030
    /// Too many orders work.
    package static let limitOrders: Int32 = 10_033
    /// There is no such position any more.
    package static let positionClosed: Int32 = 10_036
    /// Too many positions are open.
    package static let limitPositions: Int32 = 10_040
    /// The symbol can only be closed.
    package static let closeOnly: Int32 = 10_044

    /// A field is missing.
    package static let fieldMissing: Int32 = -2
    /// A field has a value that cannot be.
    package static let fieldInvalid: Int32 = -3
    /// `valid_until` had passed.
    package static let expired: Int32 = -10
    /// The id was fenced.
    package static let fenced: Int32 = -11
    /// The gateway's kill switch is engaged, or cannot be shown not to be.
    package static let killed: Int32 = -12
    /// The client's heartbeats are missing.
    package static let noLease: Int32 = -13
    /// The id was used for another command before.
    package static let otherPayload: Int32 = -14
    /// Too many orders at a time.
    package static let rateLimited: Int32 = -15
    /// No such symbol is quoted here.
    package static let unknownSymbol: Int32 = -16

    /// Whether a command with this code was carried out, at least in part.
    package static func isDone(_ code: Int32) -> Bool {
        code == none || code == placed || code == done || code == donePartial
    }
}

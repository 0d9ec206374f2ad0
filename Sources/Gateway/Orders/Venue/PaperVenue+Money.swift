import TradingCore

extension PaperVenue {
    /// An amount in account currency with the currency's digits.
    ///
    /// Sums that do not fit are cut at the limits of the number; orders that could lead there are refused.
    func money(_ amount: WideDecimal) -> ExactDecimal {
        let digits = PaperVenueOptions.digits(of: options.currency)
        return amount.exact(digits: digits)
            ?? ExactDecimal(mantissa: amount.isNegative ? .min : .max, scale: UInt8(digits))
    }

    /// The price at which a position could be closed; `nil` before the first quote.
    func closingPrice(_ position: VenuePosition) -> ExactDecimal? {
        guard let symbol = number(of: position.symbol), let quote = quotes[symbol] else {
            return nil
        }
        return position.side == .buy ? quote.bid : quote.ask
    }

    /// What closing so much of a position at a price brings, in account currency; `nil` without a quote
    /// to convert with.
    func profit(
        symbol: Int,
        side: OrderRequest.Side,
        volume: ExactDecimal,
        from open: ExactDecimal,
        to close: ExactDecimal
    ) -> ExactDecimal? {
        let move = WideDecimal(close) - WideDecimal(open)
        let amount =
            (side == .buy ? move : move.negated) * WideDecimal(volume)
            * WideDecimal(instruments[symbol].contractSize)
        return conversions[symbol]?.convert(amount, quotes).map(money)
    }

    /// The margin that a volume at a price binds, in account currency; `nil` when it cannot be told.
    func margin(symbol: Int, volume: ExactDecimal, price: ExactDecimal) -> WideDecimal? {
        let value =
            WideDecimal(price) * WideDecimal(volume) * WideDecimal(instruments[symbol].contractSize)
        guard value.rounded(to: 0) < Self.valueMax else { return nil }
        let leverage = WideDecimal(mantissa: Int128(options.leverage), scale: 0)
        return conversions[symbol]?.convert(value, quotes)?.divided(by: leverage, digits: 8)
    }

    /// No single position is worth more, so that amounts fit.
    private static let valueMax = WideDecimal(mantissa: 1_000_000_000_000_000, scale: 0)

    package var positions: [VenuePosition] {
        book.map { position in
            guard let symbol = number(of: position.symbol),
                let price = closingPrice(position)
            else { return position }
            var current = position
            current.currentPrice = price
            current.profit =
                profit(
                    symbol: symbol,
                    side: position.side,
                    volume: position.volume,
                    from: position.openPrice,
                    to: price
                ) ?? position.profit
            return current
        }
    }

    package var account: VenueAccount {
        var equity = WideDecimal(balance)
        var bound = WideDecimal.zero
        for position in positions {
            equity = equity + WideDecimal(position.profit) + WideDecimal(position.swap)
            guard let symbol = number(of: position.symbol) else { continue }
            bound =
                bound
                + (margin(symbol: symbol, volume: position.volume, price: position.openPrice)
                    ?? .zero)
        }
        return VenueAccount(
            login: options.login,
            currency: options.currency,
            marginMode: options.marginMode,
            kind: options.accountKind,
            balance: balance,
            equity: money(equity),
            margin: money(bound),
            freeMargin: money(equity - bound),
            leverage: options.leverage,
            isTradeAllowed: options.isTradeAllowed
        )
    }

    /// Closes the position that loses most while equity is too low for the margin.
    mutating func stopOut(_ now: DeskMoment) {
        guard options.stopOutPercent > 0 else { return }
        // Each round closes one position.
        for _ in 0..<book.count {
            let account = account
            let level = WideDecimal(mantissa: Int128(options.stopOutPercent), scale: 2)
            let needed = WideDecimal(account.margin) * level
            guard account.margin.mantissa > 0, WideDecimal(account.equity) < needed,
                let worst = positions.min(by: { $0.profit < $1.profit }),
                let price = closingPrice(worst)
            else { return }
            let isDone = close(
                worst,
                volume: worst.volume,
                at: price,
                requestID: "",
                comment: "so",
                reason: .stopOut,
                now
            )
            guard isDone != nil else { return }
        }
    }
}

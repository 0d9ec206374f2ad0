internal import Telemetry

extension MetricDefinition {
    // MARK: Connections

    static let connectionState = MetricDefinition(
        .gauge,
        "network_connection_state",
        labels: ["connection", "state"],
        "1 for the state the connection is in, 0 for the others; connected means that data was seen."
    )
    static let reconnectAttempts = MetricDefinition(
        .counter,
        "network_reconnect_attempts_total",
        labels: ["connection"],
        "Connection attempts after the first one; successes, failures and one under way add up to it."
    )
    static let reconnectSuccesses = MetricDefinition(
        .counter,
        "network_reconnect_success_total",
        labels: ["connection"],
        "Attempts after the first one whose handshake was done and that brought data."
    )
    static let reconnectFailures = MetricDefinition(
        .counter,
        "network_reconnect_failures_total",
        labels: ["connection"],
        "Attempts after the first one that brought no data."
    )
    static let consecutiveFailures = MetricDefinition(
        .gauge,
        "network_consecutive_failures",
        labels: ["connection"],
        "Attempts that failed since data last came on a new connection."
    )
    static let connectionUptime = MetricDefinition(
        .gauge,
        "network_connection_uptime_seconds",
        labels: ["connection"],
        "Time since the connection brought its first data; 0 while it is not connected."
    )
    static let connectionEstablished = MetricDefinition(
        .gauge,
        "network_connection_established_timestamp_seconds",
        labels: ["connection"],
        "When the connection brought its first data; 0 while it is not connected."
    )
    static let lastReconnect = MetricDefinition(
        .gauge,
        "network_last_reconnect_timestamp",
        labels: ["connection"],
        "When data last came on a new connection after the first one, in seconds since 1970; 0 if never."
    )
    static let lastReconnectSeconds = MetricDefinition(
        .gauge,
        "network_last_reconnect_timestamp_seconds",
        labels: ["connection"],
        "The same as network_last_reconnect_timestamp, under a name that has its unit."
    )
    static let reconnectLatency = MetricDefinition(
        .histogram,
        "network_reconnect_latency_seconds",
        labels: ["connection"],
        "From the loss, or the request, to first data on the new connection."
    )
    static let handshakeFailures = MetricDefinition(
        .counter,
        "network_handshake_failures_total",
        labels: ["connection", "reason"],
        "Handshakes that failed; a wrong CURVE key is no_detail with most peers."
    )
    static let reconnectTriggers = MetricDefinition(
        .counter,
        "network_reconnect_triggers_total",
        labels: ["connection", "reason"],
        "Why a connection was made again."
    )
    static let reconnectBudget = MetricDefinition(
        .gauge,
        "network_reconnect_budget_remaining",
        labels: ["connection"],
        "Failures in a row before the state says failed; attempts go on after it, +Inf is no limit."
    )
    static let receivedBytes = MetricDefinition(
        .counter,
        "network_received_bytes_total",
        labels: ["connection"],
        "Bytes of messages read, without the framing of the protocol."
    )

    // MARK: Market data

    static let messagesReceived = MetricDefinition(
        .counter,
        "liveloop_messages_received_total",
        labels: ["connection"],
        "Messages read from the connection that belong to a stream."
    )
    static let messagesDelivered = MetricDefinition(
        .counter,
        "liveloop_messages_delivered_total",
        labels: ["stream"],
        "Messages handed to the strategies."
    )
    static let messagesDropped = MetricDefinition(
        .counter,
        "liveloop_messages_dropped_total",
        labels: ["reason"],
        "Messages received and not delivered; a duplicate is no loss."
    )
    static let messagesRefused = MetricDefinition(
        .counter,
        "liveloop_messages_refused_total",
        labels: ["reason"],
        "Frames that could not be understood and quotes that were not fit to be used, by cause."
    )
    static let sequenceGaps = MetricDefinition(
        .counter,
        "liveloop_sequence_gaps_total",
        labels: ["cause"],
        "Gaps told to the strategies."
    )
    static let missingMessages = MetricDefinition(
        .counter,
        "liveloop_sequence_missing_messages_total",
        labels: ["stream"],
        "Messages that counted as missing by the source's sequence, those that came later included."
    )
    static let recoveredMessages = MetricDefinition(
        .counter,
        "liveloop_sequence_recovered_messages_total",
        labels: ["stream"],
        "Messages that counted as missing and came after all."
    )
    static let lastMessage = MetricDefinition(
        .gauge,
        "liveloop_stream_last_message_timestamp_seconds",
        labels: ["stream"],
        "When the newest quote of the stream was received."
    )
    static let streamIdle = MetricDefinition(
        .gauge,
        "liveloop_stream_idle",
        labels: ["stream"],
        "1 while a symbol is silent beyond its limit inside its session."
    )
    static let feedLastData = MetricDefinition(
        .gauge,
        "liveloop_feed_last_data_timestamp_seconds",
        labels: ["connection"],
        "When the newest usable tick of the feed was received; the start of the process before it."
    )
    static let feedInSession = MetricDefinition(
        .gauge,
        "liveloop_feed_in_session",
        labels: ["connection"],
        "1 while an expected symbol of the feed is in session."
    )
    static let dataStarved = MetricDefinition(
        .gauge,
        "liveloop_data_starved",
        labels: ["connection"],
        "1 while the feed sends no data although its session is open."
    )
    static let dataStarvations = MetricDefinition(
        .counter,
        "liveloop_data_starvations_total",
        labels: ["connection"],
        "Starvations that began."
    )
    static let rotations = MetricDefinition(
        .counter,
        "liveloop_rotations_total",
        labels: ["connection", "result"],
        "Overlaps of an old and a new connection that ended, by what is known of the seam."
    )
    static let tickAge = MetricDefinition(
        .histogram,
        "liveloop_tick_age_seconds",
        "From the read of a tick off its socket to the end of the step in which strategies saw it."
    )
    static let bufferMessages = MetricDefinition(
        .gauge,
        "liveloop_buffer_messages",
        "Messages that wait for the loop now."
    )
    static let bufferCapacity = MetricDefinition(
        .gauge,
        "liveloop_buffer_capacity_messages",
        "Messages of one event that fit between feeds and loop."
    )
    static let bufferHighWater = MetricDefinition(
        .gauge,
        "liveloop_buffer_high_water_messages",
        "The most events that ever waited since start."
    )
}

extension MetricCatalogue {
    static let connection: [MetricDefinition] = [
        .connectionState, .reconnectAttempts, .reconnectSuccesses, .reconnectFailures,
        .consecutiveFailures, .connectionUptime, .connectionEstablished, .lastReconnect,
        .lastReconnectSeconds, .reconnectLatency, .handshakeFailures, .reconnectTriggers,
        .reconnectBudget, .receivedBytes,
    ]
    static let feed: [MetricDefinition] = [
        .messagesReceived, .messagesDelivered, .messagesDropped, .messagesRefused, .sequenceGaps,
        .missingMessages, .recoveredMessages, .lastMessage, .streamIdle, .feedLastData,
        .feedInSession, .dataStarved, .dataStarvations, .rotations, .tickAge, .bufferMessages,
        .bufferCapacity, .bufferHighWater,
    ]
}

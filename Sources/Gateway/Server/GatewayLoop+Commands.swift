import Platform
import Telemetry
import TradingCore
import ZeroMQ

extension GatewayLoop {
    /// How many commands are answered before ticks are looked at again.
    private static let commandsMax = 16

    /// Answers what was asked; nothing that can be asked ends the thread.
    mutating func serveCommands(_ now: MonotonicTime) throws(ZeroMQError) {
        for _ in 0..<Self.commandsMax {
            guard let bytes = try replies.receive() else { return }
            let reply: String
            do throws(CommandRejection) {
                reply = try answer(bytes.span, now)
            } catch {
                log(.warning, "command refused: \(error.message)")
                reply = CommandReply.refused(error, bootID: bootID)
            }
            try replies.send(reply)
        }
    }

    private mutating func answer(
        _ bytes: Span<UInt8>,
        _ now: MonotonicTime
    ) throws(CommandRejection) -> String {
        let request = try CommandRequest(bytes)
        switch request.action {
        case "HEARTBEAT":
            return CommandReply.done(request.requestID, bootID: bootID, message: "alive") { json in
                writeHeartbeat(to: &json, now)
            }
        case "GATEWAY_STATUS":
            return CommandReply.done(request.requestID, bootID: bootID, message: "status") { json in
                json.value(configuration.form.rawValue, "form")
                publication.truth.write(to: &json)
            }
        case "FAULT":
            guard configuration.acceptsFaultCommands else {
                throw request.rejection("Fault commands are not accepted by this gateway")
            }
            let fault = try request.fault(in: bytes)
            do throws(GatewayError) {
                try produce(fault, now)
            } catch {
                throw request.rejection(error.description)
            }
            return CommandReply.done(
                request.requestID,
                bootID: bootID,
                message: "fault \(fault.kind.rawValue) begins"
            ) { json in
                json.value(fault.kind.rawValue, "kind")
            }
        default:
            throw request.rejection(
                "Unknown action: \(request.action); known are HEARTBEAT, GATEWAY_STATUS, FAULT"
            )
        }
    }

    private func writeHeartbeat(to json: inout JSONWriter, _ now: MonotonicTime) {
        let offset = Double(publication.clockOffset)
        json.value("alive", "status")
        json.value("live-loop gateway", "service")
        json.value((Double(SystemClock.wallNanoseconds()) + offset) / 1e9, digits: 6, "timestamp")
        json.value((now - startedAt).inSeconds, "uptime")
        json.value(publication.epoch, "epoch")
        json.value(configuration.form.rawValue, "form")
    }
}

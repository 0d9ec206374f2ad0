import LiveLoopApp

/// The command with the strategies that ship.
@main
enum LiveLoopCommand {
    static func main() { Program.run(strategies: []) }
}

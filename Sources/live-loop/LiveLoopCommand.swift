@main
enum LiveLoopCommand {
    static func main() {}
}

// swift-format-ignore-file

/// The operator's page: page.html, embedded by scripts/embed-page.
enum EmbeddedPage {
    /// The whole file.
    static let text = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>live-loop</title>\n<h1>live-loop</h1>\n<pre id=\"status\">connecting…</pre>\n<script>\nconst events = new EventSource(\"/api/v1/events\");\nconst show = text => { document.getElementById(\"status\").textContent = text; };\nevents.addEventListener(\"status\", event => show(JSON.stringify(JSON.parse(event.data), null, 2)));\nevents.onerror = () => show(\"no connection\");\n</script>\n</html>\n"
}

"""Uses the operator's page in a headless Chromium as a person would, against a real process.

    page_test.py BINARY [--screenshots DIRECTORY]

Every check is a sentence; the first that does not hold ends the run with status 1.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PATIENCE = 30.0
HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'


def until(what, condition, patience=PATIENCE):
    """Waits until something holds; says what did not."""
    end = time.monotonic() + patience
    fault = None
    while time.monotonic() < end:
        try:
            found = condition()
            if found:
                return found
        except Exception as error:  # The page or the process may not be there yet.
            fault = error
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {patience:.0f} s ({fault})")


def holds(what, fact, detail=""):
    """Says that something holds, or ends the run."""
    if not fact:
        raise AssertionError(f"{what}: {detail}")
    print(f"  ok  {what}", flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LiveLoop:
    """A process with directories of its own, that can be ended and started again."""

    def __init__(self, binary, directory, arguments=(), **environment):
        self.binary, self.directory, self.arguments = binary, pathlib.Path(directory), list(arguments)
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.process = None
        for name in ("lock", "log", "state"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)
        self.environment = dict(
            {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")},
            MT5_CRS_LOCK_DIR=str(self.directory / "lock"),
            MT5_CRS_LOG_DIR=str(self.directory / "log"),
            MT5_CRS_STATE_DIR=str(self.directory / "state"),
            HTTP_LISTEN=f"127.0.0.1:{self.port}",
            **environment,
        )

    def start(self):
        output = open(self.directory / "output", "ab")
        self.process = subprocess.Popen(
            [self.binary, "run", *self.arguments],
            cwd=self.directory,
            env=self.environment,
            stdout=output,
            stderr=output,
        )
        until("the process serves", lambda: self.status() is not None)
        return self

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(20)

    def status(self):
        with urllib.request.urlopen(self.origin + "/api/v1/status", timeout=5) as answer:
            return json.load(answer)

    def opening_orders(self):
        """How many orders that open something were approved, by the log."""
        return (self.directory / "output").read_text(errors="replace").count("order place id=")

    def refused_by_kill(self):
        return self.status()["orders"]["blocked"]["kill_switch"]

    def token(self, name):
        return (self.directory / "state" / name).read_text().strip()


class Page:
    """The page in a browser."""

    def __init__(self, width=1440, height=1000, dark=False):
        options = webdriver.ChromeOptions()
        for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--disable-gpu"):
            options.add_argument(flag)
        if dark:
            options.add_argument("--force-dark-mode")
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        options.binary_location = shutil.which("chromium")
        service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_page_load_timeout(PATIENCE)
        self.size(width, height)
        self.scheme("dark" if dark else "light")

    def size(self, width, height, scale=1):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600},
        )

    def scheme(self, name):
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": name}]}
        )

    def get(self, address):
        self.driver.get(address)

    def __call__(self, element_id):
        return self.driver.find_element(By.ID, element_id)

    def text(self, element_id):
        return self(element_id).text

    def fill(self, element_id, text):
        element = self(element_id)
        element.clear()
        element.send_keys(text)

    def script(self, text):
        return self.driver.execute_script(text)

    def quit(self):
        self.driver.quit()

    def requested(self):
        """The addresses of every request since the last call."""
        addresses = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                addresses.append(message["params"]["request"]["url"])
        return addresses


def shows_trading(page, live_loop):
    page.get(live_loop.origin + "/")
    until("the page says MAY TRADE", lambda: page.text("word") == "MAY TRADE")
    holds("the page says that it may trade", True)
    holds("the page says PAPER", page.text("mode-word") == "PAPER", page.text("mode-word"))
    until("a rate is computed", lambda: page.text("t-rate") not in ("–", "0.0"))
    rows = page.driver.find_elements(By.CSS_SELECTOR, "#feed-list tbody tr")
    holds("each stream has a row", len(rows) >= 4, len(rows))
    ages = [row.find_element(By.CSS_SELECTOR, ":nth-child(5)").text for row in rows]
    holds("and the age of what it last brought", all(re.fullmatch(r"\d+(\.\d)? s", age) for age in ages), ages)
    holds("no unnumbered stream is called whole", "unprovable" in page.text("feeds") or "0" in page.text("feeds"))


def shows_positions(page, live_loop):
    until("a position is open", lambda: live_loop.status()["positions"], 60)
    row = "#position-rows tr td:nth-child(6)"
    amount = r"[+\u2212]?\d[\d,]*\.\d\d"
    until("it has a profit", lambda: re.fullmatch(amount, page.driver.find_element(By.CSS_SELECTOR, row).text), 60)
    holds("a position has its own profit", True)


def kills(page, live_loop):
    opened = live_loop.opening_orders()
    until("orders are sent", lambda: live_loop.opening_orders() > opened, 60)
    page("kill-open").click()
    page.fill("kill-reason", HOSTILE)
    page.fill("kill-operator", "<b>eve</b>")
    page.fill("kill-token", "wrong")
    page("kill-do").click()
    until("a wrong token is refused", lambda: "token is wrong" in page.text("kill-said"))
    holds("a wrong token does not stop anything", not live_loop.status()["kill_switch"]["engaged"])
    page.fill("kill-token", live_loop.token("http_token"))
    page("kill-do").click()
    until("the page says HALTED", lambda: page.text("word") == "HALTED")
    holds("kill stops trading", live_loop.status()["kill_switch"]["engaged"])
    # What reduces exposure may still leave, and the strategy closes what it holds.
    opened, refused = live_loop.opening_orders(), live_loop.refused_by_kill()
    until("the strategy wishes for more", lambda: live_loop.refused_by_kill() >= refused + 3, 60)
    holds("no order that opens anything leaves after the kill", live_loop.opening_orders() == opened)
    holds("a hostile reason stays text", HOSTILE in page.text("why"), page.text("why"))
    holds("nothing of it ran", page.script("return window.pwned") is None)
    holds("and became no element", page.script("return document.querySelectorAll('img, b:not(figcaption b)').length") == 0)


def resets(page, live_loop):
    page("reset-open").click()
    page.fill("reset-reason", "it was a test")
    page.fill("reset-operator", "mira")
    page.fill("reset-token", live_loop.token("http_token"))
    page.driver.find_element(By.CSS_SELECTOR, "#reset-form [type=submit]").click()
    until("the token that stops does not resume", lambda: page("reset-said").is_displayed())
    holds("the token that stops does not resume", live_loop.status()["kill_switch"]["engaged"])
    page.fill("reset-token", live_loop.token("http_reset_token"))
    page.driver.find_element(By.CSS_SELECTOR, "#reset-form [type=submit]").click()
    until("the page says MAY TRADE", lambda: page.text("word") == "MAY TRADE")
    opened = live_loop.opening_orders()
    until("orders are sent again", lambda: live_loop.opening_orders() > opened, 60)
    holds("reset lets orders leave again", True)


def reconnects(page, live_loop):
    feed = live_loop.status()["feeds"][0]
    page.driver.find_element(By.CSS_SELECTOR, "#feed-list button").click()
    page.fill("reconnect-token", live_loop.token("http_token"))
    page.driver.find_element(By.CSS_SELECTOR, "#reconnect-form [type=submit]").click()
    until("the feed is connected anew", lambda: live_loop.status()["feeds"][0]["successes"] > feed["successes"])
    holds("a feed is connected anew", True)


def keeps_secrets(page, live_loop):
    stored = page.script("return JSON.stringify(sessionStorage) + JSON.stringify(localStorage) + document.cookie + location.href")
    for name in ("http_token", "http_reset_token"):
        holds(f"{name} is not kept unless that was asked for", live_loop.token(name) not in stored)
    addresses = page.requested()
    foreign = [one for one in addresses if not one.startswith((live_loop.origin + "/", "data:"))]
    holds("no request leaves the origin", not foreign, foreign[:3])
    holds("requests were seen at all", len(addresses) > 3, len(addresses))
    holds("no token is in an address", not any(live_loop.token("http_token") in one for one in addresses))
    faults = [entry["message"] for entry in page.driver.get_log("browser")
              if entry["level"] == "SEVERE" and "401" not in entry["message"] and "ERR_" not in entry["message"]]
    holds("the browser reports no fault and nothing against the policy", not faults, faults[:3])


def serves_keyboard(page):
    page("kill-open").send_keys(Keys.ENTER)
    holds("Enter opens the dialog", page("kill").get_attribute("open") is not None)
    focused = page.driver.switch_to.active_element.get_attribute("id")
    holds("and leads to its first field", focused == "kill-reason", focused)
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    until("Escape closes it", lambda: page("kill").get_attribute("open") is None)
    focused = page.driver.switch_to.active_element.get_attribute("id")
    holds("Escape closes it and goes back", focused == "kill-open", focused)


def fits_a_phone(page):
    page.size(360, 780)
    wide = page.script("return document.scrollingElement.scrollWidth")
    holds("nothing is wider than a phone", wide <= 360, wide)
    page.size(1440, 1000)


def stops_a_hostile_symbol(page, live_loop):
    name = "<img src=x onerror=window.pwned=1>"
    path = live_loop.directory / "lock" / f"kill_switch.{name}.lock"
    path.touch()
    until("the symbol is shown", lambda: name in page.text("notes"))
    holds("a hostile symbol's name stays text", page.script("return window.pwned") is None)
    path.unlink()


def survives_a_restart(page, live_loop):
    live_loop.stop(signal.SIGKILL)
    until("the page says that it is stale", lambda: page("stale").is_displayed() and "NO NEWS" in page.text("stale-head"))
    holds("without the process the page says that it is stale", "stale" in page.text("pulse"))
    live_loop.start()
    until("the page is live again", lambda: not page("stale").is_displayed())
    until("the page tells of the restart", lambda: page("restart").is_displayed())
    until("the page says MAY TRADE", lambda: page.text("word") == "MAY TRADE")
    holds("after a restart the page is live again and tells of it", True)


class Gateway:
    """A gateway that ends or misbehaves on command."""

    def __init__(self, binary, faults=()):
        self.feed, self.orders = (f"tcp://127.0.0.1:{free_port()}" for _ in range(2))
        command = [binary, "gateway", "--pub", self.feed, "--rep", self.orders, "--rate", "60"]
        command += ["--symbols", "EURUSD,GBPUSD,USDJPY,XAUUSD"]
        for fault in faults:
            command += ["--fault", fault]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def take_screenshots(binary, folder, history):
    """Makes the pictures of the documents: one process is led through its states."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="live-loop-page-"))
        # Times of faults count from the first tick.
        unknown, hang = history + 25, history + 70
        gateway = Gateway(
            binary,
            [f"lose-reply@{unknown}s:ORDER_SEND:2", f"lose-reply@{unknown}s:ORDER_STATUS:12", f"hang@{hang}s:30s"],
        )
        stack.callback(gateway.stop)
        live_loop = LiveLoop(
            binary,
            directory,
            ["--strategy", "sma-cross?fast=5&slow=20"],
            FEEDS=f"mt5={gateway.feed}",
            ORDER_GATEWAY_URL=gateway.orders,
            RISK_MAX_POSITION_SIZE="5000",
        )
        stack.callback(live_loop.stop)
        live_loop.start()
        page = Page(1280, 1000)
        stack.callback(page.quit)
        page.get(live_loop.origin + "/")

        def picture(name, scheme="light", width=1280, height=1000):
            page.scheme(scheme)
            page.size(width, height, 2 if width < 600 else 1)
            time.sleep(1.2)
            page.driver.save_screenshot(str(folder / f"page-{name}.png"))
            page.size(1280, 1000)

        until("trading is active", lambda: page.text("word") == "MAY TRADE")
        time.sleep(history)
        picture("active")
        picture("active-dark", "dark")
        picture("phone", "light", 360, 780)
        until("an order is unknown", lambda: page.text("t-unknown") not in ("0", "–"), 120)
        picture("unknown")
        picture("unknown-phone", "dark", 360, 780)
        until("the feed is starved", lambda: "brought no data" in page.text("notes"), 180)
        time.sleep(3)
        picture("starved")
        until("the feed is back", lambda: page.text("word") == "MAY TRADE", 120)
        time.sleep(5)
        page("kill-open").click()
        page.fill("kill-reason", "spreads of XAUUSD are ten times as wide as usual")
        page.fill("kill-operator", "mira")
        page.fill("kill-token", live_loop.token("http_token"))
        page("kill-do").click()
        until("the page says HALTED", lambda: page.text("word") == "HALTED")
        time.sleep(20)
        picture("killed")
        picture("killed-dark", "dark")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--screenshots", metavar="DIRECTORY")
    parser.add_argument("--history", type=int, default=150, metavar="SECONDS")
    arguments = parser.parse_args()
    if arguments.screenshots:
        take_screenshots(arguments.binary, arguments.screenshots, arguments.history)
        return
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="live-loop-page-"))
        live_loop = LiveLoop(arguments.binary, directory, ["--strategy", "sma-cross?fast=3&slow=6"])
        stack.callback(live_loop.stop)
        live_loop.start()
        page = Page()
        stack.callback(page.quit)
        shows_trading(page, live_loop)
        shows_positions(page, live_loop)
        kills(page, live_loop)
        resets(page, live_loop)
        reconnects(page, live_loop)
        serves_keyboard(page)
        fits_a_phone(page)
        keeps_secrets(page, live_loop)
        survives_a_restart(page, live_loop)
        stops_a_hostile_symbol(page, live_loop)
    print(f"the page does what it should, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as fault:
        print(f"  NOT {fault}", file=sys.stderr)
        sys.exit(1)

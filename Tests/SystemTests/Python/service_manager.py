#!/usr/bin/env python3
"""Stands in for a service manager: starts a program, and prints what it is told by it.

usage: service_manager.py PROGRAM [ARGUMENT…]

The program finds NOTIFY_SOCKET (an abstract name) and WATCHDOG_USEC in its environment; each message is printed as
one line "notify A=1|B=2". SIGTERM and SIGHUP are handed on. SIGUSR2 stops the program's thread named "loop", alone,
as a debugger does, and lets it go on the next time: a loop that hangs, in the program as it is shipped. At the end
one line "ended CODE" is printed.
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys

WATCHDOG_SECONDS = 1.5
PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 17, 0x4206, 0x4207
WALL = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def say(text):
    # A signal may come in the middle of a line, where 'print' may not be entered again.
    os.write(1, (text + "\n").encode())


def trace(request, thread):
    if libc.ptrace(request, thread, None, None) != 0:
        say(f"ptrace failed: {os.strerror(ctypes.get_errno())}")


def loop_thread(process):
    for thread in os.listdir(f"/proc/{process}/task"):
        with open(f"/proc/{process}/task/{thread}/comm") as name:
            if name.read().strip() == "loop":
                return int(thread)
    raise LookupError("no thread named loop")


class Manager:
    def __init__(self, arguments):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"\0live-loop-test-{os.getpid()}")
        self.socket.settimeout(0.05)
        self.held = None
        variables = {
            "NOTIFY_SOCKET": f"@live-loop-test-{os.getpid()}",
            "WATCHDOG_USEC": str(int(WATCHDOG_SECONDS * 1_000_000)),
        }
        self.program = subprocess.Popen(arguments, env={**os.environ, **variables})
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _: self.program.send_signal(number))
        signal.signal(signal.SIGUSR2, lambda *_: self.toggle())

    def toggle(self):
        if self.held is None:
            self.held = loop_thread(self.program.pid)
            trace(PTRACE_SEIZE, self.held)
            trace(PTRACE_INTERRUPT, self.held)
            os.waitpid(self.held, WALL)
            say("the loop hangs")
        else:
            trace(PTRACE_DETACH, self.held)
            self.held = None
            say("the loop goes on")

    def run(self):
        while True:
            if self.held is not None:
                # A thread that ends while it is held is ours to bury.
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(self.held, WALL | os.WNOHANG)
            code = self.program.poll()
            try:
                while True:
                    say("notify " + self.socket.recv(4096).decode().replace("\n", "|"))
            except TimeoutError:
                pass
            if code is not None:
                say(f"ended {code}")
                return


Manager(sys.argv[1:]).run()

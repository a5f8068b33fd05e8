"""`python -m onefold.sandbox core|payment --port N --store FILE`: one process each, on this machine alone."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from pathlib import Path

from onefold import policy
from onefold.sandbox.core import Core
from onefold.sandbox.payment import Gateway
from onefold.sandbox.server import Partner, serve
from onefold.sandbox.store import Store

TOKEN = "ONEFOLD_SANDBOX_TOKEN"


def main() -> None:
    """Serve until told to stop. The token that senders must bring comes by the environment, not the command line."""
    parser = argparse.ArgumentParser(prog="onefold.sandbox")
    parser.add_argument("word", choices=["core", "payment"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--store", type=Path, required=True)
    wanted = parser.parse_args()
    store = Store(wanted.store)
    partner: Partner = Core(store, policy.load()) if wanted.word == "core" else Gateway(store)
    server = serve(partner, wanted.port, os.environ.get(TOKEN, ""))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)


main()

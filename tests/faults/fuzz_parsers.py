"""Coverage-guided fuzzing of one parser (atheris, installed with the development tools). Nightly, ten minutes each:

    .venv/bin/python -m tests.faults.fuzz_parsers csv -max_total_time=600
    .venv/bin/python -m tests.faults.fuzz_parsers all -max_total_time=60

Any other argument goes to libFuzzer; `all` is every parser, each in a process of its own. Names: the keys of `PARSERS`. A hang of more than 5 s is a fault too.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["onefold", "zipfile", "json", "yaml", "csv"]):
    from tests.corpus.parsers import PARSERS


def main() -> None:
    name, options = sys.argv[1], sys.argv[2:]
    if name == "all":
        every = [subprocess.run([sys.executable, "-m", __spec__.name, one, *options], check=False) for one in PARSERS]
        sys.exit(any(ended.returncode for ended in every))
    parse, seeds = PARSERS[name]
    corpus = Path(tempfile.mkdtemp(prefix=f"onefold-fuzz-{name}-"))
    for number, seed in enumerate(seeds):
        (corpus / f"seed{number}").write_bytes(seed)
    fixed = ["-timeout=5", "-rss_limit_mb=1024", "-max_len=65536", f"-artifact_prefix={corpus}/"]
    atheris.Setup([sys.argv[0], *fixed, *options, str(corpus)], parse)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

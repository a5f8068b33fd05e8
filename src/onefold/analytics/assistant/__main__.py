"""`python -m onefold.analytics.assistant draft|check ...`, what `./onefold feed` runs."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from onefold import policy
from onefold.analytics.assistant.codes import TODO
from onefold.analytics.assistant.words import LANGUAGES


def main(words: list[str]) -> int:
    """Run one command; return 0, 1 if something is not right with the files or feeds, 2 for wrong words."""
    try:
        asked = _parser().parse_args(words)
    except SystemExit as end:
        return int(end.code or 0)
    code: int = asked.run(asked)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onefold feed", description="Bring a company's files in without a line of code."
    )
    usual = argparse.ArgumentParser(add_help=False)
    usual.add_argument("--language", choices=LANGUAGES, default=_language(), help="of remarks and sentences")
    usual.add_argument(
        "--rulebook", type=Path, help="folder of packs that replace the shipped ones (else ONEFOLD_RULEBOOK)"
    )
    usual.add_argument("--on", type=date.fromisoformat, default=datetime.now(UTC).date(), help="the day of the look")
    commands = parser.add_subparsers(required=True, metavar="draft|check")
    draft = commands.add_parser("draft", parents=[usual], help="propose the YAML from samples of files")
    draft.add_argument("files", type=Path, nargs="+", metavar="FILE")
    draft.add_argument("--company", default=TODO, help="code of the sender")
    draft.add_argument("--currency", default="", help="of amounts, where the file does not say")
    draft.add_argument(
        "--out", type=Path, default=Path("rulebook"), help="a rulebook's folder: drafts go into feeds/ below it"
    )
    draft.add_argument("--again", action="store_true", help="overwrite what was drafted before")
    draft.set_defaults(run=_draft)
    check = commands.add_parser("check", parents=[usual], help="prove the YAML on files, with reasons for every reject")
    check.add_argument("feeds", type=Path, help="a rulebook's folder, a folder of feeds, or one feed")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE")
    check.add_argument(
        "--fix-hints", action="store_true", help="what in the YAML would help, for each group of rejects"
    )
    check.set_defaults(run=_check)
    return parser


def _language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-Hans" if spoken.lower().startswith("zh") else "en"


def _draft(asked: argparse.Namespace) -> int:
    from onefold.analytics.assistant.proposing import drafts_of, known_of, write_drafts

    known = known_of(policy.load(asked.rulebook).catalogue(asked.on))
    troubles: list[str] = []
    drafts = drafts_of(
        asked.files,
        asked.company,
        known,
        asked.on,
        currency=asked.currency,
        language=asked.language,
        told=troubles.append,
    )
    _say([*troubles, *write_drafts(drafts, asked.out, known, asked.language, again=asked.again)])
    return 1 if troubles else 0


def _check(asked: argparse.Namespace) -> int:
    from onefold.analytics.assistant.proving import prove

    lines, code = prove(
        asked.feeds, asked.files, asked.on, asked.rulebook, language=asked.language, hints=asked.fix_hints
    )
    _say(lines)
    return code


def _say(lines: list[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

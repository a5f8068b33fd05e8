"""Whether the audit is what was written: every line under its seal, every seal as its signed head outside says.

What was changed, deleted, put in or put in another order shows as a link that does not hold. A chain may have gaps that are
declared and signed: lines that retention took, links that a restored backup does not know. They are shown, and are no fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection

from onefold.commands import clock
from onefold.commands.action import Command, action
from onefold.commands.chain import head
from onefold.commands.heads import Said, SigningKey, holds
from onefold.commands.models import AuditBreak, AuditLine, AuditSeal
from onefold.commands.sealing import LINE
from onefold.kernel.ids import new_id

AUDIT, BREAK = "audit", "break"
Known = Mapping[tuple[str, int], str]
"""The heads that a chain has now, by (company, link)."""
PRUNED, RESTORED = AuditBreak.Kind.PRUNED.value, AuditBreak.Kind.RESTORED.value
LINKS = f"""
    WITH link AS (
        SELECT s.*, lag(s.seal_no) OVER chain AS no_before, lag(s.number_until) OVER chain AS until_before,
               lag(s.head_sha256) OVER chain AS head_before
        FROM commands_auditseal s WINDOW chain AS (PARTITION BY s.company ORDER BY s.seal_no))
    SELECT link.company, link.seal_no, link.at, link.lines, coalesce(found.lines, 0), coalesce(link.no_before, 0),
           coalesce(link.until_before, 0) = link.number_from AND link.number_until > link.number_from, link.number_until,
           found.head = link.head_sha256
    FROM link LEFT JOIN LATERAL (
        SELECT count(*) AS lines, {head("link.head_before", LINE, "l.number")} AS head FROM commands_auditline l
        WHERE l.company = link.company AND l.number > link.number_from AND l.number <= link.number_until) found ON true
    ORDER BY link.company, link.seal_no
"""
LATE = """
    SELECT l.company, count(*) FROM commands_auditline l
    WHERE l.number <= 0 OR l.number <= (SELECT coalesce(max(number_until), 0) FROM commands_auditseal)
      AND l.number > coalesce((SELECT max(s.number_until) FROM commands_auditseal s WHERE s.company = l.company), 0)
    GROUP BY 1
"""


@dataclass
class Proof:
    """What was looked at and what does not hold, in plain English sentences for the terminal."""

    lines: int = 0
    links: int = 0
    heads: int = 0
    faults: list[str] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.faults


def verify(
    heads: Iterable[Said] = (),
    keys: Mapping[str, Ed25519PublicKey] | None = None,
    others: Mapping[str, Known] | None = None,
) -> Proof:
    """Look at every line under every seal, then at every signed head, also those of `others`: chains that are sealed elsewhere, by
    their name. Asked as the jobs' role or the owner.
    """
    proof = Proof()
    breaks = _declared(proof, keys or {})
    last = _look_at_links(proof, breaks)
    for company, count in _asked(LATE):
        proof.faults.append(f"{count} line(s) of {_named(company)} were put in among sealed ones")
    _look_at_heads(proof, list(heads), keys or {}, breaks, {AUDIT: last} | dict(others or {}))
    return proof


def _declared(proof: Proof, keys: Mapping[str, Ed25519PublicKey]) -> list[AuditBreak]:
    """Breaks whose signature holds. Without keys to verify them they are believed, and the sentence says so."""
    good = []
    for row in AuditBreak.objects.order_by("at"):
        if keys and not holds(_spoken(row) | {"key": row.key_id, "signature": row.signature}, keys):
            proof.faults.append(
                f"a declared break of {_named(row.company, row.chain)} of {row.at:%Y-%m-%d} is not signed by a known key"
            )
            continue
        good.append(row)
        what = "lines pruned up to link" if row.kind == PRUNED else "restored from a backup; lost were links up to"
        proof.declared.append(
            f"{_named(row.company, row.chain)}: {what} {row.seal_no_until}, {row.at:%Y-%m-%d %H:%M} by {row.by}: {row.why}"
            + ("" if keys else " (signature not looked at)")
        )
    return good


def _look_at_links(proof: Proof, breaks: list[AuditBreak]) -> dict[tuple[str, int], str]:
    """Return each link's head by (company, number) once all are looked at."""
    pruned = {row.company: row.number_until for row in breaks if row.kind == PRUNED}
    behind = {(row.company, row.seal_no_until + 1) for row in breaks if row.kind == RESTORED and row.chain == AUDIT}
    for company, seal_no, at, lines, found, before, follows, until, is_same in _asked(LINKS):
        proof.links, proof.lines = proof.links + 1, proof.lines + found
        place = f"link {seal_no} of {_named(company)} ({at:%Y-%m-%d %H:%M:%S})"
        if not follows or (seal_no != before + 1 and (company, seal_no) not in behind):
            proof.faults.append(f"{place} does not follow link {before}")
        if until <= pruned.get(company, 0) and found == 0:
            continue
        if found != lines:
            proof.faults.append(f"{place} sealed {lines} line(s), {found} are there")
        elif not is_same:
            proof.faults.append(f"{place}: a line was changed, replaced or put in another order")
    return {
        (row.company, row.seal_no): row.head_sha256
        for row in AuditSeal.objects.only("company", "seal_no", "head_sha256")
    }


def _look_at_heads(
    proof: Proof,
    heads: list[Said],
    keys: Mapping[str, Ed25519PublicKey],
    breaks: list[AuditBreak],
    chains: Mapping[str, Known],
) -> None:
    for said in heads:
        chain = said.get("chain", "")
        if chain not in chains:
            continue
        proof.heads += 1
        company, number = said["company"], said["link"]
        if not holds(said, keys):
            proof.faults.append(f"the head of link {number} of {_named(company, chain)} is not signed by a known key")
        elif chains[chain].get((company, number)) != said["head"] and not _is_declared(said, breaks):
            proof.faults.append(
                f"link {number} of {_named(company, chain)} is not the one whose head was written down on {said['at'][:10]}"
            )


def _is_declared(said: Said, breaks: Iterable[AuditBreak]) -> bool:
    """Whether a link was declared lost by a restore."""
    return any(
        row.kind == RESTORED
        and (row.chain, row.company) == (said["chain"], said["company"])
        and row.seal_no_from <= said["link"] <= row.seal_no_until
        for row in breaks
    )


def heads_now() -> list[Said]:
    """The last link of each company's chain, as it is written down outside."""
    rows = AuditSeal.objects.order_by("company", "-seal_no").distinct("company")
    return [
        {"chain": "audit", "company": row.company, "link": row.seal_no, "until": row.number_until, "head": row.head_sha256,
         "at": row.at.isoformat()}
        for row in rows
    ]  # fmt: skip


def lost_links(
    heads: Iterable[Said], others: Mapping[str, Known] | None = None
) -> dict[tuple[str, str], tuple[int, int]]:
    """Return by (chain, company) the first and the last link whose head was written down, that the database does not have so, and
    that nobody has declared lost. `others`: as in `verify`.
    """
    chains: dict[str, Known] = {AUDIT: {(row.company, row.seal_no): row.head_sha256 for row in AuditSeal.objects.all()}}
    chains |= others or {}
    breaks, lost = list(AuditBreak.objects.all()), dict[tuple[str, str], list[int]]()
    for said in heads:
        chain = said.get("chain", "")
        if chain not in chains or chains[chain].get((said["company"], said["link"])) == said["head"]:
            continue
        if not _is_declared(said, breaks):
            lost.setdefault((chain, said["company"]), []).append(said["link"])
    return {of: (min(links), max(links)) for of, links in lost.items()}


def over_before(day: datetime) -> dict[str, tuple[int, int]]:
    """Return by company the last link sealed before an instant and the last line under it: what retention may take."""
    rows = AuditSeal.objects.filter(at__lt=day).order_by("company", "-seal_no").distinct("company")
    return {row.company: (row.seal_no, row.number_until) for row in rows}


def signed_break(
    key: SigningKey,
    *,
    company: str,
    kind: str,
    links: tuple[int, int],
    number_until: int,
    why: str,
    by: str,
    chain: str = AUDIT,
) -> Said:
    """Return the inputs of `declare_break`, signed. Of another chain than the audit's, the words say which."""
    said = {"break": str(new_id()), "company": company, "kind": kind, "from": links[0], "until": links[1],
            "number_until": number_until, "why": why, "by": by, "at": clock.now().isoformat()}  # fmt: skip
    return key.signed(said if chain == AUDIT else said | {"of": chain})


@action
def declare_break(command: Command, *, said: Said) -> dict[str, Any]:
    """Write down a signed break of a chain and, where retention took lines, take them. Done as the owner of the tables.

    The seals of what is taken stay, and so does this: the chain is proved over the rest, and shows what is missing and why.
    """
    AuditBreak.objects.create(
        break_id=said["break"], company=said["company"], kind=said["kind"], seal_no_from=said["from"],
        seal_no_until=said["until"], number_until=said["number_until"], why=said["why"], by=said["by"],
        at=datetime.fromisoformat(said["at"]), key_id=said["key"], signature=said["signature"],
        chain=said.get("of", AUDIT),
    )  # fmt: skip
    taken = 0
    if said["kind"] == PRUNED:
        lines = AuditLine.objects.filter(company=said["company"], number__lte=said["number_until"])
        taken = lines._raw_delete(lines.db)
    facts = {"kind": said["kind"], "links": [said["from"], said["until"]], "lines": taken, "why": said["why"]}
    command.audit(said["break"], in_book_of=said["company"], **facts)
    return {"lines": taken}


@action
def note_restored(command: Command, *, backup: str, until: str, by: str, lost: list[list[Any]]) -> dict[str, Any]:
    """Write into the audit that everything here was brought back from a backup, and which links of which chain that lost."""
    command.audit(backup, until=until, by=by, lost=lost)
    return {"backup": backup}


def restores() -> list[str]:
    """Return a sentence for each time that everything was brought back from a backup, oldest first."""
    lines = AuditLine.objects.filter(action="commands.note_restored").order_by("number")
    return [
        f"backup {row.subject}, to {row.facts['until']}, by {row.facts['by']}; noted {row.at:%Y-%m-%d %H:%M}"
        for row in lines
    ]


def _spoken(row: AuditBreak) -> Said:
    spoken = {"break": str(row.break_id), "company": row.company, "kind": row.kind, "from": row.seal_no_from,
            "until": row.seal_no_until, "number_until": row.number_until, "why": row.why, "by": row.by,
            "at": row.at.astimezone(UTC).isoformat()}  # fmt: skip
    return spoken if row.chain == AUDIT else spoken | {"of": row.chain}


def _named(company: str, chain: str = AUDIT) -> str:
    return company or ("the holding" if chain == AUDIT else f"the {chain}")


def _asked(question: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())

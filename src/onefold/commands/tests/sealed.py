"""Everything sealed at once, for tests."""

from __future__ import annotations

from datetime import datetime

from onefold.commands.sealing import Sealer


def seal_all(at: datetime) -> int:
    """Seal every line there is now, where nobody is writing; return how many links were added."""
    sealer = Sealer()
    return sealer.seal(at) + sealer.seal(at)

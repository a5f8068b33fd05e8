"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunRequested:
    run_id: str


@dataclass(frozen=True)
class ReleaseActivated:
    release_id: str
    previous_id: str
    as_of: str


@dataclass(frozen=True)
class ReleaseHeld:
    """A release would lose more than is plausible; readers keep the one before."""

    hold_id: str
    release_id: str
    in_force: str


@dataclass(frozen=True)
class ReleasePassed:
    """Two persons said that what fell was to fall: the held release is to become active."""

    hold_id: str
    release_id: str


@dataclass(frozen=True)
class ReleaseDropped:
    """A held release will never be seen; what was staged of it may go."""

    hold_id: str
    release_id: str


@dataclass(frozen=True)
class ReleaseTakenBack:
    """Readers see the release before again. What holdings told with the one that went holds no more, unless it is told again."""

    release_id: str
    in_force: str

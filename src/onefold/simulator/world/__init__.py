"""What is so, whatever the companies say of it: a group, its customers, and why they did what they did."""

from __future__ import annotations

from onefold.simulator.world.chunks import chunk_of, chunks
from onefold.simulator.world.organisation import group_of, parts_of
from onefold.simulator.world.parameters import CHUNK

__all__ = ["CHUNK", "chunk_of", "chunks", "group_of", "parts_of"]

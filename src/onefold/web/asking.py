"""A request as the doors see it: with its viewer and the page's frame, both set by `ViewerMiddleware`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from onefold.commands.scope import Frame
from onefold.commands.viewer import Viewer


class Asked(HttpRequest):
    """Somebody asks. Behind a guarded route the viewer is always there."""

    viewer: Viewer
    shell: dict[str, Any]
    frame: Frame

"""How change is written down: the @action wrapper, the clock, the viewer's scope, the outbox and the firewall's mechanics.

The public face. `models` is not imported here, because Django loads it when the registry is ready.
"""

from onefold.commands.viewer import Viewer, ViewerKind

__all__ = ["Viewer", "ViewerKind"]

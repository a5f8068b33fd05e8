"""How the count of wrong tries to sign in goes."""

from __future__ import annotations

from onefold.commands.retention import Rows
from onefold.kernel.retention import NOBODY

KEPT = (Rows("sign_in_tries", "organisation_signintry", "key", "t.last_at", about=NOBODY),)

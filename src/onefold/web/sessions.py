"""Sessions as Django keeps them in the database; looked up by a statement that is made once, for every page begins with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import router
from django.db.models import QuerySet
from django.utils import timezone

from onefold.commands.prepared import instances
from onefold.commands.viewer import Viewer

SIGN_IN = Viewer.system("sign-in")


class SessionStore(db.SessionStore):
    """Named by SESSION_ENGINE."""

    def _get_session_from_db(self) -> Session | None:
        """Return the session of the cookie's key while it lasts; a key of none is forgotten."""
        using = router.db_for_read(Session)
        found = instances(_session, SIGN_IN, self.session_key, timezone.now(), using=using) if self.session_key else []
        if found:
            return found[0]
        self._session_key = None
        return None


def _session(viewer: Viewer, key: str, now: datetime) -> QuerySet[Session, Any]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)

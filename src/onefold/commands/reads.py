"""What somebody only looked for or took away leaves a line in the audit too: one statement, when the page has been made."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection

from onefold.commands.viewer import Viewer
from onefold.kernel.ids import new_id

NOTE = """
    WITH entered AS MATERIALIZED (
        SELECT set_config('app.viewer', %s, true), set_config('app.company', %s, true), set_config('app.actor', %s, true))
    INSERT INTO commands_auditline (audit_id, command_id, action, actor, company, subject, facts, at)
    SELECT %s::uuid, %s::uuid, %s, %s, %s, %s, %s::jsonb, %s::timestamptz FROM entered
"""
"""The viewer is told to the database and the line written in one go: a page pays one question and no transaction of its own."""


def note(viewer: Viewer, action: str, at: datetime, subject: str = "", **facts: Any) -> None:
    """Write that `viewer` did something that changes nothing. Outside every scope. No personal value may be among `facts`."""
    who: list[Any] = [viewer.kind.value, viewer.company, viewer.key]
    line: list[Any] = [new_id(), new_id(), action, viewer.key, viewer.company, subject, json.dumps(facts), at]
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [*who, *line])

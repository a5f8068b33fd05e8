"""The doctor's look at the keys: all there, and those with which the data were made."""

from __future__ import annotations

from pathlib import Path

import psycopg

from onefold.cli.findings import Finding, fail, ok
from onefold.embedded import roles
from onefold.embedded.urls import Connection
from onefold.kernel import keys


def examine(batch: Connection, var: Path) -> Finding:
    """Compare the rings with the marks in the database, over the connection of jobs."""
    try:
        with roles.open_session(batch) as session:
            (known,) = session.execute("SELECT to_regclass('commands_keymark') IS NOT NULL").fetchone() or (False,)
            marked = keys.by_purpose(session.execute(keys.MARKS).fetchall()) if known else {}
    except psycopg.Error as error:
        return fail(
            "keys",
            (
                f"the keys' marks could not be asked: {type(error).__name__}",
                f"无法查询密钥标记：{type(error).__name__}",
            ),
            ("Mend the database first.", "请先修复数据库。"),
        )
    try:
        keys.check(var / "secrets", marked)
    except keys.KeyRefusal as refusal:
        return fail(
            "keys",
            (refusal.sentence_in("en"), refusal.sentence_in("zh-Hans")),
            ("Do not start it before that.", "处理完之前请勿启动。"),
        )
    count = sum(map(len, marked.values()))
    return ok("keys", f"{count} keys are there and are the right ones", f"{count} 把密钥均存在且正确")

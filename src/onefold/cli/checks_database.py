"""The doctor's look at the database: programs, server, and whether the roles really stand behind the wall."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from onefold import embedded
from onefold.cli import checks_book, checks_keys
from onefold.cli.checks_machine import nearest
from onefold.cli.findings import Finding, fail, ok, warn
from onefold.embedded import account as accounts
from onefold.embedded import binaries, cluster, passwords, postmaster, roles, urls, versions
from onefold.embedded.refusals import DatabaseUnavailable

SKEW_S_MAX = 5.0
HELD = [roles.ROLES[key] for key in roles.HELD]
POWERS = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
GROUPS = "SELECT count(*) FROM pg_auth_members WHERE member = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
OWNED = "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND relkind = 'r'"


def examine(var: Path) -> Iterator[Finding]:
    try:
        yield from external(var) if embedded.is_external() else built_in(var)
    except DatabaseUnavailable as refusal:
        yield refused("database", refusal)


def built_in(var: Path) -> Iterator[Finding]:
    data = var / "pg" / "data"
    found = binaries.find(cluster.made_by(data))
    yield ok(
        "programs", f"PostgreSQL {found.version} ({found.source})", f"PostgreSQL {found.version}（{found.source}）"
    )
    account = accounts.choose(nearest(var) / "pg", found.tool("postgres"))
    yield ok("account", f"the server runs as {account.name}", f"服务器以 {account.name} 身份运行")
    if not data.exists():
        yield ok("database", "not made yet; the first start makes it", "尚未建立；首次启动时自动建立")
        return
    server = cluster.find_running(var / "pg")
    if server is None and postmaster.living(data):
        said = ("the server runs but does not answer now", "服务器在运行，但目前没有应答")
        yield warn(
            "database",
            said,
            ("Look into var/pg/server.log; wait if it is recovering.", "请查看 var/pg/server.log；若正在恢复请稍候。"),
        )
        return
    if server is None:
        yield ok("database", "stopped; `onefold up` starts it", "已停止；`onefold up` 会启动它")
        return
    at = urls.Connection(server.host, server.port, roles.DATABASE, roles.ROLES["app"].name, password(var))
    yield from look_inside(at)
    batch = at.as_user(roles.ROLES["batch"].name, password(var, "batch"))
    yield checks_book.examine(batch)
    yield checks_keys.examine(batch, var)


def external(var: Path) -> Iterator[Finding]:
    admin = urls.from_url(os.environ["DATABASE_URL"])
    with roles.logged_on(admin) as session:
        roles.require_version(session)
        known = session.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [roles.ROLES["app"].name]).fetchone()
        yield skew(session)
    if known and password(var):
        yield from look_inside(admin.as_user(roles.ROLES["app"].name, password(var)).to(roles.DATABASE))
        batch = admin.as_user(roles.ROLES["batch"].name, password(var, "batch")).to(roles.DATABASE)
        yield checks_book.examine(batch)
        yield checks_keys.examine(batch, var)
    else:
        yield ok(
            "database",
            f"{admin.host} answers; the first start makes the roles",
            f"{admin.host} 可连接；首次启动时建立角色",
        )


def password(var: Path, role: str = "app") -> str:
    return passwords.load(var / "secrets" / passwords.FILE).get(role, "")


def look_inside(app: urls.Connection) -> Iterator[Finding]:
    """Log on as the web processes do."""
    try:
        session = roles.open_session(app)
    except psycopg.OperationalError as error:
        yield refused("database", roles.unreachable(app, error))
        return
    with session:
        version = session.info.parameter_status("server_version") or "?"
        yield ok(
            "database", f"PostgreSQL {version} answers at {app.host}", f"{app.host} 的 PostgreSQL {version} 有应答"
        )
        yield wall(session)
        yield settings_held(session)
        yield from newer(session)


def newer(session: psycopg.Connection[Any]) -> Iterator[Finding]:
    """Tables of a newer version than this program's."""
    try:
        versions.refuse_newer(session.execute(versions.APPLIED).fetchall())
    except psycopg.errors.UndefinedTable:
        return
    except versions.SchemaNewer as refusal:
        said = (refusal.sentence_in("en"), refusal.sentence_in("zh-Hans"))
        yield fail("tables", said, ("Start no older version on them.", "请勿用旧版本启动。"))


def wall(session: psycopg.Connection[Any]) -> Finding:
    """The app role must be held by row security: no superuser, no bypass, in no group, owner of nothing."""
    superuser, bypass = session.execute(POWERS).fetchone() or (True, True)
    (groups,), (owned,) = session.execute(GROUPS).fetchone() or (1,), session.execute(OWNED).fetchone() or (1,)
    if not (superuser or bypass or groups or owned):
        return ok("wall", "the app role is held by row security", "应用角色受行级安全约束")
    return fail(
        "wall",
        ("the app role can pass round row security (superuser, BYPASSRLS, a group or tables of its own)",
         "应用角色可绕过行级安全（超级用户、BYPASSRLS、属于某个组或拥有表）"),
        ("Stop Onefold and start it again: the start takes such powers away or says who must.",
         "请停止并重新启动 Onefold：启动时会收回这些权限，或说明应由谁收回。"),
    )  # fmt: skip


def settings_held(session: psycopg.Connection[Any]) -> Finding:
    """What the web's roles were told to start their sessions with, besides what we told them. They can tell themselves."""
    foreign = [f"{role.name}: {name}" for role in HELD for _database, name in roles.foreign_settings(session, role)]
    if not foreign:
        return ok("settings", "the web's roles start their sessions as we said", "网页角色的会话设置与我们设定的一致")
    return warn(
        "settings",
        (f"somebody changed what sessions start with ({', '.join(foreign)})", f"会话初始设置被改动（{', '.join(foreign)}）"),
        ("Find out who; the next start undoes it, and our own sessions do not follow it.",
         "请查明来源；下次启动会恢复，本系统的会话不受其影响。"),
    )  # fmt: skip


def skew(session: psycopg.Connection[Any]) -> Finding:
    (theirs,) = session.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone() or (0.0,)
    apart = abs(theirs - time.time())
    said = (f"the database server's clock is {apart:.1f} s from ours", f"数据库服务器时钟与本机相差 {apart:.1f} 秒")
    if apart <= SKEW_S_MAX:
        return ok("skew", *said)
    return warn("skew", said, ("Set both clocks by NTP.", "请用 NTP 校准两台机器的时钟。"))


def refused(name: str, refusal: DatabaseUnavailable) -> Finding:
    said = (refusal.sentence_in("en"), refusal.sentence_in("zh-Hans"))
    return fail(name, said, ("Mend this, then run `onefold doctor` again.", "处理后请再次运行 `onefold doctor`。"))

"""Why the database cannot be had, and what to do about it. No sentence holds a password."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class DatabaseUnavailable(Refusal):
    kind = Kind.UNAVAILABLE


class NoBinaries(DatabaseUnavailable):
    code = "NO_BINARIES"
    sentence = {
        "en": "No usable PostgreSQL programs ({wanted}). Looked at: {tried}. Install PostgreSQL 15 or newer, or set "
        "ONEFOLD_PG_BIN to the folder that holds postgres and initdb, or DATABASE_URL to a running server.",
        "zh-Hans": "找不到可用的 PostgreSQL 程序（{wanted}）。已查找：{tried}。请安装 PostgreSQL 15 或更高版本，或将 "
        "ONEFOLD_PG_BIN 设为 postgres 和 initdb 所在文件夹，或将 DATABASE_URL 设为运行中的服务器。",
    }


class NoAccount(DatabaseUnavailable):
    code = "NO_ACCOUNT"
    sentence = {
        "en": "PostgreSQL refuses to run as root, and no other account can reach {folder} and {programs} (tried: {tried}). "
        "Move the checkout out of the closed folder, or point ONEFOLD_VAR and ONEFOLD_VENV to folders others may enter.",
        "zh-Hans": "PostgreSQL 不允许以 root 运行，而其他账户都无法进入 {folder} 和 {programs}（已尝试：{tried}）。"
        "请将代码移出受限文件夹，或将 ONEFOLD_VAR 与 ONEFOLD_VENV 指向其他账户可进入的文件夹。",
    }


class NoName(DatabaseUnavailable):
    code = "NO_NAME"
    sentence = {
        "en": "User {uid} has no name on this machine, which initdb insists on, and may not borrow one (user namespaces are "
        "off). Add the user to /etc/passwd, or set DATABASE_URL to a running server.",
        "zh-Hans": "用户 {uid} 在本机没有用户名（initdb 要求有），且无法借用（用户命名空间已禁用）。"
        "请将该用户加入 /etc/passwd，或将 DATABASE_URL 设为运行中的服务器。",
    }


class ForeignFolder(DatabaseUnavailable):
    code = "FOREIGN_FOLDER"
    sentence = {
        "en": "{folder} belongs to another user (uid {owner}). Run Onefold as that user or as root, or set ONEFOLD_VAR.",
        "zh-Hans": "{folder} 属于另一个用户（uid {owner}）。请以该用户或 root 运行，或设置 ONEFOLD_VAR。",
    }


class Busy(DatabaseUnavailable):
    code = "DATABASE_BUSY"
    sentence = {
        "en": "Another process ({holder}) has been starting the database in {folder} for {seconds} s. If it hangs, end it.",
        "zh-Hans": "另一个进程（{holder}）启动 {folder} 中的数据库已 {seconds} 秒。如已停滞，请结束该进程。",
    }


class Silent(DatabaseUnavailable):
    code = "DATABASE_SILENT"
    sentence = {
        "en": "PostgreSQL runs (process {pid}) but did not answer for {seconds} s. See {log}; end the process if it hangs.",
        "zh-Hans": "PostgreSQL 正在运行（进程 {pid}），但 {seconds} 秒内没有应答。请查看 {log}；如已停滞，请结束该进程。",
    }


class ProgramFailed(DatabaseUnavailable):
    code = "DATABASE_PROGRAM_FAILED"
    sentence = {
        "en": "{program} failed in {folder}. It said: {said}",
        "zh-Hans": "{program} 在 {folder} 中失败。输出：{said}",
    }


class FlavourMixed(DatabaseUnavailable):
    code = "DATABASE_FLAVOUR_MIXED"
    sentence = {
        "en": "{folder} was made as a {made} database; refusing to open it with {asked} settings.",
        "zh-Hans": "{folder} 是按 {made} 方式建立的数据库；拒绝以 {asked} 方式打开。",
    }


class TooOld(DatabaseUnavailable):
    code = "DATABASE_TOO_OLD"
    sentence = {
        "en": "The server is PostgreSQL {version}; Onefold needs 15 or newer.",
        "zh-Hans": "服务器为 PostgreSQL {version}；Onefold 需要 15 或更高版本。",
    }


class BadAddress(DatabaseUnavailable):
    code = "DATABASE_ADDRESS_BAD"
    sentence = {
        "en": "DATABASE_URL is not understood; write postgresql://administrator:password@host:5432/postgres.",
        "zh-Hans": "无法理解 DATABASE_URL；请写成 postgresql://管理员:密码@主机:5432/postgres。",
    }


class Unreachable(DatabaseUnavailable):
    code = "DATABASE_UNREACHABLE"
    sentence = {
        "en": "Cannot log on to the database at {host}:{port} as {user} ({cause}).",
        "zh-Hans": "无法以 {user} 登录 {host}:{port} 的数据库（{cause}）。",
    }


class PasswordRefused(DatabaseUnavailable):
    code = "DATABASE_PASSWORD_REFUSED"
    sentence = {
        "en": "The database at {host} refused the password of {user}. Correct it in DATABASE_URL.",
        "zh-Hans": "{host} 的数据库拒绝了 {user} 的密码。请在 DATABASE_URL 中更正。",
    }


class RolesTaken(DatabaseUnavailable):
    code = "DATABASE_ROLES_TAKEN"
    sentence = {
        "en": "The server at {host} already has role {role} with another password: another Onefold may be using it. Bring "
        "that one's var/secrets/database.json here, or set ONEFOLD_ADOPT_ROLES=1 to give the roles new passwords.",
        "zh-Hans": "服务器 {host} 上已有密码不同的角色 {role}：可能正被另一套 Onefold 使用。请将其 "
        "var/secrets/database.json 复制到此处，或设置 ONEFOLD_ADOPT_ROLES=1 以重设这些角色的密码。",
    }


class RolesUnsafe(DatabaseUnavailable):
    code = "DATABASE_ROLES_UNSAFE"
    sentence = {
        "en": "Role {role} could pass round row security ({why}). Onefold does not start until an administrator takes that away.",
        "zh-Hans": "角色 {role} 可绕过行级安全（{why}）。在管理员收回该权限之前，Onefold 不会启动。",
    }


class MayNotMakeRoles(DatabaseUnavailable):
    code = "DATABASE_MAY_NOT_MAKE_ROLES"
    sentence = {
        "en": "{user} at {host} may not do this: {cause}. DATABASE_URL must name an administrator with CREATEROLE and CREATEDB.",
        "zh-Hans": "{host} 上的 {user} 无权执行：{cause}。DATABASE_URL 须为拥有 CREATEROLE 与 CREATEDB 权限的管理员。",
    }

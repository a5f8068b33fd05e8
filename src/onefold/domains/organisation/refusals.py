"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class TokenUnknown(Refusal):
    code = "TOKEN_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such token.", "zh-Hans": "没有此令牌。"}


class CompanyNotYours(Refusal):
    code = "COMPANY_NOT_YOURS"
    kind = Kind.FORBIDDEN
    sentence = {
        "en": "Tokens are made by the company whose data they open.",
        "zh-Hans": "令牌只能由其数据所属公司创建。",
    }


class ScopesMissing(Refusal):
    code = "SCOPES_MISSING"
    kind = Kind.INVALID
    sentence = {
        "en": "Say what the token is to open: at least one kind of work.",
        "zh-Hans": "请至少选择一项令牌可用的工作。",
    }


class TokenDaysUnsuitable(Refusal):
    code = "TOKEN_DAYS_UNSUITABLE"
    kind = Kind.INVALID
    sentence = {
        "en": "A token lives for 1 to {days} days.",
        "zh-Hans": "令牌的有效期为 1 至 {days} 天。",
    }


class TokenOver(Refusal):
    code = "TOKEN_OVER"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This token has ended or was taken back. Make a new one.",
        "zh-Hans": "该令牌已到期或已收回，请新建令牌。",
    }


class TokenReplacedBefore(Refusal):
    code = "TOKEN_REPLACED_BEFORE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This system has two tokens already. Take the older one back first.",
        "zh-Hans": "该系统已有两个有效令牌，请先收回较早的一个。",
    }


class UserUnknown(Refusal):
    code = "USER_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "There is no user {name}. `onefold user --list` shows all.",
        "zh-Hans": "没有用户 {name}。用 `onefold user --list` 可查看全部用户。",
    }


class CompanyUnknown(Refusal):
    code = "COMPANY_UNKNOWN"
    kind = Kind.INVALID
    sentence = {
        "en": "There is no company {company} in this group. Known are: {known}.",
        "zh-Hans": "本集团没有公司 {company}。已知公司：{known}。",
    }


class SellerUnknown(Refusal):
    code = "SELLER_UNKNOWN"
    kind = Kind.INVALID
    sentence = {
        "en": "{company} has no seller {seller}. Known are: {known}.",
        "zh-Hans": "{company} 没有业务员 {seller}。已知业务员：{known}。",
    }

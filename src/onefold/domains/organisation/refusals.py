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

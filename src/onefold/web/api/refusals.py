"""What this door refuses, and how any refusal is said to a machine: problem JSON, in the language it asked for."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from onefold.domains.intake.refusals import FileTooLarge
from onefold.kernel.refusals import Kind, Refusal
from onefold.kernel.room import Outage
from onefold.web.refusals import problem_json


class TokenMissing(Refusal):
    code = "TOKEN_MISSING"
    kind = Kind.FORBIDDEN
    sentence = {
        "en": "Send a token of your company (Authorization: Bearer TOKEN); one that was taken back opens nothing.",
        "zh-Hans": "请提供贵公司的令牌（Authorization: Bearer TOKEN）；已收回的令牌无效。",
    }


class TokenTooNarrow(Refusal):
    code = "TOKEN_TOO_NARROW"
    kind = Kind.FORBIDDEN
    sentence = {
        "en": "This token does not open {scope}. Make one that does, under Tokens for machines.",
        "zh-Hans": "该令牌不可用于 {scope}。请在“系统令牌”页面新建包含该项的令牌。",
    }


class TooManyRequests(Refusal):
    code = "TOO_MANY_REQUESTS"
    kind = Kind.UNAVAILABLE
    sentence = {
        "en": "More than {per_minute} requests in a minute. Try again in {seconds} seconds.",
        "zh-Hans": "每分钟请求超过 {per_minute} 次。请在 {seconds} 秒后重试。",
    }


class BodyUnsuitable(Refusal):
    code = "BODY_UNSUITABLE"
    kind = Kind.INVALID
    sentence = {
        "en": "Send the file itself as the body (application/octet-stream or its own type), or as a field named file of a multipart form.",
        "zh-Hans": "请将文件本身作为请求体（application/octet-stream 或其自身类型），或作为 multipart 表单中名为 file 的字段提交。",
    }


class BodyUnreadable(Refusal):
    code = "BODY_UNREADABLE"
    kind = Kind.INVALID
    sentence = {
        "en": "The body is not the JSON that the description asks for.",
        "zh-Hans": "请求体不是接口说明所要求的 JSON。",
    }


class LengthMissing(Refusal):
    code = "LENGTH_MISSING"
    kind = Kind.INVALID
    sentence = {
        "en": "Say with Content-Length how long the body is, so that a transfer that breaks off is noticed.",
        "zh-Hans": "请用 Content-Length 说明请求体长度，以便发现传输中断。",
    }


class WordsUnsuitable(Refusal):
    code = "WORDS_UNSUITABLE"
    kind = Kind.INVALID
    sentence = {
        "en": "A value in the address or the headers has the wrong form: {place}.",
        "zh-Hans": "地址或请求头中的值格式不正确：{place}。",
    }


STATUS: dict[type[Refusal], int] = {
    TokenMissing: 401,
    TooManyRequests: 429,
    BodyUnsuitable: 415,
    BodyUnreadable: 400,
    LengthMissing: 411,
    FileTooLarge: 413,
}
"""Where HTTP has a closer word than the five kinds have."""


def problem(request: HttpRequest, refusal: Refusal) -> JsonResponse:
    """The refusal to a machine, with the closest status HTTP has."""
    status = STATUS.get(type(refusal), refusal.kind.http_status)
    response = problem_json(refusal, refusal.machine_status if isinstance(refusal, Outage) else status)
    if isinstance(refusal, TokenMissing):
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(refusal, TooManyRequests):
        response["Retry-After"] = str(refusal.data["seconds"])
    return response

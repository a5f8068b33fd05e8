"""What a company's codes mean: by the words themselves, or by what stands beside them in the same rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from onefold.policy.feed_targets import Field

TODO = "TODO"
"""Stands where a person must decide. No field, currency or product is called so, hence such a feed cannot be loaded."""

_WORDS: dict[str, dict[str, str]] = {
    "sex": {"F": "f|female|woman|w|女|女性", "M": "m|male|man|男|男性"},
    "kind": {
        "PERSON": "p|person|individual|private|natural|个人|自然人|个人客户",
        "ORGANISATION": "c|o|org|organi[sz]ation|company|corporate|firm|企业|单位|机构|法人|公司|企业客户|对公",
    },
    "status": {
        "IN_FORCE": "a|active|in ?force|valid|open|effective|normal|running|有效|正常|生效|在保|存续",
        "LAPSED": "lapsed?|l|失效|停效|中止",
        "CANCELLED": "cancel(?:l?ed)?|closed?|c|terminated|退保|注销|销户|撤销|解约",
        "EXPIRED": "expired?|matured?|ended|e|finished|满期|到期|终止|期满",
        "SURRENDERED": "surrendered|s|退保金给付",
    },
    "purpose": {"MARKETING": "m|marketing|营销|市场营销|推广", "SERVICE": "s|service|服务|客户服务"},
    "tie": {
        "SPOUSE": "spouse|husband|wife|partner|配偶|夫妻|丈夫|妻子|夫|妻",
        "PARENT": "parent|father|mother|guardian|父母|父亲|母亲|父|母|监护人",
        "CHILD": "child|son|daughter|子女|儿子|女儿|子|女",
        "SIBLING": "sibling|brother|sister|兄弟姐妹|兄弟|姐妹",
        "SAME_HOUSEHOLD": "same household|household|同住|同户",
    },
    "id_type": {
        "RESIDENT_ID": "i|id|id ?card|resident ?id|居民身份证|身份证",
        "PASSPORT": "p|passport|护照",
        "CREDIT_CODE": "uscc|credit ?code|统一社会信用代码|营业执照",
        "TRAVEL_PERMIT": "travel ?permit|港澳通行证|台胞证|港澳居民来往内地通行证|台湾居民来往大陆通行证",
        "RESIDENCE_PERMIT": "residence ?permit|外国人永久居留身份证|永久居留证|居住证",
        "OTHER": "other|其他",
    },
    "grade": {"1": "bronze|铜牌|铜", "2": "silver|银牌|银", "3": "gold|金牌|金"},
    "outcome": {
        "NOT_REACHED": "no answer|not reached|未接通|未联系上", "DECLINED": "declined|rejected|no|拒绝|拒赔",
        "LATER": "later|稍后|改天", "ACCEPTED": "accepted|yes|接受|同意", "OPEN": "open|处理中", "PAID": "paid|已赔付|赔付",
        "PARTLY_PAID": "partly paid|部分赔付",
    },
    "direction": {"OUTBOUND": "out(?:bound)?|呼出", "INBOUND": "in(?:bound)?|呼入"},
}  # fmt: skip
_CATEGORY_WORDS = {"BASIC": "basic|基本信息|基本", "HOLDINGS": "holdings|持有信息|持仓|合同信息", "CONTACTS": "contacts|联系信息", "CLAIMS": "claims|理赔信息", "CIRCUMSTANCES": "circumstances|suitability|客户情况|适当性信息"}  # fmt: skip


def meanings(field: str, target_field: Field | None, codes: Iterable[str]) -> dict[str, str]:
    """Each code with the value of the field it seems to mean, or TODO."""
    allowed = set(target_field.one_of) if target_field else set()
    if target_field and target_field.several:
        return {code: _categories(code) for code in codes}
    found = {code: code if code in allowed else _meaning(_WORDS.get(field, {}), code, allowed) for code in codes}
    if TODO in found.values():  # one letter means nothing by itself: where B is not known, A may be anything
        found = {
            code: TODO if len(code) == 1 and code.isascii() and code not in allowed else said
            for code, said in found.items()
        }
    return found


def by_letters(codes: Mapping[str, str]) -> bool:
    """Were single letters read as words?"""
    return any(len(code) == 1 and code.isascii() and code != said for code, said in codes.items())


def _meaning(words: Mapping[str, str], code: str, allowed: set[str]) -> str:
    text = code.strip().lower()
    fitting = [
        value for value, pattern in words.items() if re.fullmatch(pattern, text) and (not allowed or value in allowed)
    ]
    return fitting[0] if len(fitting) == 1 else TODO


def _categories(code: str) -> str:
    parts = [part for part in re.split(r"[+,;/、，\s]+", code) if part]
    found = [_meaning(_CATEGORY_WORDS, part, set()) for part in parts]
    return TODO if TODO in found or not found else ",".join(found)


def by_witness(pairs: Mapping[tuple[str, str], int]) -> dict[str, tuple[str, int, int]]:
    """From rows counted by (code, what stands beside it): for each code what stands beside it most, how often, of how many."""
    found: dict[str, tuple[str, int, int]] = {}
    for code in {code for code, _ in pairs}:
        beside = {witness: rows for (of, witness), rows in pairs.items() if of == code}
        most = max(beside, key=lambda witness: (beside[witness], witness))
        found[code] = (most, beside[most], sum(beside.values()))
    return dict(sorted(found.items()))


def companies_meant(codes: Iterable[str], companies: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Each code with the company of that code or name; `TO_HLIFE` ends with one. TODO where none is meant."""
    names = {name.lower(): code for code, all_ in companies.items() for name in (code, *all_)}
    found = {}
    for code in codes:
        text = code.strip().lower()
        parts = re.split(r"[_\-. ]", text)
        found[code] = names.get(text) or names.get(parts[-1]) or names.get(parts[0]) or TODO
    return found


def products_meant(codes: Iterable[str], names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Each code with the one product of that code, or whose name says it; TODO otherwise."""
    return {code: code if code in names else _product(code.strip().lower(), names) for code in codes}


def _product(text: str, names: Mapping[str, tuple[str, ...]]) -> str:
    holding = [product for product, all_ in names.items() if any(text in name.lower() for name in all_)]
    ending = [product for product in holding if any(name.lower().endswith(text) for name in names[product])]
    sure = holding if len(holding) == 1 else ending
    return sure[0] if len(sure) == 1 and len(text) >= 2 else TODO

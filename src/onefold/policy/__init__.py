"""The rulebook: policy as dated data, with its reference, shipped in the wheel and replaceable pack by pack. No Django."""

from onefold.policy.book import Rulebook, load
from onefold.policy.catalogue import Catalogue, Company, Product, Series
from onefold.policy.dated import Explanation, NoValueYet, UnknownValue
from onefold.policy.notices import Notice
from onefold.policy.packs import RulebookBroken

__all__ = [
    "Catalogue",
    "Company",
    "Explanation",
    "NoValueYet",
    "Notice",
    "Product",
    "Rulebook",
    "RulebookBroken",
    "Series",
    "UnknownValue",
    "load",
]

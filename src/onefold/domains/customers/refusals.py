"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class CustomerUnknown(Refusal):
    """Also the answer when the customer exists but no fact about them may be seen: the two must not be told apart."""

    code = "CUSTOMER_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such customer.", "zh-Hans": "没有这位客户。"}

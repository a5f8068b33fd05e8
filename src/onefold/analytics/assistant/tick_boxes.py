"""One tick box a company in a wide row: the boxes become rows, one for each that is ticked."""

from __future__ import annotations

from onefold.analytics.assistant.codes import TODO, companies_meant
from onefold.analytics.assistant.drafts import Draft, FieldDraft
from onefold.analytics.assistant.targets import Known
from onefold.analytics.assistant.words import say

TICKS = ({"Y", "N"}, {"1", "0"}, {"是", "否"}, {"true", "false"}, {"X"}, {"x"}, {"√"})
YES = ("Y", "1", "是", "true", "X", "x", "√")
BOXES_MIN = 3


def with_boxes(draft: Draft, known: Known, language: str) -> list[str]:
    """Note the boxes of a consent form; return their columns."""
    boxes = [name for name, profile in draft.profiles.items() if any(set(profile.counts) <= tick for tick in TICKS)]
    meant = companies_meant(boxes, known.companies)
    boxes = [name for name in boxes if meant[name] != TODO]
    if len(boxes) < BOXES_MIN:
        return []
    seen = {text for name in boxes for text in draft.profiles[name].counts}
    keep = [text for text in YES if text in seen]
    draft.unpivot = {"columns": boxes, "name": "box", "value": "ticked", "keep": keep}
    draft.map["to_company"] = FieldDraft(
        "to_company", "box", {name: meant[name] for name in boxes}, remarks=[say(language, "unpivot")]
    )
    return boxes

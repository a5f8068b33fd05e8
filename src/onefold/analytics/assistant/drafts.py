"""A feed while it is being drafted: plain values, each with the remarks that will stand beside it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from onefold.analytics.assistant.profiles import Profile
from onefold.analytics.assistant.samples import Sample


@dataclass
class ColumnDraft:
    name: str
    type: str
    options: dict[str, object] = dataclasses.field(default_factory=dict)
    remarks: list[str] = dataclasses.field(default_factory=list)


@dataclass
class FieldDraft:
    """Where a field comes from: a column, perhaps through codes, or a constant. TODO may stand for any value."""

    field: str
    column: str = ""
    codes: dict[str, str] | None = None
    constant: str | None = None
    surety: float = 1.0
    remarks: list[str] = dataclasses.field(default_factory=list)


@dataclass
class Draft:
    sample: Sample
    profiles: dict[str, Profile]
    name: str
    company: str
    target: str
    file: str
    mode: str = "full"
    columns: dict[str, ColumnDraft] = dataclasses.field(default_factory=dict)
    ignored: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    unpivot: dict[str, object] = dataclasses.field(default_factory=dict)
    lookups: list[dict[str, object]] = dataclasses.field(default_factory=list)
    derive: dict[str, dict[str, object]] = dataclasses.field(default_factory=dict)
    map: dict[str, FieldDraft] = dataclasses.field(default_factory=dict)
    drops_bad: set[str] = dataclasses.field(default_factory=set)
    """Columns whose unreadable values are dropped, because something else fills the field."""
    control: dict[str, object] = dataclasses.field(default_factory=dict)
    remarks: list[str] = dataclasses.field(default_factory=list)
    remarks_at: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    """Remarks beside a lookup (its feed's name) or a derivation (its column's name)."""

    def column_of(self, field_name: str) -> str:
        """The file's own column behind a field, or nothing."""
        source = self.map.get(field_name)
        if source is None:
            return ""
        made = self.derive.get(source.column)
        inputs = made.get("from") if made else None
        return str(inputs[0]) if isinstance(inputs, list) and inputs else source.column

    def columns_typed(self, field_name: str) -> bool:
        """Is the column behind the field one whose numbers the gate itself checks?"""
        profile = self.profiles.get(self.column_of(field_name))
        return bool(profile and profile.type in ("resident_id", "id_number"))

    def use(self, name: str, type_: str = "") -> ColumnDraft:
        """Declare a column of the file (again), taking it back from the ignored ones."""
        self.ignored.pop(name, None)
        if name not in self.columns:
            self.columns[name] = ColumnDraft(name, type_ or self.profiles[name].type)
        if type_:
            self.columns[name].type = type_
            if type_ == "text":
                self.columns[name].options = {
                    k: v for k, v in self.columns[name].options.items() if k in ("required", "empty")
                }
        return self.columns[name]

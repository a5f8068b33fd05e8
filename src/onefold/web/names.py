"""What codes are called in the reader's language: companies, series and channels from the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from onefold.commands.viewer import Viewer
from onefold.domains.catalogue.queries import SeriesRow, product_names, series
from onefold.domains.organisation.queries import ChannelRow, CompanyRow, channels, companies
from onefold.domains.releases.kept import kept_for_all


@dataclass(frozen=True)
class Names:
    """A code that the catalogue does not know is called by itself."""

    language: str
    company_rows: dict[str, CompanyRow]
    series_rows: dict[str, SeriesRow]
    channel_rows: dict[str, ChannelRow]

    def company(self, code: str) -> str:
        return self._called(self.company_rows.get(code), code)

    def series(self, code: str) -> str:
        return self._called(self.series_rows.get(code), code)

    def channel(self, code: str) -> str:
        return self._called(self.channel_rows.get(code), code)

    def pillar(self, code: str) -> str:
        """Return the pillar of a company, of a series, or of a channel's home company; empty where the code is not known."""
        if code in self.channel_rows:
            code = self.channel_rows[code].company
        row = self.company_rows.get(code) or self.series_rows.get(code)
        return row.pillar if row else ""

    def of(self, code: str) -> str:
        """Name whatever the code stands for: codes of companies, series and channels never coincide."""
        return self._called(
            self.company_rows.get(code) or self.series_rows.get(code) or self.channel_rows.get(code), code
        )

    def _called(self, row: CompanyRow | SeriesRow | ChannelRow | None, code: str) -> str:
        if row is None:
            return code
        return row.name_zh if self.language == "zh-Hans" else row.name_en


def names_for(viewer: Viewer, language: str) -> Names:
    """Of the catalogue in force; call it inside the page's `reading` so that a page speaks of one state."""
    return kept_for_all(
        viewer, "names", lambda: Names(language, companies(viewer), series(viewer), channels(viewer)), language
    )


def products_for(viewer: Viewer) -> dict[str, tuple[str, str]]:
    """Return {product: (English name, Chinese name)} of the catalogue in force, as `names_for`."""
    return kept_for_all(viewer, "products", lambda: product_names(viewer))

"""The room over Harbour Group's release: what is small is not there, and who may look."""

from __future__ import annotations

import pytest

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.pictures import models, queries
from onefold.domains.pictures.queries import WHOLE_GROUP, Scope

DESK = Viewer.of_group()
MANAGER = Viewer.of_company("HLIFE")


def test_forty_customers_have_a_white_space_in_which_nothing_small_stands(harbour):
    cells = queries.white_space(DESK, WHOLE_GROUP)
    counts = [
        count
        for cell in cells
        for count in (cell.customers, cell.held, cell.in_progress, cell.eligible_gap, cell.not_eligible)
    ]
    assert cells
    assert None in counts
    assert not [count for count in counts if count is not None and 0 < count < 11]


def test_the_states_of_a_cell_add_up_where_all_are_shown(harbour):
    whole = [cell for cell in queries.white_space(DESK, WHOLE_GROUP) if None not in (cell.held, cell.in_progress, cell.eligible_gap, cell.not_eligible)]  # fmt: skip
    assert whole
    assert all(c.customers == c.held + c.in_progress + c.eligible_gap + c.not_eligible for c in whole)


def test_scopes_begin_with_the_group_and_name_the_companies(harbour):
    found = queries.scopes(DESK)
    assert found[0] == WHOLE_GROUP
    assert Scope("COMPANY", "HLIFE") in found


def test_a_scope_below_the_group_is_rounded(harbour):
    cells = queries.white_space(DESK, Scope("COMPANY", "HLIFE"))
    assert cells
    assert all(cell.customers % 10 == 0 for cell in cells if cell.customers is not None)


def test_the_rows_of_the_company_view_are_companies(harbour):
    cells = queries.white_space_of_companies(MANAGER, "PERSON")
    assert {cell.scope.kind for cell in cells} == {"COMPANY"}
    assert {cell.segment for cell in cells} == {"PERSON"}


@pytest.mark.parametrize("viewer", [Viewer.of_seller("HL1001", "HLIFE"), Viewer.of_customer("0" * 32)])
def test_a_seller_and_a_customer_see_no_picture(harbour, viewer):
    with reading(viewer):
        for model in (models.WhiteSpaceCell, models.GapReason, models.Flow, models.Cohort, models.Contribution):
            assert not model.objects.exists()


def test_of_a_release_that_is_forgotten_no_picture_stays(harbour, as_role):
    from onefold.commands import clock, scope
    from onefold.domains.pictures import imports

    with as_role("batch"), scope.entered(Viewer.system("test"), clock.now(), read_only=False):
        imports.forget([])
        assert not models.WhiteSpaceCell.objects.exists()

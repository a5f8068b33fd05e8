"""How a run is told on the intake page."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from onefold.domains.releases.refusals import RunCutOff
from onefold.web.backoffice.receipts import failure_words


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_run_that_was_cut_off_says_so_in_the_readers_language(language):
    written_down = str(RunCutOff())
    with override(language):
        assert failure_words(written_down) == f"RUN_CUT_OFF: {RunCutOff().sentence_in(language)}"


def test_what_only_the_run_itself_can_say_stays_as_it_was_written():
    for failure in ("", "TOLERANCE_EXCEEDED: 12 rows", "An unexpected error; see the log of jobs."):
        assert failure_words(failure) == failure

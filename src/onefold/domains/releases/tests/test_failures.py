"""A run's failure is worded when it is read, in the reader's language."""

from __future__ import annotations

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from onefold.domains.releases.failures import failure_in, told_of
from onefold.domains.releases.refusals import RunCutOff, StagingShort


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_sentence_with_values_is_worded_in_the_readers_language(language):
    refusal = StagingShort(release_id="r1", table="consent_consent", rows=7, expected=8)
    kept = json.loads(json.dumps(told_of(refusal), cls=DjangoJSONEncoder))
    assert failure_in(language, "cut off", kept) == f"STAGING_SHORT: {refusal.sentence_in(language)}"


def test_what_this_process_has_no_class_of_is_told_in_the_sentences_kept():
    told = {"code": "MODEL_ODD", "data": {}, "sentences": {"en": "The model is odd.", "zh-Hans": "模型异常。"}}
    assert failure_in("zh-hans", "", told) == "MODEL_ODD: 模型异常。"
    assert failure_in("en", "", told) == "MODEL_ODD: The model is odd."


def test_values_that_the_sentence_of_today_lacks_leave_the_sentence_kept():
    told = {"code": "STAGING_SHORT", "data": {}, "sentences": {"en": "As it was said.", "zh-Hans": "原句。"}}
    assert failure_in("en", "", told) == "STAGING_SHORT: As it was said."


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_run_of_before_that_was_cut_off_says_so_in_the_readers_language(language):
    assert failure_in(language, str(RunCutOff()), None) == f"RUN_CUT_OFF: {RunCutOff().sentence_in(language)}"


def test_any_other_of_before_stays_as_it_was_written():
    for failure in (
        "",
        "TOLERANCE_EXCEEDED: 12 rows",
        "STAGING_SHORT: of r1 7 rows",
        "An unexpected error; see the log of jobs.",
    ):
        assert failure_in("zh-hans", failure, None) == failure

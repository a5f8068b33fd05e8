"""The closed list of functions `derive` may use: what goes in, what may be set, what comes out. The work is in landing."""

from __future__ import annotations

from dataclasses import dataclass

from onefold.policy.feed_targets import DAY, MONEY, TEXT, WHOLE

SAME = "same"
"""The result is of the kind of the inputs."""


@dataclass(frozen=True, slots=True)
class Function:
    """`inputs`: the kinds each input may have (a last `...` repeats); `options`: name to type, `!` for must be given."""

    inputs: tuple[tuple[str, ...], ...]
    gives: str
    options: dict[str, str]
    inputs_least: int = 1
    several: bool = False


FUNCTIONS: dict[str, Function] = {
    "birth_number_date": Function(((TEXT,),), DAY, {"century": "whole"}),
    "birth_number_sex": Function(((TEXT,),), TEXT, {}),
    "birth_date_of_id_number": Function(((TEXT,),), DAY, {}),
    "sex_of_id_number": Function(((TEXT,),), TEXT, {}),
    "region_of_id_number": Function(((TEXT,),), TEXT, {"digits": "whole"}),
    "first_day_of_year": Function(((WHOLE,),), DAY, {}),
    "last_day_of_year": Function(((WHOLE,),), DAY, {}),
    "date_add_days": Function(((DAY,),), DAY, {"days": "whole!"}),
    "date_add_months": Function(((DAY,), (WHOLE,)), DAY, {"months": "whole"}),
    "concatenate": Function((), TEXT, {"parts": "parts!"}, inputs_least=0),
    "constant": Function((), TEXT, {"value": "text!"}, inputs_least=0),
    "code_map": Function(((TEXT,),), TEXT, {"codes": "pairs!", "otherwise": "text"}),
    "first_filled": Function(((TEXT, WHOLE, DAY, MONEY),), SAME, {}, inputs_least=2, several=True),
    "times": Function(((WHOLE, MONEY),), SAME, {"by": "whole!"}),
    "capitals": Function(((TEXT,),), TEXT, {}),
}

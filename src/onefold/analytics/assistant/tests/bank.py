"""A bank in five files of the shape of the public PKDD'99 set, with people nobody ever was: who holds what stands in a file between."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

CLIENTS, ACCOUNTS, LOANS, CARDS = 60, 45, 30, 36


def write(folder: Path) -> list[Path]:
    """client, disp, account, loan, card: each of the first accounts has an owner and a second person."""
    clients = [f'{number};"{_birth_number(number)}";{number % 3 + 1}' for number in range(1, CLIENTS + 1)]
    disp = [f'{number};{number};{number};"OWNER"' for number in range(1, ACCOUNTS + 1)]
    others = range(ACCOUNTS + 1, CLIENTS + 1)
    disp += [f'{number};{number};{number - ACCOUNTS};"DISPONENT"' for number in others]
    accounts = [f'{number};{number % 3 + 1};"MONTHLY";{_day(number)}' for number in range(1, ACCOUNTS + 1)]
    loans = [
        f'{number + 20};{number};{_day(number)};{number * 1000};{(number % 5 + 1) * 12};{number * 10}.50;"{"ABCD"[number % 4]}"'
        for number in range(1, LOANS + 1)
    ]
    cards = [
        f'{number + 100};{number};"{("classic", "gold", "junior")[number % 3]}";{_day(number)} 00:00:00'
        for number in range(1, CARDS + 1)
    ]
    return [
        _written(folder / "client.asc", '"client_id";"birth_number";"district_id"', clients),
        _written(folder / "disp.asc", '"disp_id";"client_id";"account_id";"type"', disp),
        _written(folder / "account.asc", '"account_id";"district_id";"frequency";"date"', accounts),
        _written(folder / "loan.asc", '"loan_id";"account_id";"date";"amount";"duration";"payments";"status"', loans),
        _written(folder / "card.asc", '"card_id";"disp_id";"type";"issued"', cards),
    ]


def _birth_number(number: int) -> str:
    month = number % 12 + 1 + (50 if number % 2 else 0)
    return f"{30 + number % 60:02d}{month:02d}{number % 28 + 1:02d}"


def _day(number: int) -> str:
    return (date(1993, 1, 1) + timedelta(days=17 * number)).strftime("%y%m%d")


def _written(path: Path, header: str, lines: list[str]) -> Path:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path

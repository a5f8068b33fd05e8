"""What must be true of the whole book at any time, as one list of questions whose right answer is no row.

Plain SQL without Django, so that tests, the nightly job and `onefold doctor` ask the same. Ask as the batch role: others
see only their part of the book. L7 and L10 are about what is booked and belong to settlement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from onefold.commands.chain import head


class Cursor(Protocol):
    def execute(self, query: Any, /) -> Any: ...

    def fetchone(self) -> Any: ...


@dataclass(frozen=True)
class Check:
    """`broken`: a query that returns the rows for which it does not hold."""

    code: str
    en: str
    zh: str
    broken: str


BODY = """encode(sha256(convert_to(
    j.journal_id || '|' || j.effective_on || '|' || j.event || '|' || coalesce(j.reverses_id::text, '') || '|' || coalesce(p.lines, ''),
    'UTF8')), 'hex')"""
"""The hash of a journal, from the tables; `rules.body_sha256` computes the same before it is written."""

LINES = "SELECT journal_id, string_agg(account_id || ':' || amount_minor, ',' ORDER BY account_id, amount_minor) AS lines FROM ledger_posting GROUP BY journal_id"

HEADS = f"""
    SELECT s.seal_id, s.head_sha256, s.journals, count(j.number) AS found,
           {head("before.head_sha256", "j.body_sha256", "j.number")} AS head
    FROM ledger_seal s
    LEFT JOIN ledger_seal before ON before.seal_id = s.seal_id - 1
    LEFT JOIN ledger_journal j ON j.number > coalesce(before.number_until, 0) AND j.number <= s.number_until
    GROUP BY s.seal_id, s.head_sha256, s.journals, before.head_sha256
"""

CHECKS: tuple[Check, ...] = (
    Check(
        "L1", "postings of a journal sum to zero in each currency", "每张凭证按币种借贷相等",
        """SELECT p.journal_id FROM ledger_posting p JOIN ledger_account a USING (account_id)
           GROUP BY p.journal_id, a.currency HAVING sum(p.amount_minor) <> 0""",
    ),
    Check(
        "L2", "all accounts sum to zero in each currency", "全部账户按币种合计为零",
        """SELECT a.currency FROM ledger_balance b JOIN ledger_account a USING (account_id)
           GROUP BY a.currency HAVING sum(b.balance_minor) <> 0""",
    ),
    Check(
        "L3", "a balance is the sum of its postings", "余额等于分录合计",
        """SELECT account_id FROM ledger_balance b
           FULL JOIN (SELECT account_id, sum(amount_minor) AS minor FROM ledger_posting GROUP BY account_id) p USING (account_id)
           WHERE b.balance_minor IS NULL OR b.balance_minor <> coalesce(p.minor, 0)""",
    ),
    Check(
        "L4", "no account marked so is overdrawn", "标记为不可透支的账户余额不为负",
        """SELECT b.account_id FROM ledger_balance b JOIN ledger_account a USING (account_id)
           WHERE a.no_overdraft AND b.balance_minor < 0 OR a.no_overdraft <> b.no_overdraft""",
    ),
    Check(
        "L5", "a reversal is the mirror of its original, and there is one at most", "冲销凭证与原凭证相反，且至多一次",
        """SELECT r.journal_id FROM ledger_journal r
           JOIN ledger_posting p ON p.journal_id = r.journal_id OR p.journal_id = r.reverses_id
           WHERE r.reverses_id IS NOT NULL
           GROUP BY r.journal_id, p.account_id HAVING sum(p.amount_minor) <> 0
           UNION ALL
           SELECT reverses_id FROM ledger_journal WHERE reverses_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1""",
    ),
    Check(
        "L6", "one operation is one journal", "一个业务编号只对应一张凭证",
        """SELECT journal_id FROM ledger_journal GROUP BY 1 HAVING count(*) > 1
           UNION ALL
           SELECT journal_id FROM ledger_journal j WHERE NOT EXISTS (SELECT 1 FROM ledger_posting p WHERE p.journal_id = j.journal_id)""",
    ),
    Check(
        "L8", "an amount is a whole number of minor units and not nothing", "金额为最小货币单位的整数，且不为零",
        "SELECT posting_id FROM ledger_posting WHERE amount_minor = 0 OR amount_minor IS NULL",
    ),
    Check(
        "L9", "what one company claims is what the other owes, month by month", "一方应收等于另一方应付（按月）",
        """SELECT 1 FROM (
               SELECT least(a.company_id || a.kind, a.counterparty || a.mirrors) AS one,
                      greatest(a.company_id || a.kind, a.counterparty || a.mirrors) AS other,
                      a.currency, date_trunc('month', j.effective_on) AS month, p.amount_minor
               FROM ledger_account a JOIN ledger_posting p USING (account_id) JOIN ledger_journal j USING (journal_id)
               WHERE a.mirrors <> ''
           ) pairs GROUP BY one, other, currency, month HAVING sum(amount_minor) <> 0""",
    ),
    Check(
        "L11", "no journal was changed and the chain of seals is unbroken", "凭证未被篡改，封印链完整",
        f"""SELECT j.journal_id::text FROM ledger_journal j LEFT JOIN ({LINES}) p USING (journal_id) WHERE j.body_sha256 <> {BODY}
            UNION ALL
            SELECT seal_id::text FROM ({HEADS}) h WHERE h.head <> h.head_sha256 OR h.found <> h.journals""",
    ),
    Check(
        "L12", "nothing was booked in a month after it was closed", "已结账月份之后无新凭证",
        """SELECT j.journal_id FROM ledger_journal j
           JOIN ledger_closedperiod c ON c.month = date_trunc('month', j.effective_on)::date
           JOIN ledger_seal s USING (seal_id)
           WHERE j.number > s.number_until""",
    ),
)  # fmt: skip


def broken(cursor: Cursor, checks: Iterable[Check] = CHECKS) -> list[Check]:
    """Return the checks that do not hold; none is what one wants."""
    return [check for check in checks if _has_rows(cursor, check.broken)]


def _has_rows(cursor: Cursor, query: str) -> bool:
    cursor.execute(f"SELECT 1 FROM ({query}) broken LIMIT 1")
    return cursor.fetchone() is not None

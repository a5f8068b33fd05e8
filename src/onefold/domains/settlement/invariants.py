"""What must be true of the settlement at any time, in the same form as the ledger's list (`ledger.invariants`)."""

from __future__ import annotations

from onefold.domains.ledger import invariants
from onefold.domains.ledger.invariants import Check

CHECKS: tuple[Check, ...] = (
    *invariants.CHECKS,
    Check(
        "L7", "what is accrued is earned or cancelled once, whole, and never more goes back than was earned",
        "每笔计提只归属或取消一次且为全额，追回不超过已归属金额",
        """SELECT l.line_id FROM settlement_line l LEFT JOIN settlement_movement m USING (line_id)
           GROUP BY l.line_id
           HAVING count(*) FILTER (WHERE m.kind = 'ACCRUED' AND m.amount_minor = l.amount_minor) <> 1
               OR count(*) FILTER (WHERE m.kind IN ('VESTED', 'CANCELLED')) > 1
               OR bool_or(m.kind IN ('VESTED', 'CANCELLED') AND abs(m.amount_minor) <> l.amount_minor)
               OR coalesce(sum(-m.amount_minor) FILTER (WHERE m.kind = 'CLAWED_BACK'), 0)
                  > coalesce(sum(m.amount_minor) FILTER (WHERE m.kind = 'VESTED'), 0)
               OR count(*) FILTER (WHERE m.kind = 'CLAWED_BACK') > 1""",
    ),
    Check(
        "L10", "each issued contract is settled or explained, and each journal of the settlement has its movements",
        "每份承保合同均已结算或说明原因，每张结算凭证均有对应的变动",
        """SELECT e.payload->>'item_id' FROM commands_outboxevent e
           JOIN commands_delivery d ON d.event_id = e.event_id AND d.reaction = 'accrue' AND d.state = 'DONE'
           WHERE e.name = 'orders.ItemIssued'
             AND NOT EXISTS (SELECT 1 FROM settlement_sale s WHERE s.item_id = (e.payload->>'item_id')::uuid)
           UNION ALL
           SELECT s.item_id::text FROM settlement_sale s
           WHERE (s.outcome = 'SETTLED') <> EXISTS (SELECT 1 FROM settlement_line l WHERE l.sale_id = s.item_id)
           UNION ALL
           SELECT j.journal_id::text FROM ledger_journal j
           WHERE j.event LIKE 'settlement:%' AND NOT EXISTS (SELECT 1 FROM settlement_movement m WHERE m.journal_id = j.journal_id)
           UNION ALL
           SELECT m.movement_id::text FROM settlement_movement m JOIN ledger_journal j USING (journal_id)
           WHERE m.effective_on <> j.effective_on""",
    ),
)  # fmt: skip

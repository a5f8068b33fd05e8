"""The month reckoned as sets. One text for each line, in one order: what is hashed here is what is exported and printed.

A line between two companies stands in both their statements, a person's in that of the person and of the company that pays.
"""

from __future__ import annotations

from datetime import date
from typing import Any

HEADINGS = (
    "day", "contract", "series", "what", "kind", "role", "part", "payer", "payee_company", "payee", "amount_minor",
    "vat_minor", "tax_minor", "payable_minor", "currency",
)  # fmt: skip
"""The columns of an exported statement, in order."""

TEXT = """concat_ws(',', m.effective_on, s.contract_id, s.series, m.kind, l.kind, l.role, l.part, l.payer_company_id,
    l.payee_company_id, l.payee, m.amount_minor, m.vat_minor, m.tax_minor, m.payable_minor, l.currency)"""
ORDER = "effective_on, contract_id, movement_id"
"""A settled month's lines, in an order that nothing but the facts decides."""

LINES = f"""
    SELECT m.movement_id, m.effective_on, m.kind AS what, m.amount_minor, m.vat_minor, m.tax_minor, m.payable_minor,
           l.kind, l.currency, l.payer_company_id AS payer, l.payee_company_id AS payee_company, l.payee, s.contract_id,
           {TEXT} AS text
    FROM settlement_movement m JOIN settlement_line l USING (line_id) JOIN settlement_sale s ON s.item_id = l.sale_id
    WHERE m.effective_on >= %s AND m.effective_on < %s
"""

STATEMENTS = f"""
    CREATE TEMP TABLE month_statement ON COMMIT DROP AS
    WITH told AS (
        SELECT p.company, p.person, line.*, p.person = '' AND line.payee = '' AND line.payee_company = p.company AS comes_in
        FROM month_line line
        CROSS JOIN LATERAL (
            SELECT line.payer AS company, ''::varchar AS person
            UNION SELECT line.payee_company, ''
            UNION SELECT line.payee_company, line.payee WHERE line.payee <> ''
        ) p
    ), summed AS (
        SELECT company, person, currency,
               sum(amount_minor) FILTER (WHERE what IN ('ACCRUED', 'CANCELLED') AND (comes_in OR person <> '')) AS accrued_in_minor,
               sum(amount_minor) FILTER (WHERE what IN ('ACCRUED', 'CANCELLED') AND NOT comes_in AND person = '') AS accrued_out_minor,
               sum(payable_minor) FILTER (WHERE comes_in OR person <> '') AS receivable_minor,
               sum(payable_minor) FILTER (WHERE NOT comes_in AND person = '') AS payable_minor,
               sum(CASE WHEN comes_in THEN vat_minor ELSE -vat_minor END) FILTER (WHERE what IN ('VESTED', 'CLAWED_BACK')) AS vat_minor,
               sum(tax_minor) FILTER (WHERE what IN ('VESTED', 'CLAWED_BACK')) AS tax_minor,
               count(*) AS lines,
               encode(sha256(convert_to(string_agg(text, E'\\n' ORDER BY {ORDER}), 'UTF8')), 'hex') AS sha256
        FROM told GROUP BY company, person, currency
    )
    SELECT company, person, currency, coalesce(accrued_in_minor, 0)::bigint AS accrued_in_minor,
           coalesce(accrued_out_minor, 0)::bigint AS accrued_out_minor, coalesce(receivable_minor, 0)::bigint AS receivable_minor,
           coalesce(payable_minor, 0)::bigint AS payable_minor, coalesce(vat_minor, 0)::bigint AS vat_minor,
           coalesce(tax_minor, 0)::bigint AS tax_minor, coalesce(before.closing_minor, 0) AS opening_minor,
           CASE WHEN person = '' THEN 0 ELSE greatest(coalesce(before.closing_minor, 0) + coalesce(receivable_minor, 0), 0) END::bigint AS paid_minor,
           CASE WHEN person = '' THEN 0 ELSE least(coalesce(before.closing_minor, 0) + coalesce(receivable_minor, 0), 0) END::bigint AS closing_minor,
           lines, sha256
    FROM summed LEFT JOIN LATERAL (
        SELECT b.closing_minor FROM settlement_statement b
        WHERE b.person = summed.person AND b.person <> '' AND b.company_id = summed.company AND b.currency = summed.currency AND b.close_id < %s
        ORDER BY b.close_id DESC LIMIT 1
    ) before ON true
"""

DIGEST = """
    SELECT encode(sha256(convert_to(
               coalesce((SELECT string_agg(month_statement::text, E'\\n' ORDER BY company, person, currency) FROM month_statement), '') || E'\\n' ||
               coalesce((SELECT string_agg(concat_ws(',', payer, payee_company, currency, owed), E'\\n' ORDER BY payer, payee_company, currency) FROM month_pair), ''),
               'UTF8')), 'hex'),
           (SELECT count(*) FROM month_line)
"""

PAIRS = "SELECT payer, payee_company, currency, owed FROM month_pair"

KEEP_STATEMENTS = """
    INSERT INTO settlement_statement (statement_id, close_id, company_id, person, currency, accrued_in_minor, accrued_out_minor,
        receivable_minor, payable_minor, vat_minor, tax_minor, opening_minor, paid_minor, closing_minor, lines, sha256)
    SELECT md5(concat_ws('|', close.month, company, person, currency))::uuid, close.month, company, person, currency, accrued_in_minor,
           accrued_out_minor, receivable_minor, payable_minor, vat_minor, tax_minor, opening_minor, paid_minor, closing_minor, lines, sha256
    FROM month_statement, (SELECT %s::date AS month) close
"""

BYTES = f"""
    SELECT coalesce(string_agg(text, E'\\n' ORDER BY {ORDER}), '') FROM ({LINES}) line
    WHERE currency = %s AND CASE WHEN %s = '' THEN payer = %s OR payee_company = %s ELSE payee = %s AND payee_company = %s END
"""
"""One statement's lines as they are exported; their hash is the statement's."""


GAUGES = """
    INSERT INTO settlement_commissiongauge (close_id, company_id, currency, premiums_minor, surrenders_minor, paid_minor)
    SELECT %(month)s, company, currency, sum(premium)::bigint, sum(surrender)::bigint, sum(paid)::bigint
    FROM (
        SELECT s.owner_company_id AS company, s.currency, s.premium_minor AS premium, 0 AS surrender, 0 AS paid
        FROM settlement_sale s WHERE s.issued_on >= %(year)s AND s.issued_on < %(until)s
        UNION ALL
        SELECT s.owner_company_id, s.currency, 0, e.refunded_minor, 0
        FROM settlement_ending e JOIN settlement_sale s USING (item_id) WHERE e.ended_on >= %(year)s AND e.ended_on < %(until)s
        UNION ALL
        SELECT s.owner_company_id, l.currency, 0, 0, m.amount_minor
        FROM settlement_movement m JOIN settlement_line l USING (line_id) JOIN settlement_sale s ON s.item_id = l.sale_id
        WHERE m.effective_on >= %(year)s AND m.effective_on < %(until)s AND m.kind <> 'VESTED' AND l.payer_company_id = s.owner_company_id
    ) told JOIN organisation_company c ON c.company_id = told.company AND c.pillar = 'INSURANCE'
    GROUP BY company, currency
"""
"""What selling costs an insurer: fees and own commission when accrued, less what was cancelled and clawed back."""

DEALINGS = """
    INSERT INTO settlement_dealing (close_id, company_id, counterparty_id, currency, largest_minor, year_minor)
    SELECT %(month)s, l.payer_company_id, l.payee_company_id, l.currency, max(m.payable_minor), sum(m.payable_minor)::bigint
    FROM settlement_movement m JOIN settlement_line l USING (line_id)
    WHERE m.effective_on >= %(year)s AND m.effective_on < %(until)s AND m.kind IN ('VESTED', 'CLAWED_BACK') AND l.payee = ''
    GROUP BY 2, 3, 4
"""


def reckoning(month: date, until: date) -> list[tuple[str, list[Any]]]:
    """The statements that make `month_line`, `month_statement` and `month_pair`, gone with the transaction."""
    return [
        ("DROP TABLE IF EXISTS month_line, month_statement, month_pair", []),
        (f"CREATE TEMP TABLE month_line ON COMMIT DROP AS {LINES}", [month, until]),
        ("ANALYZE month_line", []),
        (STATEMENTS, [month]),
        (
            "CREATE TEMP TABLE month_pair ON COMMIT DROP AS SELECT payer, payee_company, currency, sum(payable_minor)::bigint AS owed "
            "FROM month_line WHERE payee = '' GROUP BY 1, 2, 3",
            [],
        ),
    ]

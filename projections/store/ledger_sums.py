"""SQL statements about the general ledger: its sums, what was posted on some days, and where in the journal that is."""

from __future__ import annotations

from typing import Final

from projections.read_models.gl_sums import BLOCK

# The sums of all blocks of postings that are complete at the position. The postings after these blocks, up to the
# position, are added one by one.
LEDGER: Final = f"""
SELECT role, bank_account, tax_code, unit, currency, {{from_on}} AS from_on,
    coalesce(sum(debit_minor) FILTER (WHERE accounting_date <= $1), 0)::bigint AS debit_minor,
    coalesce(sum(credit_minor) FILTER (WHERE accounting_date <= $1), 0)::bigint AS credit_minor,
    coalesce(sum(debit_minor - credit_minor) FILTER (WHERE accounting_date > $1), 0)::bigint AS accounted_after_minor,
    coalesce(sum(debit_minor - credit_minor) FILTER (WHERE occurred_on > $1), 0)::bigint AS occurred_after_minor
FROM (
    SELECT role, nullif(bank_account, '') AS bank_account, nullif(tax_code, '') AS tax_code, nullif(unit, '') AS unit,
        currency, accounting_date, occurred_on, debit_minor, credit_minor
    FROM gl_sums
    WHERE block < ($2::bigint + 1) / {BLOCK}
    UNION ALL
    SELECT role, bank_account, tax_code, unit, currency, accounting_date, occurred_on, greatest(amount_minor, 0),
        greatest(-amount_minor, 0)
    FROM gl_postings
    WHERE ledger_position >= ($2::bigint + 1) / {BLOCK} * {BLOCK} AND ledger_position <= $2
) AS found
WHERE accounting_date <= $1 OR occurred_on <= $1
GROUP BY role, bank_account, tax_code, unit, currency{{divided}}
ORDER BY role, bank_account, tax_code, unit, currency{{divided}}
"""

# By currency, the debits and credits of some days; the sums of whole blocks first, as in the ledger.
TURNOVER: Final = f"""
SELECT currency, sum(debit_minor)::bigint AS debit_minor, sum(credit_minor)::bigint AS credit_minor
FROM (
    SELECT currency, accounting_date, debit_minor, credit_minor FROM gl_sums WHERE block < ($2::bigint + 1) / {BLOCK}
    UNION ALL
    SELECT currency, accounting_date, greatest(amount_minor, 0), greatest(-amount_minor, 0)
    FROM gl_postings
    WHERE ledger_position >= ($2::bigint + 1) / {BLOCK} * {BLOCK} AND ledger_position <= $2
) AS found
WHERE accounting_date BETWEEN $3 AND $1
GROUP BY currency
ORDER BY currency
"""

# The postings of some account roles on some days by tax code, with the nets that tax is the tax of.
TAXES: Final = f"""
SELECT role, tax_code, currency, occurred_on < $3 AS earlier, sum(amount_minor)::bigint AS amount_minor,
    sum(base_minor)::bigint AS base_minor
FROM (
    SELECT role, nullif(tax_code, '') AS tax_code, currency, accounting_date, occurred_on,
        debit_minor - credit_minor AS amount_minor, base_minor
    FROM gl_sums
    WHERE block < ($2::bigint + 1) / {BLOCK}
    UNION ALL
    SELECT role, tax_code, currency, accounting_date, occurred_on, amount_minor, base_minor
    FROM gl_postings
    WHERE ledger_position >= ($2::bigint + 1) / {BLOCK} * {BLOCK} AND ledger_position <= $2
) AS found
WHERE accounting_date BETWEEN $3 AND $1 AND role = ANY($4)
GROUP BY role, tax_code, currency, earlier
ORDER BY role, tax_code, currency, earlier
"""

# The first block with postings of the fiscal year, and the last one with postings of the asked days.
POSITIONS: Final = """
SELECT coalesce(min(block), 0), coalesce(max(block) FILTER (WHERE accounting_date >= %(from_on)s), -1) FROM gl_sums
WHERE accounting_date BETWEEN %(year_from)s AND %(as_of)s
"""

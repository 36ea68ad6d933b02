"""The money that payment providers hold for us: transactions, payouts, and what the general ledger has of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.chart_of_accounts import PROVIDER_RESERVES
from projections.read_models.gl_sums import BLOCK
from projections.store.sums import AsOf

if TYPE_CHECKING:
    import pyarrow as pa


def in_transit(sums: AsOf, roles: Sequence[str]) -> tuple[list[dict[str, Any]], ...]:
    """By account: what is not settled, days of what is, payouts, reserves, and postings on the roles."""
    asked = (_CAPTURED, _HELD, _ON_THE_WAY, _RESERVES)
    return *(sums.query(one).to_pylist() for one in asked), sums.query(_POSTED, list(roles)).to_pylist()


def provider_charges(sums: AsOf, from_on: date) -> pa.Table:
    """Transactions that were settled from `from_on` to the day, in order, with the day and the document of each."""
    return sums.query(_CHARGES, from_on)


def adjudicated(sums: AsOf, from_on: date) -> tuple[pa.Table, pa.Table]:
    """Claims that payers decided and pay from `from_on` to the day, in order, and why they pay less."""
    return sums.query(_CLAIMS, from_on), sums.query(_ADJUSTMENTS, from_on)


_CLAIMS: Final = """
SELECT claims.remittance_id, claims.claim_key, claims.provider_account AS bank_account, claims.currency,
    claims.remittance_ref, claims.paid_on, claims.claim_ref, claims.control_ref, claims.claim_status,
    claims.claimed_minor, claims.paid_minor, settled.amount_minor AS booked_minor,
    CASE WHEN receipts.receipt_id IS NULL THEN 'movement-' ELSE 'receipt-' END || claims.money_id AS document
FROM adjudicated_claims AS claims
    LEFT JOIN settled_transactions AS settled
        ON settled.money_id = claims.money_id AND settled.settlement_id = claims.remittance_id
    LEFT JOIN receipts ON receipts.receipt_id = claims.money_id
WHERE claims.paid_on BETWEEN $3 AND $1 AND claims.recorded_at_position <= $2
ORDER BY claims.provider_account, claims.paid_on, claims.remittance_id, claims.recorded_at_position, claims.claim_no
"""
_ADJUSTMENTS: Final = """
SELECT remittance_id, claim_key, adjustments.reason_group, adjustments.reason, adjustments.amount_minor
FROM claim_adjustments AS adjustments JOIN adjudicated_claims AS claims USING (remittance_id, claim_key)
WHERE claims.paid_on BETWEEN $3 AND $1 AND claims.recorded_at_position <= $2
ORDER BY remittance_id, claims.recorded_at_position, claims.claim_no, adjustments.adjustment_no
"""
# The day of a transaction is that of the money as which it is booked. Fees for the transactions of a sum are charges of
# the sum, which stands for its parts; a sum without such fees is compared with nothing.
_CHARGES: Final = """
WITH settled AS (
    SELECT * FROM settled_transactions WHERE settled_on BETWEEN $3 AND $1 AND recorded_at_position <= $2
), fees AS (
    SELECT settlement_id, charged_for, sum(charges_minor - amount_minor)::bigint AS charges_minor,
        sum(CASE WHEN kind = 'fee_tax' THEN charges_minor - amount_minor ELSE tax_minor END)::bigint AS tax_minor
    FROM settled WHERE charged_for IS NOT NULL GROUP BY settlement_id, charged_for
)
SELECT settled.provider_account AS bank_account, settled.currency, settled.kind, settled.settled_on,
    coalesce(receipts.booked_on, movements.booked_on, settled.settled_on) AS booked_on, settled.settlement_ref,
    CASE WHEN receipts.receipt_id IS NULL THEN 'movement-' ELSE 'receipt-' END || settled.money_id AS document,
    coalesce(receipts.payment_ref, movements.payment_ref) AS provider_ref,
    settled.amount_minor, settled.charges_minor + coalesce(fees.charges_minor, 0) AS charges_minor,
    CASE WHEN fees.tax_minor IS NULL THEN settled.tax_minor
        ELSE coalesce(settled.tax_minor, 0) + fees.tax_minor END AS tax_minor,
    settled.transactions, fees.charged_for IS NOT NULL OR settled.charges_minor <> 0 AS is_charged,
    settled.paid_minor, settled.paid_currency
FROM settled
    LEFT JOIN fees ON fees.settlement_id = settled.settlement_id AND fees.charged_for = settled.line_key
    LEFT JOIN receipts ON receipts.receipt_id = settled.money_id
    LEFT JOIN movements ON movements.part_id = settled.money_id
WHERE settled.charged_for IS NULL AND settled.part_of IS NULL
ORDER BY settled.provider_account, settled.kind, settled.settled_on, settled.money_id, settled.line_key
"""
# The transactions of our accounts as they came, whatever was said of them later: so what is known at a position does
# not depend on what is known now. A receipt that was found is its movement, and a part is of the one that was split.
# A payment that was voided never was. What a person said to be the sum of payments recorded at capture is these
# payments from then on.
_MONEY: Final = """
SELECT bank_account, currency, 'receipt-' || receipt_id AS document, payment_ref, booked_on, amount_minor,
    receipt_id AS money_id, file IS NULL AS by_hand
FROM receipts
WHERE held_by IS NOT NULL AND booked_on <= $1 AND recorded_at_position <= $2
    AND NOT EXISTS (SELECT FROM movements WHERE part_id = receipt_id)
    AND (voided_minor = 0 OR NOT EXISTS (
        SELECT FROM activity
        WHERE activity.receipt_id = receipts.receipt_id AND effect = 'voided' AND ledger_position <= $2
    ))
UNION ALL
SELECT bank_account, currency, 'movement-' || part_id, payment_ref, booked_on, amount_minor + split_minor, part_id,
    false
FROM movements
WHERE held_by IS NOT NULL AND booked_on <= $1 AND recorded_at_position <= $2 AND split_from IS NULL
UNION ALL
SELECT bank_account, currency, 'movement-' || coalesce(split_from, part_id), payment_ref, booked_on, -amount_minor,
    coalesce(split_from, part_id), false
FROM movements
WHERE held_by IS NOT NULL AND booked_on <= $1 AND document LIKE 'settlement-%' AND EXISTS (
    SELECT FROM settled_transactions AS settled
    WHERE settled.part_of = movements.line_key AND settled.recorded_at_position <= $2
)
"""
# Each with the day on which it was settled; what a file charged is settled as it comes.
_DATED: Final = f"""
SELECT money.*, coalesce(settled.settled_on, CASE WHEN NOT by_hand THEN booked_on END) AS settled_on, settlement_ref
FROM ({_MONEY}) AS money
    LEFT JOIN (
        SELECT money_id, min(settled_on) AS settled_on, min(settlement_ref) AS settlement_ref
        FROM settled_transactions WHERE recorded_at_position <= $2 GROUP BY money_id
    ) AS settled USING (money_id)
"""
_CAPTURED: Final = f"""
SELECT bank_account, currency, document, payment_ref, booked_on, amount_minor FROM ({_DATED}) AS transactions
WHERE settled_on IS NULL OR settled_on > $1
ORDER BY bank_account, booked_on, document
"""
_HELD: Final = f"""
SELECT bank_account, currency, booked_on AS since_on,
    coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0)::bigint AS in_minor,
    coalesce(sum(amount_minor) FILTER (WHERE amount_minor < 0), 0)::bigint AS out_minor,
    CASE WHEN count(DISTINCT settlement_ref) FILTER (WHERE amount_minor > 0) = 1
        AND bool_and(settlement_ref IS NOT NULL) FILTER (WHERE amount_minor > 0)
        THEN min(settlement_ref) FILTER (WHERE amount_minor > 0) END AS settlement_ref
FROM ({_DATED}) AS transactions
WHERE settled_on <= $1
GROUP BY bank_account, currency, booked_on
ORDER BY bank_account, currency, booked_on
"""
# A provider's movement keeps the id that the provider gave it, also if it is another payout's since one line paid both.
REF_OF_MOVEMENT: Final = (
    "CASE side WHEN 'sent' THEN max(payout_ref) OVER (PARTITION BY part_id, side) ELSE payout_ref END"
)
# What came back on one side, and not on the other one, is on the way again from the day on which it came back.
_ON_THE_WAY: Final = f"""
SELECT provider_account AS bank_account, currency, payout_id,
    string_agg(DISTINCT payout_ref, ' ' ORDER BY payout_ref) AS payout_ref,
    min(occurred_on) FILTER (WHERE side = 'sent') AS sent_on,
    min(occurred_on) FILTER (WHERE side = 'arrived') AS arrived_on,
    CASE WHEN coalesce(sum(amount_minor) FILTER (WHERE side = 'arrived'), 0) = 0
        THEN max(occurred_on) FILTER (WHERE side = 'arrived')
        WHEN coalesce(sum(amount_minor) FILTER (WHERE side = 'sent'), 0) = 0
        THEN max(occurred_on) FILTER (WHERE side = 'sent') END AS returned_on,
    coalesce(sum(amount_minor) FILTER (WHERE side = 'sent'), 0)::bigint AS sent_minor,
    coalesce(sum(amount_minor) FILTER (WHERE side = 'arrived'), 0)::bigint AS arrived_minor
FROM (
    SELECT provider_account, currency, payout_id, part_id, side, max(ref) AS payout_ref,
        min(occurred_on) AS occurred_on, sum(amount_minor) AS amount_minor
    FROM (
        SELECT *, {REF_OF_MOVEMENT} AS ref FROM payouts WHERE occurred_on <= $1 AND recorded_at_position <= $2
    ) AS payouts
    GROUP BY provider_account, currency, payout_id, part_id, side HAVING sum(amount_minor) <> 0
) AS movements
GROUP BY provider_account, currency, payout_id
HAVING coalesce(sum(amount_minor) FILTER (WHERE side = 'sent'), 0)
    <> coalesce(sum(amount_minor) FILTER (WHERE side = 'arrived'), 0)
ORDER BY provider_account, min(occurred_on), payout_id
"""
# What a document still has on the role: a person may have said that it was something else.
_RESERVES: Final = f"""
SELECT bank_account, currency, document, since_on, amount_minor, (
        SELECT min(settlement_ref) FROM settled_transactions AS settled
        WHERE settled.money_id = substr(document, 10) AND settled.recorded_at_position <= $2
    ) AS settlement_ref
FROM (
    SELECT bank_account, currency, stream AS document, min(occurred_on) AS since_on,
        sum(amount_minor)::bigint AS amount_minor, min(ledger_position) AS first_position
    FROM gl_postings
    WHERE role = '{PROVIDER_RESERVES}' AND occurred_on <= $1 AND ledger_position <= $2 AND bank_account IS NOT NULL
    GROUP BY bank_account, currency, stream
) AS reserves
WHERE amount_minor <> 0
ORDER BY bank_account, currency, since_on, first_position
"""
_POSTED: Final = f"""
SELECT bank_account, currency, role,
    coalesce(sum(amount_minor) FILTER (WHERE accounting_date <= $1), 0)::bigint AS ledger_minor,
    coalesce(sum(amount_minor) FILTER (WHERE accounting_date > $1), 0)::bigint AS accounted_after_minor,
    coalesce(sum(amount_minor) FILTER (WHERE occurred_on > $1), 0)::bigint AS occurred_after_minor
FROM (
    SELECT bank_account, currency, role, accounting_date, occurred_on, debit_minor - credit_minor AS amount_minor
    FROM gl_sums WHERE block < ($2::bigint + 1) / {BLOCK} AND role = ANY($3::text[])
    UNION ALL
    SELECT bank_account, currency, role, accounting_date, occurred_on, amount_minor FROM gl_postings
    WHERE ledger_position >= ($2::bigint + 1) / {BLOCK} * {BLOCK} AND ledger_position <= $2 AND role = ANY($3::text[])
) AS posted
WHERE (accounting_date <= $1 OR occurred_on <= $1) AND bank_account IS NOT NULL
GROUP BY bank_account, currency, role
"""

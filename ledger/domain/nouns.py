"""Every noun of the ledger, area by area; all knowledge about facts is derived from these nouns."""

from __future__ import annotations

from typing import Final

from ledger.domain.bank import account as bank_account
from ledger.domain.bank import (
    adjudication,
    alias,
    doubt,
    fee_schedule,
    file,
    file_mapping,
    line_rule,
    movement,
    provider_account,
    settlement,
    withdrawal,
)
from ledger.domain.cash import (
    allocation,
    collection,
    collection_answer,
    customer_credit,
    identification,
    mandate,
    payout,
    recall,
    receipt,
    receipt_reclassification,
    reclassification,
    refund,
    refund_movement,
    refund_payment,
    refund_resumption,
    reversal,
    transfer,
    void,
)
from ledger.domain.disputes_and_relief import write_off
from ledger.domain.dunning import hold, reminder
from ledger.domain.noun import Noun
from ledger.domain.people import administration, authority, limit, person, registration, sign_in
from ledger.domain.personal_data import subject
from ledger.domain.receivables import (
    account,
    credit_note,
    given_reference,
    invoice,
    item,
    mark,
    number_series,
    reference_register,
    request,
    unpaid_tax,
)
from ledger.domain.terms import entity, mapping, period

NOUNS: Final[tuple[Noun, ...]] = (
    entity.NOUN,
    administration.NOUN,
    person.NOUN,
    sign_in.NOUN,
    registration.NOUN,
    limit.NOUN,
    authority.NOUN,
    period.NOUN,
    mapping.NOUN,
    bank_account.NOUN,
    withdrawal.NOUN,
    alias.NOUN,
    provider_account.NOUN,
    fee_schedule.NOUN,
    file.NOUN,
    movement.NOUN,
    line_rule.NOUN,
    file_mapping.NOUN,
    doubt.NOUN,
    settlement.NOUN,
    adjudication.NOUN,
    account.NOUN,
    reference_register.NOUN,
    number_series.NOUN,
    given_reference.NOUN,
    item.NOUN,
    mark.NOUN,
    request.NOUN,
    invoice.NOUN,
    credit_note.NOUN,
    unpaid_tax.NOUN,
    receipt.NOUN,
    identification.NOUN,
    allocation.NOUN,
    reversal.NOUN,
    recall.NOUN,
    receipt_reclassification.NOUN,
    transfer.NOUN,
    void.NOUN,
    customer_credit.NOUN,
    refund.NOUN,
    refund_payment.NOUN,
    refund_resumption.NOUN,
    refund_movement.NOUN,
    reclassification.NOUN,
    payout.NOUN,
    mandate.NOUN,
    collection.NOUN,
    collection_answer.NOUN,
    hold.NOUN,
    reminder.NOUN,
    write_off.NOUN,
    subject.NOUN,
)

"""The fields of camt.052, .053 and .054, in all versions from 01 to 13."""

from __future__ import annotations

from functools import lru_cache

from ledger.domain.money import decimals_of
from reconciliation.statements.values import to_minor
from reconciliation.statements.xml_fields import Amount, Fields, Table, amount, code, each, text, texts, within

_NOT_GIVEN = frozenset({"NOTPROVIDED", "NOT PROVIDED"})
_DEBTOR, _CREDITOR = ("Dbtr", "UltmtDbtr", "DbtrAcct"), ("Cdtr", "UltmtCdtr", "CdtrAcct")

_CODE: Table = {
    "Domn": within(
        {
            "Cd": code("domain"),
            "Fmly": within({"Cd": code("family"), "SubFmlyCd": code("subfamily")}),
        }
    ),
    "Prtry": within({"Cd": text("own_code")}),
}

# From version 04 on, charges consist of a total and records; up to 03, there is one Chrgs element for each charge.
_CHARGES: Table = {
    "TtlChrgsAndTaxAmt": amount("total"),
    "Rcrd": each("records", {"Amt": amount("amount"), "CdtDbtInd": code("direction")}),
    "Amt": amount("amount"),
    "CdtDbtInd": code("direction"),
}


def _account(field: str) -> Table:
    """An account: IBAN in all versions; otherwise Othr from version 02 on, BBAN or PrtryAcct in version 01."""
    return {
        "Id": within(
            {
                "IBAN": text(field),
                "Othr": within({"Id": text(field)}),
                "BBAN": text(field),
                "PrtryAcct": within({"Id": text(field)}),
            }
        )
    }


def _party(field: str) -> Table:
    """A party: up to version 07, its name is a direct child; from 08 on, the name is within Pty or Agt."""
    return {
        "Nm": text(field),
        "Pty": within({"Nm": text(field)}),
        "Agt": within({"FinInstnId": within({"Nm": text(field)})}),
    }


_PAGE: Table = {"PgNb": text("page"), "LastPgInd": code("last_page")}

HEADER: Table = {"CreDtTm": text("created_at"), "MsgPgntn": within(_PAGE)}

STATEMENT: Table = {
    "Id": text("statement_id"),
    "StmtPgntn": within(_PAGE),
    "NtfctnPgntn": within(_PAGE),
    "RptPgntn": within(_PAGE),
    "ElctrncSeqNb": text("sequence"),
    "LglSeqNb": text("legal_sequence"),
    "CreDtTm": text("created_at"),
    "FrToDt": within({"FrDtTm": text("from"), "FrDt": text("from"), "ToDtTm": text("to"), "ToDt": text("to")}),
    "CpyDplctInd": code("copy"),
    "Acct": within(
        {
            "Id": within(
                {
                    "IBAN": text("iban"),
                    "Othr": within(
                        {
                            "Id": text("other"),
                            "SchmeNm": within({"Cd": code("scheme"), "Prtry": code("scheme")}),
                        }
                    ),
                    "BBAN": text("other"),
                    "PrtryAcct": within({"Id": text("other")}),
                }
            ),
            "Ccy": code("currency"),
        }
    ),
    "Bal": each(
        "balances",
        {
            "Tp": within({"CdOrPrtry": within({"Cd": code("kind"), "Prtry": code("kind")}), "Cd": code("kind")}),
            "Amt": amount("amount"),
            "CdtDbtInd": code("direction"),
            "Dt": within({"Dt": text("on"), "DtTm": text("on")}),
        },
    ),
    "TxsSummry": within(
        {
            "TtlNtries": within({"NbOfNtries": text("count"), "Sum": text("sum")}),
            "TtlCdtNtries": within({"NbOfNtries": text("credit_count"), "Sum": text("credit_sum")}),
            "TtlDbtNtries": within({"NbOfNtries": text("debit_count"), "Sum": text("debit_sum")}),
        }
    ),
}

# An order has one id for all its payments (PmtInfId), or only that of its message.
_ORDER: Table = {"PmtInfId": text("order_id"), "MsgId": text("message_id")}
_BATCH: Table = {"NbOfTxs": texts("declared"), "PmtInfId": texts("order_ids"), "MsgId": texts("message_ids")}

ENTRY: Table = {
    "Amt": amount("amount"),
    "CdtDbtInd": code("direction"),
    "RvslInd": code("reversal"),
    # Up to version 07 this element is a text; from 08 on, it contains a code.
    "Sts": code("status", {"Cd": code("status"), "Prtry": code("status")}),
    "BookgDt": within({"Dt": text("booked"), "DtTm": text("booked")}),
    "ValDt": within({"Dt": text("value"), "DtTm": text("value")}),
    "AcctSvcrRef": text("bank_ref"),
    "BkTxCd": within(_CODE),
    "Chrgs": each("charges", _CHARGES),
    "NtryDtls": within({"Btch": within(_BATCH)}),
    "Btch": within(_BATCH),
    "AddtlNtryInf": text("text"),
}

DETAIL: Table = {
    "Refs": within({"EndToEndId": text("end_to_end_id"), "AcctSvcrRef": text("bank_ref"), **_ORDER}),
    "Amt": amount("direct"),
    "CdtDbtInd": code("direction"),
    # InstdAmt, which comes before TxAmt, is in the payer's currency and never the amount on our account.
    "AmtDtls": within(
        {
            "InstdAmt": within({"Amt": amount("instructed")}),
            "TxAmt": within({"Amt": amount("booked")}),
        }
    ),
    "BkTxCd": within(_CODE),
    "Chrgs": each("charges", _CHARGES),
    "RltdPties": within(
        {
            "Dbtr": within(_party("Dbtr")),
            "DbtrAcct": within(_account("DbtrAcct")),
            "UltmtDbtr": within(_party("UltmtDbtr")),
            "Cdtr": within(_party("Cdtr")),
            "CdtrAcct": within(_account("CdtrAcct")),
            "UltmtCdtr": within(_party("UltmtCdtr")),
        }
    ),
    "RmtInf": within(
        {
            "Ustrd": texts("free"),
            "Strd": each(
                "structured",
                {
                    "RfrdDocInf": within({"Nb": texts("documents")}),
                    "RfrdDocAmt": within(
                        {
                            "RmtdAmt": amount("remitted"),
                            "CdtNoteAmt": amount("credited"),
                            "DuePyblAmt": amount("due"),
                        }
                    ),
                    "CdtrRefInf": within(
                        {
                            "Tp": within({"CdOrPrtry": within({"Prtry": code("stated"), "Cd": code("stated")})}),
                            "Ref": text("reference"),
                        }
                    ),
                    "AddtlRmtInf": texts("remarks"),
                },
            ),
        }
    ),
    "RtrInf": within({"Rsn": within({"Cd": text("return_reason"), "Prtry": text("return_reason")})}),
    "AddtlTxInf": text("additional"),
}


def indicated(value: str | None) -> bool | None:
    """Whether an indicator says yes; None if it says neither yes nor no. An indicator that is not given says no."""
    return False if value is None else {"TRUE": True, "1": True, "FALSE": False, "0": False}.get(value)


def given(value: str | None) -> str | None:
    """The text, or None for a placeholder such as NOTPROVIDED, which only says that nothing was given."""
    return None if value is None or (value[:3].upper() == "NOT" and value.upper() in _NOT_GIVEN) else value


def code_of(fields: Fields) -> str | None:
    """The bank transaction code: ISO's (`PMNT-RCDT-ESCT`) if given, else the bank's own."""
    if "domain" in fields:
        return _joined(fields["domain"], fields.get("family"), fields.get("subfamily"))
    own: str | None = fields.get("own_code")
    return own


@lru_cache(maxsize=256)
def _joined(*parts: str | None) -> str:
    return "-".join(filter(None, parts))


def declared_details(fields: Fields) -> int | None:
    """The sum of Btch/NbOfTxs over all NtryDtls of the entry."""
    if "declared" not in fields:
        return None
    whole = [int(count) for count in fields["declared"] if count.isascii() and count.isdigit() and len(count) <= 9]
    return sum(whole) if whole else None


def order_of(fields: Fields) -> str | None:
    """The id of the order of whose payments an entry is the sum, or of which a detail is; None if there are several."""
    if named := fields.get("order_ids") or fields.get("message_ids"):
        return given(named[0]) if len(set(named)) == 1 else None
    alone = fields.get("order_id") or fields.get("message_id")
    return given(alone) if alone else None


def charged(fields: Fields) -> list[tuple[Amount, int]]:
    """Each charge with its sign: positive if it is taken from us, negative if it is returned to us."""
    found: list[tuple[Amount, int]] = []
    for charge in fields.get("charges", ()):
        if "total" in charge:
            found.append((charge["total"], 1))
            continue
        records = charge.get("records") or [charge]
        found += [
            (record["amount"], -1 if record.get("direction") == "CRDT" else 1)
            for record in records
            if "amount" in record
        ]
    return found


def on_account(fields: Fields, currency: str | None) -> Amount | None:
    """The amount that changed our account, in the movement's currency; never the amount that the payer instructed."""
    direct: Amount | None = fields.get("direct")
    booked: Amount | None = fields.get("booked")
    if direct is None or (booked is not None and direct[0] != currency and booked[0] == currency):
        return booked
    return direct


def instructed(fields: Fields) -> tuple[int | None, str | None]:
    """The amount that the payer instructed, in minor units, and its currency; neither if it is not exact."""
    if "instructed" not in fields:
        return None, None
    currency, written = fields["instructed"]
    decimals = decimals_of(currency)
    minor, exact = to_minor(written or "", decimals) if decimals is not None else (None, False)
    return (minor, currency) if exact else (None, None)


def other_side(fields: Fields, came_in: bool) -> tuple[str | None, str | None]:
    """Name and account of the other party, or of the only party that the bank names."""
    for party, ultimate, number in (_DEBTOR, _CREDITOR) if came_in else (_CREDITOR, _DEBTOR):
        name, account = fields.get(party) or fields.get(ultimate), fields.get(number)
        if name or account:
            return given(name), given(account)
    return None, None

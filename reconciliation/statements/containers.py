"""Recognises files that are no statements but may contain one: archives, encrypted files, documents such as PDF."""

from __future__ import annotations

from reconciliation.statements.problems import Problem, refuse

_ARCHIVES = {
    b"PK\x05\x06": "ZIP",
    b"PK\x07\x08": "ZIP",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
_ENCRYPTED = {
    b"-----BEGIN PGP": "PGP",
    b"-----BEGIN PKCS7": "PKCS #7",
    b"-----BEGIN CMS": "CMS",
    b"Salted__": "OpenSSL",
    b"age-encryption.org/": "age",
    b"\x84\x8c": "PGP",
    b"\x85\x01": "PGP",
    b"\x85\x02": "PGP",
    b"\x8c\x0d": "PGP",
    b"\xc1\xc0": "PGP",
    b"\xc3\x0d": "PGP",
}
_ZIP = b"PK\x03\x04"
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB = (b"<!doctype html", b"<html")


def container(data: bytes) -> Problem | None:
    """The reason why content with these first bytes cannot be a statement; None if it may be one."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(_ZIP):
        # Bit 0 of the general purpose flag is set if a password is needed. Source: APPNOTE.TXT 4.4.4.
        if start[6:7] and start[6] & 1:
            return _encrypted("ZIP with a password")
        return _spreadsheet() if b"xl/workbook.xml" in data else _archive("ZIP")
    if start.startswith(_OFFICE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        return _encrypted("Office document with a password") if locked else _document("Office document")
    if start.startswith(b"%PDF-"):
        return _encrypted("PDF with a password") if b"/Encrypt" in data else _document("PDF")
    if start[:64].lower().startswith(_WEB):
        return _document("web page")
    for mark, name in _ARCHIVES.items():
        if start.startswith(mark):
            return _archive(name)
    for mark, name in _ENCRYPTED.items():
        if start.startswith(mark):
            return _encrypted(name)
    return None


def _spreadsheet() -> Problem:
    # Source of the names in the archive: ECMA-376, part 1, SpreadsheetML.
    return refuse(
        "file_is_document",
        "the file is a workbook of a spreadsheet program, which rounds long ids and changes dates: ask for the file "
        "as CSV, as the bank or the provider makes it; of any other sender, request a file mapping for its workbooks "
        "(docs/file_mappings.md)",
        "byte 1",
    )


def _archive(name: str) -> Problem:
    return refuse(
        "file_compressed", f"the file is an archive ({name}): unpack it and load the statements in it", "byte 1"
    )


def _encrypted(name: str) -> Problem:
    return refuse("file_encrypted", f"the content is encrypted ({name}): decrypt it and load the statement", "byte 1")


def _document(name: str) -> Problem:
    return refuse(
        "file_is_document",
        f"the file is a {name}, made for people to read: ask for it in a format made for programs, such as camt.053 "
        "from a bank, or the settlement report of a payment provider as CSV",
        "byte 1",
    )

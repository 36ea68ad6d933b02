"""OFX, the statement that a bank offers for download, also as QFX and QBO."""

"""OCR giro and AvtaleGiro, the files of Nets in Norway."""

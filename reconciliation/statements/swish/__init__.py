"""The reports of Swish payments that banks in Sweden send."""

"""Keeps database, Prefect's server and worker warm for `reskontra serve`."""

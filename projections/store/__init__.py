"""The storage of the read tables; no other part of `projections` uses the database drivers."""

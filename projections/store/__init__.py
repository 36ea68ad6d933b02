"""The storage of the read tables; in this room, only this package uses the database drivers."""

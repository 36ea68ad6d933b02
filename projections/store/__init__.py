"""The storage of the read tables; the only home of the database drivers in this room."""

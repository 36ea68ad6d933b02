"""Where read tables are kept: the only home of the database drivers in this room."""

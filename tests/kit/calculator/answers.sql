-- What was recorded under each command's key, by plain SQL over the raw facts: first and last position, how many.
SELECT convert_from(state, 'UTF8')::jsonb -> 'envelope' ->> 'key', min(notification_id), max(notification_id), count(*)
FROM clinic.events GROUP BY 1

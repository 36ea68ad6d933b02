"""Who works for the entity: persons, their duties and sign-ins, and the limits of what they may decide."""

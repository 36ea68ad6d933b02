"""What the entity has laid down."""

"""The vault: what is personal, in a store of its own under keys of its own; facts hold only ids."""

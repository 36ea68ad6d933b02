"""BgMax, the payments file of Bankgirot."""

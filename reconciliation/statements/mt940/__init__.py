"""MT940 and MT942, the statement and the intraday report of SWIFT."""

"""What DutyDeck costs, measured: each benchmark prints JSON, with the bare limit or the peer from the same run."""

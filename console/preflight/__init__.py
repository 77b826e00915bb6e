"""The go or no-go before a peak: facts in, checks out; a thin shell gathers the facts."""

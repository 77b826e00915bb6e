"""The contact-centre model and its scenarios: sites that speak the contract and obey commands."""

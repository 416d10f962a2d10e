"""Figures over time: what is worked out of observations, and which regions they are of."""

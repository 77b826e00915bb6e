"""Where each queue is heading: waits, service levels, abandonment and staff required.

Closed forms of the steady state (`erlang`), the exact transient law (`transient`), a fast approximation for all queues
(`fast`), staff required (`staffing`), patience from what happened (`patience`) and replications (`kernel`).
Everything here takes and returns numpy arrays over queues; nothing reads a clock or draws a number that was not handed
in. The model, its formulas and how far off it is: docs/projection.md.
"""

"""Several machines on one: a program of its own (script/scaled), not part of the suite."""

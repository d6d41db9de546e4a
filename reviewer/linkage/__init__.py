"""What joins across documents: harmless one by one, together a person. Pure: no database, no clock, keys are passed."""

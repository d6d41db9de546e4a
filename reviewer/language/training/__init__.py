"""How the weights of the name tagger are made (not part of the wheel): see __main__ and docs/model-card.md."""

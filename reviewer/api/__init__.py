"""The interface for other programs (a publishing system): tokens, JSON, no cookies. Thin: casework does everything."""

"""`python -m reviewer` is the same as `reviewer`."""

import sys

from reviewer.cli import main

sys.exit(main())

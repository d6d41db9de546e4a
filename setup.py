"""The wheel with what a first start would have to work out; everything else stands in setup.cfg."""

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithPrepared(build_py):
    """Copies the modules, then parses the rules and compiles their expressions into reviewer/_prepared."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return  # rules are edited there, and kept in the user's cache folder
        sys.path.insert(0, str(Path(__file__).resolve().parent))
        from reviewer.scanning import prepare

        prepare(Path(self.build_lib).resolve() / "reviewer" / "_prepared")


setup(cmdclass={"build_py": WithPrepared})

"""Which optional content of a PDF is switched off when the file is opened (ISO 32000-1, 8.11)."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

_DEPTH = 16


class Layers:
    """The layers of a file in the state in which a viewer first shows them."""

    def __init__(self, root: Any) -> None:
        self._off: set[tuple[int, int]] = set()
        self.any = False
        properties = root.get("/OCProperties")
        if not isinstance(properties, Dictionary):
            return
        self.any = True
        groups = [one for one in properties.get("/OCGs", ()) if isinstance(one, Dictionary)]
        config = properties.get("/D", Dictionary())
        if config.get("/BaseState") == Name.OFF:
            self._off.update(group.objgen for group in groups)
        self._off.difference_update(one.objgen for one in config.get("/ON", ()) if isinstance(one, Dictionary))
        self._off.update(one.objgen for one in config.get("/OFF", ()) if isinstance(one, Dictionary))
        for usage in config.get("/AS", ()):
            if usage.get("/Event") == Name.View:
                self._take_usage(usage.get("/OCGs", ()))

    def _take_usage(self, groups: Any) -> None:
        for group in groups:
            view = group.get("/Usage", Dictionary()).get("/View")
            if isinstance(view, Dictionary):
                if view.get("/ViewState") == Name.OFF:
                    self._off.add(group.objgen)
                else:
                    self._off.discard(group.objgen)

    def is_off(self, content: Any, depth: int = 0) -> bool:
        """Whether what belongs to this group, or to this rule over groups, is not shown."""
        if not self.any or not isinstance(content, Dictionary) or depth > _DEPTH:
            return False
        if content.get("/Type") != Name.OCMD:
            return content.objgen in self._off
        rule = content.get("/VE")
        if isinstance(rule, Array) and len(rule):
            return not self._holds(rule, depth + 1)
        known = content.get("/OCGs")
        groups: list[Any] = list(known) if isinstance(known, Array) else [known]
        states = [group.objgen not in self._off for group in groups if isinstance(group, Dictionary)]
        if not states:
            return False
        policy = str(content.get("/P", "/AnyOn"))
        shown = {"/AllOn": all(states), "/AnyOff": not all(states), "/AllOff": not any(states)}
        return not shown.get(policy, any(states))

    def _holds(self, rule: Any, depth: int) -> bool:
        if isinstance(rule, Dictionary):
            return rule.objgen not in self._off
        if not isinstance(rule, Array) or not len(rule) or depth > _DEPTH:
            return True
        terms = [self._holds(term, depth + 1) for term in pikepdf.Array(rule)[1:]]
        return {"/And": all(terms), "/Or": any(terms)}.get(str(rule[0]), not any(terms))

"""The network: characters and their neighbours, then gated dilated convolutions, five tags a character.

The same arithmetic is done in numpy by reviewer.language.tagger; whoever changes one changes both.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from reviewer.language.tagger import TAGS

OFTEN, RARE = 1, slice(2, 4)
"""the facts that tell one of the commonest surnames, and any other one"""
FORGET, FORGET_OFTEN, FORGET_RARE = 0.05, 0.15, 0.4
"""how often what was learned of a character is left out: any one, a common surname, another surname"""


def forgetting(facts: Tensor, rare: float = FORGET_RARE) -> Tensor:
    """How often what was learned of each character is left out in training; `rare`: of a surname that is rarer."""
    rates = torch.full(facts.shape[:1], FORGET)
    rates[facts[:, OFTEN] > 0] = FORGET_OFTEN
    rates[facts[:, RARE].sum(dim=1) > 0] = rare
    return rates


class Tagger(nn.Module):
    """Scores of the five tags for each character of a batch of texts, [batch, length, 5]."""

    def __init__(
        self,
        facts: Tensor,
        pair_facts: Tensor,
        *,
        width: int,
        chars: int,
        pairs: int,
        buckets: int,
        dilations: tuple[int, ...],
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        self.register_buffer("facts", facts)
        self.register_buffer("pair_facts", pair_facts)
        self.register_buffer("rates", forgetting(facts))
        self.dilations, self.dropout = dilations, dropout
        self.chars = nn.Embedding(len(facts), chars)
        self.known = nn.Linear(facts.shape[1], chars, bias=False)
        self.pairs = nn.Embedding(buckets, pairs)
        self.known_pairs = nn.Linear(pair_facts.shape[1], pairs, bias=False)
        self.enter = nn.Linear(chars + 2 * pairs, width)
        self.layers = nn.ModuleList(
            nn.Conv1d(width, 2 * width, 3, padding=step, dilation=step) for step in dilations
        )
        self.leave = nn.Linear(width, len(TAGS))
        nn.init.normal_(self.chars.weight, std=0.1)
        nn.init.normal_(self.pairs.weight, std=0.1)
        for layer in self.layers:
            nn.init.normal_(layer.weight, std=0.6 / (3 * width) ** 0.5)
            nn.init.zeros_(layer.bias)

    def forward(self, ids: Tensor, pairs: Tensor) -> Tensor:
        """ids and pairs are [batch, length]; pairs[:, i] is the bucket of characters i - 1 and i."""
        kept, kept_pairs = self._kept(ids, pairs)
        letters = self.chars(ids) * kept + functional.linear(self.facts[ids], self.known.weight)
        before = self.pairs(pairs) * kept_pairs + functional.linear(
            self.pair_facts[pairs], self.known_pairs.weight
        )
        behind = functional.pad(before[:, 1:], (0, 0, 0, 1))
        entering = torch.cat([letters, before, behind], dim=2)
        entering = functional.dropout(entering, self.dropout, self.training)
        state = self.enter(entering).transpose(1, 2)
        for layer in self.layers:
            value, gate = layer(state).chunk(2, dim=1)
            change = value * torch.sigmoid(gate)
            state = state + functional.dropout(change, self.dropout / 2, self.training)
        return self.leave(state.transpose(1, 2))

    def _kept(self, ids: Tensor, pairs: Tensor) -> tuple[Tensor, Tensor]:
        """0 where what was learned of a character, of a pair is left out, else 1: [batch, length, 1] each.

        The facts and the neighbours must do then, so that names are found whose characters were never seen in one.
        Surnames are left out oftener, and half of the time their pairs with them.
        """
        if not self.training:
            one = torch.ones(1, 1, 1)
            return one, one
        gone = torch.rand(ids.shape) < self.rates[ids]
        beside = gone | functional.pad(gone[:, :-1], (1, 0))
        compound = self.pair_facts[pairs].sum(dim=2) > 0
        gone_pairs = (torch.rand(ids.shape) < FORGET) | (beside & (torch.rand(ids.shape) < 0.5))
        gone_pairs |= compound & (torch.rand(ids.shape) < FORGET_RARE)
        return (~gone).unsqueeze(2).float(), (~gone_pairs).unsqueeze(2).float()

    def forget(self, ids: Tensor, pairs: Tensor) -> None:
        """Leave out for good what was learned of some characters and pairs themselves."""
        with torch.no_grad():
            self.chars.weight[ids] = 0
            self.pairs.weight[pairs] = 0

"""The network: characters and their neighbours, then gated dilated convolutions, five tags a character.

The same arithmetic is done in numpy by reviewer.language.tagger; whoever changes one changes both.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from reviewer.language.tagger import TAGS

RARE = slice(2, 4)
"""the facts that tell a rare surname"""


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
        forget: float = 0.05,
    ) -> None:
        super().__init__()
        self.register_buffer("facts", facts)
        self.register_buffer("pair_facts", pair_facts)
        self.dilations, self.dropout, self.forget = dilations, dropout, forget
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
        forgotten = self._forgotten(ids)
        letters = self.chars(ids) * forgotten + functional.linear(self.facts[ids], self.known.weight)
        before = self.pairs(pairs) * self._forgotten(ids) + functional.linear(
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

    def _forgotten(self, ids: Tensor) -> Tensor:
        """0 where what was learned of a character itself is left out, else 1: [batch, length, 1].

        The facts and the neighbours must do then, so that names are found whose characters were never seen in one.
        Rare surnames are left out oftener: training can not hold all of them.
        """
        if not self.training:
            return torch.ones(1, 1, 1)
        rare = self.facts[ids][:, :, RARE].sum(dim=2)
        return (torch.rand(ids.shape) >= self.forget * (1 + 4 * rare)).unsqueeze(2)

"""The worker plugin of a run: distributed is imported here, where a cluster runs, and nowhere else at the start."""

from __future__ import annotations

from distributed import Worker, WorkerPlugin

from reviewer.rescan.cluster import Station


class Plugin(WorkerPlugin):
    """Brings a Station to each worker, also to those that come later."""

    def __init__(self, station: Station) -> None:
        self.station = station

    def teardown(self, worker: Worker) -> None:
        """The run is over: outposts end, whatever they do."""
        self.station.close()

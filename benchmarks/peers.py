"""Times one peer on one text; run by the interpreter of the peers' own environment, prints JSON.

    PEERS/bin/python benchmarks/peers.py jionlp FILE RUNS
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Scan = Callable[[str], int]
"""a text's number of findings"""


def jionlp() -> Scan:
    """Its extractors of numbers and addresses of the net; names and places are another model."""
    import jionlp as jio

    extractors = (
        jio.extract_id_card, jio.extract_phone_number, jio.extract_email, jio.extract_ip_address,
        jio.extract_motor_vehicle_licence_plate, jio.extract_qq, jio.extract_wechat_id,
    )  # fmt: skip
    return lambda text: sum(len(extract(text, detail=True)) for extract in extractors)


def presidio() -> Scan:
    """Its own recognizers that know Chinese values (phone of region CN, card, e-mail, IP); no spaCy model."""
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        EmailRecognizer,
        IpRecognizer,
        PhoneRecognizer,
    )

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # the list that it carries, none from the net
    engine = SpacyNlpEngine(models=[{"lang_code": "zh", "model_name": "blank"}])
    blank: Any = spacy.blank("zh")
    blank.max_length = 100_000_000
    engine.nlp = {"zh": blank}
    registry = RecognizerRegistry(supported_languages=["zh"])
    for recognizer in (CreditCardRecognizer, EmailRecognizer, IpRecognizer):
        registry.add_recognizer(recognizer(supported_language="zh"))
    registry.add_recognizer(PhoneRecognizer(supported_language="zh", supported_regions=["CN"]))
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["zh"])
    return lambda text: len(analyzer.analyze(text, language="zh"))


def helan() -> Scan:
    """All its recognizers, names and addresses by rule among them."""
    from helan import recognize

    return lambda text: len(list(recognize(text)))


PEERS = {"jionlp": jionlp, "presidio-analyzer": presidio, "helan": helan}


def main() -> None:
    name, file, runs = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    # Some greet the user on standard output.
    with contextlib.redirect_stdout(io.StringIO()):
        scan = PEERS[name]()
        text = file.read_text(encoding="utf-8")
        scan(text[:2000])
        seconds, found = [], 0
        for _ in range(runs):
            before = time.process_time()
            found = scan(text)
            seconds.append(time.process_time() - before)
    print(json.dumps({"seconds": seconds, "found": found}))


if __name__ == "__main__":
    main()

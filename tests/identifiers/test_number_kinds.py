"""Every kind of number: its doctest, what it must take, what it must refuse. All numbers are made up."""

from __future__ import annotations

import doctest
import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer import identifiers
from reviewer.identifiers import bank_card, foreign_pr, landline, resident_id, social_credit

MODULES = [module.name for module in pkgutil.iter_modules(identifiers.__path__)]
NO_NUMBERS = {"areas", "build_data", "candidates", "dates", "luhn", "tables"}
KINDS = [name for name in MODULES if name not in NO_NUMBERS]


def with_check(first17: str) -> str:
    return first17 + resident_id.check_digit(first17)


ODD_TEXTS = ["", " ", "0", "X", "-", "张建国", "\n", "1" * 40, "²" * 18,
             "１２３４５６７８９０１２３４５６７８", "٣٤٠١٠٢١٩٠٠٠٥٠٦١٢٣"]  # fmt: skip

VALID = {
    "resident_id": [
        "34010219000506123X",
        with_check("11010119030412207"),
        with_check("32050619010304121"),  # an area listed since 2000
        with_check("51072219010304121"),  # since 1985
        with_check("34250119010304121"),  # until 1999
        with_check("34999919010304121"),  # never
        "340102000506123",
        "340102040229123",
    ],
    "hmt_residence": ["810000190203040100"],
    "foreign_pr": ["911840190205061238", "USA310119900101"],
    "social_credit": ["11341700MB1631138U", "91350100M000100Y43"],
    "org_code": ["MB1631138", "MB163113-8"],
    "bank_card": ["6222020000000000000", "622202000000000007", "4111111111111111", "3530111333300000"],
    "mobile": ["13812345678", "13481234567", "16212345678", "17012345678", "17400123456", "17405123456",
               "19012345678", "19112345678", "19212345678", "19912345678", "14712345678"],
    "landline": ["0563-3021234", "05633021234", "(0563)3021234", "010-62345678", "02162345678",
                 "0563-3021234-8012", "0563-3021234转801", "0371-65345678", "0551 62345678"],
    "passport": ["E12345678", "EA1234567", "G12345678", "DE1234567", "D1234567", "151234567", "KJ1234567"],
    "hkmt_permit": ["H12345678", "M1234567801", "CA1234567", "C12345678", "W12345678", "01234567",
                    "0123456789A"],
    "disability_id": ["34010219000506123X43", "34010219000506123X11B1"],
    "student_id": ["G34010219000506123X", "L34010219000506123X", "J34010219000506123X"],
    "birth_certificate": ["L123456789"],
    "plate": ["皖P12345", "京A1234警", "粤Z1234港", "皖PD12345", "皖PFA1234", "皖P12345D", "沪A0023领",
              "使014578", "WJ皖12345", "WJ01警1234", "WJ1112345", "VA12345", "军A12345"],
    "vin": ["1M8GDM9AXKP042788"],
    "imei": ["490154203237518"],
    "mac": ["38:F9:D3:4B:F5:51", "38-F9-D3-4B-F5-51", "38F9D34BF551", "38:f9:d3:4b:f5:51"],
    "ipv4": ["192.168.10.21", "0.0.0.0", "255.255.255.255"],
    "iot_number": ["1440123456789", "1410123456789", "1480123456789"],
    "project_code": ["2509-320193-89-01-544060", "2509-000000-89-01-544060"],
    "mining_licence": ["C3400002010127120051234", "T34120080102001234"],
    "parcel_code": ["341802001005GB00012", "450103001001GB00001"],
    "unit_code": ["341802001005GB00012F00030012", "341802001005GB00012W00000000"],
    "business_licence": ["340100000012347"],
}  # fmt: skip

INVALID = {
    "resident_id": [
        "340102190005061230",  # check character
        "34010219000506123x",  # input is normalised before
        "34010219001306123X",  # month
        "34010219000229123X",  # 1900 was no leap year
        "34010218790506123X",
        "34010221000506123X",
        "16010219000506123X",  # province
        "34010219000506123",
        "341802100201010012",  # 承包方编码
        "340102001306123",
        "160102000506123",
    ],
    "hmt_residence": ["810000190203040104", "840000190203040100", "810000020304010"],
    "foreign_pr": ["911840190205061230", "911840190213061238", "ABC202401010001", "US3101199001012"],
    "social_credit": ["11341700MB1631139U", "11341700MB163113OU", "11341700MB1631138", "B1341700MB1631138U"],
    "org_code": ["MB1631139", "MB163113_8", "MB16311-38", "mb1631138"],
    "bank_card": ["6222020000000000001", "0000000000000000", "622202000000000", "1234567812345670"],
    "mobile": ["12812345678", "13491234567", "15412345678", "16112345678", "17406123456", "17912345678",
               "19412345678", "1381234567", "138123456789", "1381234567O", "14412345678"],
    "landline": ["010-6234567", "0563-1021234", "0563-9021234", "0123-3021234", "3021234", "0563-302123",
                 "0563-3021234-", "0563-3021234-8012345", "400-1234567", "12345", "13812345678"],
    "passport": ["EI1234567", "EO1234567", "E1234567", "161234567", "FE1234567", "E1234567A"],
    "hkmt_permit": ["H1234567", "H123456789", "20240105", "CI1234567", "A12345678", "012345678"],
    "disability_id": ["34010219000506123X83", "34010219000506123X45", "34010219000506123043",
                      "34010219000506123X43B", "34010219000506123X43C1"],
    "student_id": ["G340102190005061230", "A34010219000506123X", "34010219000506123X"],
    "birth_certificate": ["L12345678", "1123456789", "L000000000", "l123456789"],
    "plate": ["皖I12345", "皖PABCDE", "晓P12345", "皖P1234", "皖P123456", "皖PO2345", "皖PL12345", "WJ123",
              "使01457", "皖PA1234F", "VI12345", "皖P1234车"],
    "vin": ["1M8GDM9A1KP042788", "1M8GDM9AXKPO42788", "12345678901234567", "1M8GDM9AXKP04278"],
    "imei": ["490154203237519", "000000000000000", "49015420323751"],
    "mac": ["38:F9-D3:4B:F5:51", "00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF", "38:F9:D3:4B:F5", "38F9D34BF55G"],
    "ipv4": ["1.2.3", "1.2.3.256", "1.2.3.4.5", "1..2.3", "1.2.3.0004", "V2.10.1.3"],
    "iot_number": ["1450123456789", "14401234567", "1381234567890"],
    "project_code": ["2513-320193-89-01-544060", "2509-320193-8901-544060", "2509-990193-89-01-544060"],
    "mining_licence": ["C34000020101271200512", "A3400002010127120051234", "C34120080102001234"],
    "parcel_code": ["341802001005AB00012", "991802001005GB00012", "341802001005GI00012"],
    "unit_code": ["341802001005GB00012X00030012", "341802001005GB00012W00030012", "341802001005GB00012"],
    "business_licence": ["340100000012346", "34010000001234"],
}  # fmt: skip


def rows(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(kind, number) for kind, numbers in table.items() for number in numbers]


@pytest.mark.parametrize("name", MODULES)
def test_doctests_run(name: str) -> None:
    result = doctest.testmod(import_module(f"reviewer.identifiers.{name}"))
    assert result.failed == 0
    assert result.attempted or name in NO_NUMBERS


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_in_the_tables_and_refuses_odd_text(kind: str) -> None:
    assert VALID[kind] and INVALID[kind]
    module = import_module(f"reviewer.identifiers.{kind}")
    for text in ODD_TEXTS:
        assert module.is_valid(text) is False, repr(text)


@pytest.mark.parametrize(("kind", "number"), rows(VALID))
def test_takes(kind: str, number: str) -> None:
    assert import_module(f"reviewer.identifiers.{kind}").is_valid(number) is True


@pytest.mark.parametrize(("kind", "number"), rows(INVALID))
def test_refuses(kind: str, number: str) -> None:
    assert import_module(f"reviewer.identifiers.{kind}").is_valid(number) is False


@given(st.text(max_size=30) | st.text("0123456789X-.:转京A使WJ", max_size=30))
def test_no_text_breaks_a_kind(text: str) -> None:
    for kind in KINDS:
        assert import_module(f"reviewer.identifiers.{kind}").is_valid(text) in (True, False)


made_up_ids = st.builds(
    lambda area, year, month, day, serial: f"{area}{year}{month:02}{day:02}{serial:03}",
    st.sampled_from(["110101", "340102", "320506", "510722", "810000", "659001"]),
    st.integers(1900, 1905), st.integers(1, 12), st.integers(1, 28), st.integers(0, 999),
).map(with_check)  # fmt: skip


@given(made_up_ids, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_a_single_changed_character_breaks_the_check(number: str, place: int, other: str) -> None:
    assert resident_id.is_valid(number)
    changed = number[:place] + other + number[place + 1 :]
    assert resident_id.is_valid(changed) == (changed == number)


@given(made_up_ids, st.integers(0, 16))
def test_swapped_neighbours_break_the_check(number: str, place: int) -> None:
    changed = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert resident_id.is_valid(changed) == (changed == number)


@given(st.text(social_credit.ALPHABET, min_size=9, max_size=9), st.integers(0, 17), st.data())
def test_a_changed_character_breaks_a_credit_code(tail: str, place: int, data: st.DataObject) -> None:
    first = "91340100" + tail
    number = first + social_credit.check_digit(first)
    assert social_credit.is_valid(number)
    other = data.draw(st.sampled_from(social_credit.ALPHABET))
    changed = number[:place] + other + number[place + 1 :]
    assert social_credit.is_valid(changed) == (changed == number)


def test_what_an_identity_number_says() -> None:
    assert resident_id.sex("340102190005061248"[:17] + "X") == "女"
    assert resident_id.sex("340102000506123") == "男"
    assert resident_id.birth_date("340102040229123").isoformat() == "1904-02-29"
    assert resident_id.to_18("340102000506123") == "34010219000506123X"
    with pytest.raises(ValueError, match=r"^not a resident identity number$"):
        resident_id.birth_date("34010219001306123X")


def test_what_cards_and_phones_say() -> None:
    assert bank_card.issuer("6222020000000000000") == "中国工商银行"
    assert not bank_card.issuer_known("6222020000000000")  # 622202 stands on cards of 19 digits
    assert bank_card.luhn_ok("4111111111111111")
    assert landline.area("010-62345678") == "北京/北京"
    assert landline.area("0123-3021234") is None
    assert foreign_pr.is_plausible("911840190205061230")


def test_importing_resident_id_loads_nothing_else() -> None:
    code = (
        "import sys; import reviewer; before = set(sys.modules); import reviewer.identifiers.resident_id;"
        "print(*sorted(set(sys.modules) - before))"
    )
    call = [sys.executable, "-c", code]
    assert set(subprocess.run(call, capture_output=True, text=True, check=True).stdout.split()) == {
        "reviewer.identifiers", "reviewer.identifiers.dates", "reviewer.identifiers.resident_id",
    }  # fmt: skip

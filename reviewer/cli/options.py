"""Options that belong together or that several commands take, and what the values of options are."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path


def review_options(parser: argparse.ArgumentParser) -> None:
    """What decides which findings a draft has."""
    parser.add_argument("--genre", default="", metavar="文种", help="由人指定文种（如 行政处罚）；默认自动识别")
    parser.add_argument(
        "--allow", action="append", type=Path, default=[], metavar="文件",
        help="本单位公开人员名单（负责人、公开的工作人员、专家），可重复；写法见 docs/genres.md",
    )  # fmt: skip
    language_option(parser)
    parser.add_argument("--words", type=Path, metavar="文件", help="用户词典（jieba 格式，nr 为人名）")
    rule_options(parser)
    key_option(parser)


def engine_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", choices=("local", "dask"), default="local", help="在本机审查，或者交给 Dask 集群")
    parser.add_argument("--scheduler", default="", metavar="地址", help="已有集群的调度进程，如 tls://10.0.0.5:8786")
    parser.add_argument("--results", metavar="文件夹", help="集群的结果暂存处；最好各节点共享")
    parser.add_argument("--own-keys", action="store_true", help="不把密钥发给集群：各节点用自己的密钥文件")


def gate_options(parser: argparse.ArgumentParser) -> None:
    """What decides what the gate says of a folder."""
    parser.add_argument("folder", type=Path, metavar="文件夹", help="要发布的文件夹")
    parser.add_argument("--certificates", type=Path, metavar="文件夹", help="发布证书（.json），也可以是一份证书")
    parser.add_argument("--trust", type=Path, metavar="文件", help="信任文件：签发证书的公钥")
    parser.add_argument("--revoked", type=Path, metavar="文件", help="签名的吊销名单；没有就按全部吊销处理")
    parser.add_argument("--scope", default="全面", metavar="范围", help="向谁公开（默认：全面）")
    parser.add_argument("--channel", default="政府网站", metavar="方式", help="用什么方式公开（默认：政府网站）")
    parser.add_argument("--config", type=Path, metavar="文件", help="gate.yml：网页正文的位置、不要证书的资源文件")
    parser.add_argument("--baseline", type=Path, metavar="文件", help="基线：以前就有的文件，见 reviewer baseline")
    parser.add_argument(
        "--rules", action="append", type=Path, default=[], metavar="文件夹", help="另加一套规则，可重复；只会查出更多"
    )
    parser.add_argument(
        "--allow", action="append", type=Path, default=[], metavar="文件", help="本单位公开人员名单，可重复"
    )
    parser.add_argument("--jobs", type=count, metavar="个数", help="同时检查几个文件（默认：处理器的核数）")


def office_options(parser: argparse.ArgumentParser) -> None:
    """Where the workbench keeps its data and keys."""
    parser.add_argument(
        "--data", type=Path, metavar="文件夹", help="数据文件夹（也可用 REVIEWER_DATA；默认在用户的数据文件夹里）"
    )
    parser.add_argument(
        "--database", metavar="地址", help="PostgreSQL 的地址（也可用环境变量 REVIEWER_DATABASE；默认 SQLite）"
    )
    parser.add_argument(
        "--signing-dir", type=Path, metavar="文件夹", help="签名密钥的文件夹（也可用环境变量 REVIEWER_SIGNING_DIR）"
    )
    key_option(parser)


def language_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--language", default="builtin", metavar="模型", help="找人名的模型：builtin（默认）、spacy:模型文件夹 或 none"
    )


def rule_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules", action="append", type=Path, default=[], metavar="文件夹", help="另加一套规则，可重复"
    )


def password_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-file", type=Path, metavar="文件", help="打开加密文件用的密码，每行一个（zip、docx、xlsx、pdf）"
    )


def key_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key-file", type=Path, metavar="文件", help="站点密钥文件（也可用环境变量 REVIEWER_KEY_FILE）"
    )


def count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text} 不是 1 到 256 之间的整数")
    return int(text)


def columns(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 40 <= int(text) <= 400:
        raise argparse.ArgumentTypeError(f"{text} 不是 40 到 400 之间的整数")
    return int(text)


def days(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 366:
        raise argparse.ArgumentTypeError(f"{text} 不是 1 到 366 之间的整数")
    return int(text)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} 不是 2027-06-30 这样的日期") from None


def names(text: str) -> tuple[str, ...]:
    """Names with commas between them; `none` is none."""
    return () if text == "none" else tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))


def version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    if not (text.isascii() and major.isdigit() and minor.isdigit()):
        raise argparse.ArgumentTypeError("应写成 3.11 这样的版本")
    return int(major), int(minor)

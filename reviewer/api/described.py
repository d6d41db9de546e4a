"""What OpenAPI says of the interface: schemas, examples, and the problems that a request can end with."""

from __future__ import annotations

from typing import Any

from reviewer.api.problem import MEDIA_TYPE, TITLES, TYPE
from reviewer.linkage.join import KIND_TITLES
from reviewer.review.certificate import WEBSITE, WHOLE_PUBLIC
from reviewer.review.item import ANSWERS, ATTRIBUTES, CATEGORIES, CHANNELS, SCOPES, SOURCES, VALIDITIES
from reviewer.review.item import TITLES as FIELDS
from reviewer.review.workflow import OUTCOMES, STATES

Schema = dict[str, Any]
_SHA256 = "[0-9a-f]{64}"
SHA256: Schema = {"type": "string", "pattern": f"^{_SHA256}$", "description": "SHA-256，64 位小写十六进制"}
_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_WHOLE: Schema = {"type": "integer", "minimum": 1}
_STAMP: Schema = {"type": ["string", "null"], "description": "UTC，如 2026-11-22T01:02:03Z"}
_BINARY: Schema = {"type": "string", "format": "binary"}
_YES: Schema = {"type": "string", "enum": ["true", "false"]}


def _object(properties: dict[str, Schema], *optional: str, description: str = "") -> Schema:
    made: Schema = {
        "type": "object", "properties": properties, "required": [one for one in properties if one not in optional],
    }  # fmt: skip
    return {**made, "description": description} if description else made


def _choice(known: dict[str, str], title: str, *, open: bool = False) -> Schema:
    told = f"{title}：" + "，".join(f"`{name}` {text}" for name, text in known.items())
    return {"type": "string", "enum": [*known, *([""] if open else [])], "description": told}


def _list(of: Schema, description: str = "") -> Schema:
    made: Schema = {"type": "array", "items": of}
    return {**made, "description": description} if description else made


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _item_fields() -> dict[str, Schema]:
    """What POST /items takes of an item; the words are those of the workbench's form."""
    fields: dict[str, Schema] = {name: {"type": "string", "maxLength": 500, "description": title}
                                 for name, title in FIELDS.items()}  # fmt: skip
    fields["title"]["minLength"] = 1
    fields["remarks"]["maxLength"] = 4000
    for name in ("made_on", "publish_on", "notice_from", "notice_to", "take_down_on"):
        fields[name] = {"type": ["string", "null"], "format": "date", "description": FIELDS[name]}
    choices = {
        "source": SOURCES, "category": CATEGORIES, "attribute": ATTRIBUTES, "scope": SCOPES,
    }  # fmt: skip
    fields.update({name: _choice(known, FIELDS[name]) for name, known in choices.items()})
    maybe = {
        "validity": VALIDITIES, "source_consent": ANSWERS, "impact_assessment": ANSWERS, "separate_consent": ANSWERS,
    }  # fmt: skip
    fields.update({name: _choice(known, FIELDS[name], open=True) for name, known in maybe.items()})
    fields["channels"] = _list(_choice(CHANNELS, "方式"), FIELDS["channels"])
    fields["normative"] = {"type": "boolean", "description": FIELDS["normative"]}
    return fields


ITEM_EXAMPLE = {
    "title": "关于召开座谈会的通知", "doc_number": "某局函〔2026〕12号", "made_on": "2026-11-20",
    "channels": ["website"], "scope": "all",
}  # fmt: skip

_FILE = _object({
    "name": {**_TEXT, "description": "文件名，其中查出的值已遮盖"},
    "role": {"type": "string", "enum": ["final", "draft"]}, "sha256": SHA256,
    "size": _COUNT, "format": _TEXT, "findings": _COUNT,
    "undecided": {**_COUNT, "description": "还没有处理的发现（check、block）"},
})  # fmt: skip
_ADDED = _object({
    "version": _WHOLE, "findings": _COUNT, "due": {**_COUNT, "description": "须处理的发现（check、block）"},
    "gaps": {**_COUNT, "description": "没有读到、须由人看过的部分"},
}, description="收下的一版；只在建立时有")  # fmt: skip

SCHEMAS: dict[str, Schema] = {
    "Problem": _object({
        "type": {"type": "string", "pattern": f"^{TYPE}"}, "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599}, "detail": _TEXT,
        "code": {"type": "string", "enum": list(TITLES)},
        "errors": _list(_TEXT, "逐栏的问题"),
    }, "errors", description="出错时的回答（RFC 9457）。不含草稿的内容，不含程序的堆栈。"),
    "ItemFields": {
        **_object(_item_fields(), *(name for name in FIELDS if name != "title"),
                  description="一件事项（一事一审）的登记内容，各栏同工作台的登记页"),
        "additionalProperties": False, "example": ITEM_EXAMPLE,
    },
    "NewItem": {
        **_object({
            "item": _ref("ItemFields"), "file": _list(_BINARY, "拟公开的最终文件，可以重复"),
            "draft": _list(_BINARY, "底稿，可以没有"),
            "unit": {"type": "string", "pattern": "^[0-9]{1,9}$",
                     "description": "单位编号；令牌的拟稿人只属于一个单位时不必写"},
            "submit": {**_YES, "default": "true", "description": "true：收下就提交审查；false：只存为起草"},
            "urgent": {**_YES, "default": "false", "description": "加急"},
            "urgent_reason": {"type": "string", "maxLength": 1000, "description": "加急的理由"},
            "note": {"type": "string", "maxLength": 1000, "description": "本版说明"},
        }, "draft", "unit", "submit", "urgent", "urgent_reason", "note"),
    },
    "Item": _object({
        "id": _WHOLE, "number": {**_TEXT, "description": "事项编号，如 2026-000123"}, "unit": _WHOLE,
        "title": {**_TEXT, "description": "其中查出的值已遮盖"},
        "state": _choice(STATES, "状态"), "state_title": _TEXT,
        "step": {"type": ["string", "null"], "description": "正在哪一步：first、second、third、final"},
        "outcome": {"type": ["string", "null"], "enum": [*OUTCOMES, None],
                    "description": "结论：" + "，".join(f"`{name}` {text}" for name, text in OUTCOMES.items())},
        "outcome_title": _TEXT, "version": _COUNT, "revision": _WHOLE, "created_at": _TEXT, "submitted_at": _STAMP,
        "step_due": _STAMP, "publish_due": _STAMP,
        "left": _object({
            "undecided": {**_COUNT, "description": "还没有处理的发现"},
            "must_change": {**_COUNT, "description": "决定“违规须改”的"},
            "pending": {**_COUNT, "description": "决定脱敏（解密）、还没有做到的"},
            "gaps": {**_COUNT, "description": "没有读到、还没有人看过的部分"},
        }, description="批准之前还差什么"),
        "files": _list(_FILE), "notes": _list(_TEXT, "提示"), "added": _ADDED,
    }, "added"),
    "Envelope": _object({
        "payload": {**_TEXT, "description": "in-toto 声明，base64"}, "payloadType": _TEXT,
        "signatures": _list({"type": "object"}),
    }, description="发布证书：DSSE 信封，见 docs/gate.md。请逐字节保存，改动一个字节就作废。"),
    "Verify": {
        **_object({
            "certificate": {"type": "string", "minLength": 2, "description": "发布证书文件的全文，一字不改"},
            "files": {**_list(_object({
                "path": {"type": "string", "minLength": 1, "maxLength": 1000}, "sha256": SHA256,
                "text_sha256": {**SHA256, "description": "网页：正文的 SHA-256，可以没有"},
            }, "text_sha256")), "maxItems": 10_000},
            "scope": {"type": "string", "maxLength": 200, "default": WHOLE_PUBLIC, "description": "公开到什么范围"},
            "channel": {"type": "string", "maxLength": 200, "default": WEBSITE, "description": "用什么方式公开"},
        }, "scope", "channel"),
        "additionalProperties": False,
    },
    "VerifyFiles": _object({
        "certificate": {**_BINARY, "description": "发布证书文件"}, "file": _list(_BINARY, "要发布的文件"),
        "scope": {"type": "string", "maxLength": 200}, "channel": {"type": "string", "maxLength": 200},
    }, "scope", "channel"),
    "Verdict": _object({
        "status": {"type": "string", "enum": ["valid", "revoked", "expired", "not-yet", "invalid"],
                   "description": "发布证书本身：有效、已吊销、已到期、未生效、无效（不是本单位签发的，或者改动过）"},
        "message": {**_TEXT, "description": "不能采信的原因"}, "id": _TEXT,
        "covers": {"type": "boolean", "description": "有效，而且结论、范围、方式都相符"},
        "approved": {"type": "boolean", "description": "给了文件，而且每个文件都是 approved：可以发布"},
        "certificate": {"type": ["object", "null"], "description": "发布证书的内容；无效时为 null"},
        "files": _list(_object({
            "path": _TEXT, "sha256": SHA256,
            "status": {"type": "string", "enum": ["approved", "unapproved", "changed", "expired", "revoked"],
                       "description": "用词同 reviewer gate"},
            "message": _TEXT,
        })),
    }),
    "Findings": {
        "type": "object", "required": ["schema", "values", "documents", "summary"],
        "properties": {"schema": {"const": "reviewer.findings/1"}, "values": {"const": "masked"},
                       "documents": _list({"type": "object"}), "summary": {"type": "object"}},
        "description": "同 `reviewer scan --format json`（docs/json.md），值已遮盖",
    },
}  # fmt: skip

_EXAMPLES: dict[int, tuple[str, str]] = {
    400: ("bad-request", "item 应是一个 JSON 对象。"),
    401: ("bad-token", "令牌不对、已到期或者已吊销。请向系统管理员要新的令牌。"),
    403: ("denied", "没有权限：新建事项。"), 404: ("absent", "没有这个事项，或者不在您的单位。"),
    409: ("conflict", "这一事项刚刚被别人改动过，您的操作没有保存。请刷新后再办。"),
    413: ("too-big", "上传的内容超过 200 MB，没有收下。请拆分后再提交。"), 415: ("wrong-type", "不认识这种表单。"),
    422: ("refused", "没有选择文件。"), 429: ("too-many", "每分钟最多 120 次请求。请在 20 秒后再试。"),
    500: ("failed", "程序出错。没有保存。"), 503: ("busy", "同时上传的请求太多，请稍后再试。"),
}  # fmt: skip
_TOLD = {
    400: "请求的格式不对", 401: "没有令牌，或者令牌无效", 403: "令牌的拟稿人没有权限", 404: "没有，或者不在令牌的单位",
    409: "别人刚改过", 413: "太大", 415: "不认识这种内容", 422: "不能办：原因在 detail、errors",
    429: "请求太多，见 Retry-After", 500: "程序出错", 503: "暂时忙不过来或者不能用，见 Retry-After",
}  # fmt: skip


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The responses for these statuses, and those that every request can end with."""
    made: dict[int | str, dict[str, Any]] = {}
    for status in sorted({*statuses, 401, 403, 429, 500, 503}):
        code, detail = _EXAMPLES[status]
        example = {"type": TYPE + code, "title": TITLES[code], "status": status, "detail": detail, "code": code}
        content = {MEDIA_TYPE: {"schema": _ref("Problem"), "example": example}}
        made[status] = {"description": _TOLD[status], "content": content}
    return made


def answers(status: int, description: str, schema: str, example: Any = None) -> dict[int | str, dict[str, Any]]:
    """The response where all went well."""
    content: dict[str, Any] = {"schema": _ref(schema)}
    if example is not None:
        content["example"] = example
    return {status: {"description": description, "content": {"application/json": content}}}


def body(content: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    """The body that a route reads itself: media type -> (schema, example)."""
    made: dict[str, Any] = {}
    for kind, (schema, example) in content.items():
        made[kind] = {"schema": _ref(schema), **({"example": example} if example is not None else {})}
        if schema == "NewItem":
            made[kind]["encoding"] = {"item": {"contentType": "application/json"}}
    return {"requestBody": {"required": True, "content": made}}


SCHEMAS["Scan"] = _object({
    "file": _list(_BINARY, "要检查的文件，最多 10 个"),
    "genre": {"type": "string", "maxLength": 100, "description": "文种的中文名；不写就自动认"},
}, "genre")  # fmt: skip
SCHEMAS["Joins"] = _object({
    "documents": {**_COUNT, "description": "和多少份已公开的文件比对；0：服务器上还没有重新审查的记录"},
    "joins": _list(_object({
        "kind": _choice(KIND_TITLES, "种类"), "severity": {"type": "string", "enum": ["check", "note"]},  # type: ignore[arg-type]
        "documents": _list(_TEXT, "哪几份：已公开的写路径（遮盖），草稿写送来的文件名"), "entity": _TEXT,
        "before": {**_COUNT, "description": "单看最泄露的一份还剩几个可能"},
        "after": {**_COUNT, "description": "合起来还剩几个可能"},
        "probability": {"type": "number", "minimum": 0, "maximum": 1, "description": "是同一个人的概率"},
        "gives": _list(_object({"path": _TEXT, "at": _COUNT, "says": _TEXT}), "每份给了什么，在哪一行"),
        "change": _list(_TEXT, "改哪一份就断开"), "advice": _TEXT,
    })),
    "tables": _list({"type": "object"}, "没有写姓名、却能认出某人的表格和改法（docs/json.md）"),
})  # fmt: skip
VERIFY_EXAMPLE = {
    "certificate": '{"payload":"…","payloadType":"application/vnd.in-toto+json","signatures":[…]}',
    "files": [{"path": "通知.txt", "sha256": "0" * 64}], "scope": WHOLE_PUBLIC, "channel": WEBSITE,
}  # fmt: skip

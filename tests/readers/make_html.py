"""Builds HTML pages with a token in each place where a page can hold one."""

from __future__ import annotations

import base64
from collections.abc import Callable


def _page(body: str, head: str = "") -> Callable[[str], bytes]:
    page = f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body><p>公示</p>{body}</body></html>"
    return lambda token: page.replace("@@", token).encode()


def _escaped(token: str) -> bytes:
    letters = "".join(f"\\u{ord(c):04x}" for c in token)
    return _page(f'<script>var name = "{letters}";</script>')("")


def _percent(token: str) -> bytes:
    letters = "".join(f"%{byte:02X}" for byte in f"张{token}".encode())
    return _page(f'<a href="/search?name={letters}">查</a>')("")


def _base64(kind: str, markup: str, inside: str = "张某 @@") -> Callable[[str], bytes]:
    def build(token: str) -> bytes:
        data = base64.b64encode(inside.replace("@@", token).encode()).decode()
        return _page(markup.format(f"data:{kind};base64,{data}"))("")

    return build


def _archive(token: str) -> bytes:
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=cut\r\n\r\n--cut\r\n"
    part = "Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    page = base64.b64encode(f"<html><body><p>电话{token}</p></body></html>".encode("gbk")).decode()
    return f"{head}{part}{page}\r\n--cut--\r\n".encode()


def _by_rule(selector: str, body: str) -> Callable[[str], bytes]:
    return _page(body, f"<style>{selector} {{ display:none }}</style>")


_HALF = "<p>{}<b>{}</b></p>"

PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "paragraph": ("body", _page("<p>申请人@@的申请</p>")),
    "split by inline tags": ("body", lambda token: _page(_HALF.format(token[:2], token[2:]))("")),
    "split by a word break": ("body", lambda token: _page(f"<p>{token[:2]}<wbr>{token[2:]}</p>")("")),
    "table cell": ("body", _page("<table><tr><th>姓名<th>电话<tr><td>张三<td>@@</table>")),
    "nested table": ("body", _page("<table><tr><td>甲<td><table><tr><td>乙<td>@@</table></table>")),
    "after the end tag": ("body", lambda token: _page("")("") + token.encode()),
    "svg text": ("body", _page("<svg><text x=1 y=1>@@</text></svg>")),
    "white text": ("hidden", _page('<p>公示<span style="color:#FFFFFF">王五@@</span></p>')),
    "white font": ("hidden", _page("<p>公示<font color=white>王五@@</font></p>")),
    "black on black": ("hidden", _page('<p><span style="background:#000;color:black">王五@@</span></p>')),
    "hidden attribute": ("hidden", _page("<div hidden>@@</div>")),
    "display none": ("hidden", _page('<div style="display: none"><p>@@</p></div>')),
    "display none inline": ("hidden", _page('<p>张<span style="DISPLAY:NONE">@@</span>三</p>')),
    "visibility hidden": ("hidden", _page('<p style="visibility:hidden">@@</p>')),
    "no opacity": ("hidden", _page('<p style="opacity:0">@@</p>')),
    "no font size": ("hidden", _page('<p>张三<span style="font-size:0">@@</span></p>')),
    "off the page": ("hidden", _page('<p style="position:absolute;left:-9999px">@@</p>')),
    "hidden class": ("hidden", _page('<p class="a b">@@</p>', "<style>.b { display:none }</style>")),
    "hidden below a class": ("hidden", _by_rule(".list p", '<div class="list"><p>@@</p></div>')),
    "hidden right below": ("hidden", _by_rule("div.list > p", '<div class="list"><p>@@</p></div>')),
    "hidden by an attribute": ("hidden", _by_rule('p[data-x="1"]', '<p data-x="1">@@</p>')),
    "hidden column": (
        "hidden",
        _by_rule("td:nth-child(2)", "<table><tr><td>姓名<td>电话<tr><td>张三<td>@@</table>"),
    ),
    "one pixel": ("hidden", _page('<p>张三<span style="font-size:1px">@@</span></p>')),
    "no size in a font": ("hidden", _page('<p style="font:0/0 a">@@</p>')),
    "scaled to nothing": ("hidden", _page('<p style="transform:scale(0)">@@</p>')),
    "clipped away": ("hidden", _page('<p style="clip-path:inset(100%)">@@</p>')),
    "no height": ("hidden", _page('<p style="max-height:0;overflow:hidden">@@</p>')),
    "hidden id": ("hidden", _page('<p id="x">@@</p>', "<style>#x{display:none!important}</style>")),
    "hidden row": ("hidden", _page("<table><tr><td>姓名<td>电话<tr hidden><td>张三<td>@@</table>")),
    "hidden cell": ("hidden", _page("<table><tr><td>姓名<td>电话<tr><td>张三<td hidden>@@</table>")),
    "template": ("hidden", _page("<template><p>@@</p></template>")),
    "noscript": ("hidden", _page("<noscript>@@</noscript>")),
    "comment": ("comment", _page("<!-- 原电话 @@ -->")),
    "comment in front": ("comment", lambda token: f"<!-- 张三 {token} -->".encode() + _page("")("")),
    "comment with markup": ("comment", _page("<!-- <p>原电话<b>@@</b></p> -->")),
    "conditional comment": ("comment", _page("<!--[if IE]><p>@@</p><![endif]-->")),
    "comment in a style": ("comment", _page("", "<style>/* 张三 @@ */ p{}</style>")),
    "title": ("property", _page("", "<title>@@</title>")),
    "meta": ("property", _page("", '<meta name="author" content="@@">')),
    "alt": ("alt", _page('<img src="data:,x" alt="@@">')),
    "title attribute": ("alt", _page('<a href="#" title="@@">查看</a>')),
    "placeholder": ("alt", _page('<input placeholder="@@">')),
    "aria label": ("alt", _page('<p aria-label="@@">查看</p>')),
    "input": ("form", _page('姓名：<input name="xm" value="@@">')),
    "hidden input": ("form", _page('<input type="hidden" name="xm" value="张三@@">')),
    "textarea": ("form", _page("<textarea>@@</textarea>")),
    "option": ("form", _page("<select><option>@@</option></select>")),
    "option value": ("form", _page('<select><option value="张@@">甲</option></select>')),
    "tel link": ("field", _page('<a href="tel:@@">电话</a>')),
    "mail link": ("field", _page('<a href="mailto:@@@example.cn">邮箱</a>')),
    "percent link": ("field", _percent),
    "script literal": ("script", _page("<script>var name = '@@';</script>")),
    "escaped literal": ("script", _escaped),
    "script comment": ("script", _page("<script>// 联系人张三 @@\nvar a=1;</script>")),
    "script data": ("script", _page('<script>var d = [{"n":"甲","t":"@@"},{"n":"乙"}];</script>')),
    "json": ("script", _page('<script type="application/json">{"a":{"b":["@@"]}}</script>')),
    "script template": ("script", _page('<script type="text/html"><p>@@</p></script>')),
    "data attribute": ("script", _page('<p data-name="@@">查看</p>')),
    "event attribute": ("script", _page("""<p onclick="show('张@@')">查看</p>""")),
    "generated content": ("script", _page("", '<style>p::after { content: "@@" }</style>')),
    "value in a style": ("script", _page("<p style=\"--x:'@@'\">查看</p>")),
    "telling generator": ("property", _page("", '<meta name="generator" content="@@">')),
    "text in an address": ("field", _base64("text/plain", '<a href="{}">下载</a>')),
    "page in an address": ("attachment", _base64("text/html", '<iframe src="{}"></iframe>')),
    "file in an address": ("attachment", _base64("application/octet-stream", '<a download href="{}">x</a>')),
    "drawing in an address": ("alt", _page('<img src="data:image/svg+xml,<svg><text>@@</text></svg>">')),
    "drawing packed in an address": ("alt", _base64("image/svg+xml", '<img src="{}">', "<svg><text>@@</text></svg>")),
    "web archive": ("body", _archive),
    "inner page": ("attachment", _page('<iframe srcdoc="<p>@@</p>"></iframe>')),
}
"""place -> (the part it must be reported in, page with the token there)"""

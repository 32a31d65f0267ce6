"""Canaries: secrets that occur nowhere else, a different one for every place; and finding them again.

A canary is one word of small letters and digits, so that it survives wherever a secret can stand (host
names, option values, JSON, command lines). All of one run share a beginning, so one look at an answer
says that there is none. Found are also canaries in base64, percent-encoded, escaped in JSON, in hex, and
base64 inside base64."""
import base64
import binascii
import json
import os
import re
import urllib.parse

MARK = "cn" + os.urandom(5).hex()
WORD = re.compile(rf"{MARK}x[0-9]{{3}}", re.IGNORECASE)
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")

planted = {}  # word -> the place
literals = {}  # secrets that the engine made: text -> the place


def canary(place):
    word = f"{MARK}x{len(planted):03d}"
    planted[word] = place
    return word


def literal(place, text):
    """A secret that the engine made by itself: join tokens, unlock keys."""
    if text:
        literals[text] = place


def inner_base64(data):
    """What every base64 that holds `data` contains, for the three places where it can begin."""
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + data).decode()
        yield text[4 if shift else 0:(shift + len(data)) // 3 * 4]


ENCODED = [text.encode() for text in inner_base64(MARK.encode())] + [binascii.hexlify(MARK.encode())]
ENCODED_TEXT = [code.decode() for code in ENCODED]


def words_in(text):
    found = {word.lower() for word in WORD.findall(text)}
    return found | {text_ for text_ in literals if text_ in text}


def strings_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from strings_in(element)
    elif isinstance(value, dict):
        for key, element in value.items():
            yield key
            yield from strings_in(element)


def documents(text):
    """The JSON documents of an answer or of a stream of them; nothing where it is none."""
    decoder, place = json.JSONDecoder(), 0
    while True:
        while place < len(text) and text[place] in " \t\r\n\x1e":
            place += 1
        if place == len(text):
            return
        try:
            document, place = decoder.raw_decode(text, place)
        except ValueError:
            return
        yield document


def decoded_forms(text, depth=0):
    """The text, and what else it says."""
    yield text
    if "%" in text:
        yield urllib.parse.unquote(text, errors="replace")
    if depth == 2:
        return
    for run in BASE64.findall(text):
        plain = run.rstrip("=").replace("-", "+").replace("_", "/")
        for cut in range(4):
            inner = base64_text(plain[cut:])
            if MARK in inner or any(text_ in inner for text_ in literals):
                yield inner
            elif any(code in inner for code in ENCODED_TEXT):
                yield from decoded_forms(inner, depth + 1)


def base64_text(code):
    """What it says, as far as it goes; "" for what is no base64."""
    code = code[:-1] if len(code) % 4 == 1 else code
    try:
        return base64.b64decode(code + "=" * (-len(code) % 4)).decode("latin-1")
    except (binascii.Error, ValueError):
        return ""


def find(data):
    """The canaries in the bytes of an answer, whatever form they have there."""
    text = data.decode("utf-8", "replace")
    found = set()
    for form in decoded_forms(text):
        found |= words_in(form)
    for document in documents(text):
        for string in strings_in(document):
            for form in decoded_forms(string):
                found |= words_in(form)
    if not found and any(code in data for code in ENCODED):
        found.add(MARK)
    return found


def place_of(word):
    return planted.get(word) or literals.get(word) or "one that is encoded in another way"


def paths_of(value, word, path=""):
    """Where in a document a canary stands, as the field tables write it."""
    if isinstance(value, str):
        if any(word in form.lower() or word in form for form in decoded_forms(value)):
            yield path
    elif isinstance(value, list):
        for element in value:
            yield from paths_of(element, word, path + "[]")
    elif isinstance(value, dict):
        for key, element in value.items():
            if word in key:
                yield f"{path}{{key}}"
            yield from paths_of(element, word, f"{path}.{key}" if path else key)


def paths_in(data, word):
    found = set()
    for document in documents(data.decode("utf-8", "replace")):
        found.update(paths_of(document, word))
    return sorted(found) or ["the bytes"]

"""How a drawn request is spelt on the wire: plainly, in another way that means the same, or in a way that
two readers may read differently. One instance spells one request; `kinds` says what was done."""
import urllib.parse

from values import SLOW

FOLDED = {"s": "\u017f", "k": "\u212a", "i": "\u0131", "S": "\u017f", "K": "\u212a", "I": "\u0130"}
HARMLESS = ["order", "space", "escape", "null"]
JSON_ODD = ["key-case", "key-fold", "key-double", "key-double-case", "key-double-escaped", "unknown", "type", "number", "null-in-list",
            "bom", "trailing", "comment", "bad-utf8", "surrogate", "deep", "nul", "value-fold", "value-space", "top", "unquoted", "empty"]
TARGET_ODD = ["version", "percent", "percent-slash", "double-slash", "dot", "dot-dot", "trailing-slash", "absolute", "scheme", "fragment",
              "case", "query-double", "query-unknown", "query-case", "query-semicolon", "query-plus", "query-escape", "double-percent",
              "query-empty", "query-nul", "utf8", "overlong", "backslash", "encoded-key"]
FRAME_ODD = ["chunked", "chunk-extension", "chunk-zeros", "length-zeros", "length-twice", "length-two", "length-and-chunked", "te-case",
             "te-odd", "fold", "http10", "bare-lf", "type-charset", "type-none", "type-form", "type-case", "encoded", "method-case",
             "override", "two-hosts", "no-host", "expect", "length-plus", "length-short", "pieces", "trailer", "header-odd", "upgrade"]


class Spelling:
    def __init__(self, rng, draw):
        self.rng, self.draw = rng, draw
        self.method, self.headers, self.protocol = draw.method, [], "HTTP/1.1"
        self.kinds = set(kind for kind in HARMLESS if rng.random() < 0.3)
        roll = rng.random()
        odd = 0 if roll < 0.5 else 1 if roll < 0.85 else 2
        pool = TARGET_ODD + FRAME_ODD + (JSON_ODD * 2 if draw.body is not None else [])
        self.odd = set(rng.sample(pool, odd))
        self.kinds |= self.odd
        # Where in the body the one odd thing happens.
        self.countdown = rng.randint(0, 7)
        self.incomplete = False
        self.target = self.spell_target()
        self.body = None if draw.body is None else self.spell_body()

    def once(self, kind):
        """True at one place of the body, a random one of the first few."""
        if kind not in self.odd:
            return False
        self.countdown -= 1
        if self.countdown < 0:
            self.odd.discard(kind)
            return True
        return False

    # ---- JSON ----
    def text(self, value, is_key=False):
        out = '"'
        for char in value:
            code = ord(char)
            if char in '"\\' or code < 32 or ("escape" in self.kinds and self.rng.random() < 0.15):
                units = char.encode("utf-16-be")
                for i in range(0, len(units), 2):
                    out += self.rng.choice(["\\u%04x", "\\u%04X"]) % int.from_bytes(units[i:i + 2], "big")
            else:
                out += char
        if value in SLOW:
            return out + '"'
        if not is_key and self.once("surrogate"):
            out += "\\ud800"
        if not is_key and self.once("nul"):
            out += "\\u0000"
        if not is_key and self.once("bad-utf8"):
            out += self.rng.choice(["\udc80", "\udcc0\udcaf", "\udced\udca0\udc80", "\udcff"])
        return out + '"'

    def space(self):
        return self.rng.choice(["", " ", "\n", "\t", "\r\n  "]) if "space" in self.kinds else ""

    def fold(self, text):
        places = [i for i, char in enumerate(text) if char in FOLDED]
        if not places:
            return text.swapcase()
        i = self.rng.choice(places)
        return text[:i] + FOLDED[text[i]] + text[i + 1:]

    def members(self, value):
        pairs = [(self.text(key, True), self.json(inner)) for key, inner in value.items()]
        for index, (key, inner) in enumerate(list(value.items())):
            if self.once("key-case"):
                pairs[index] = (self.text(self.rng.choice([key.lower(), key.upper(), key.swapcase()]), True), pairs[index][1])
            if self.once("key-fold"):
                pairs[index] = (self.text(self.fold(key), True), pairs[index][1])
            other = self.rng.choice(["null", "{}", "[]", "true", "[null]", '""', "0", self.json(inner)])
            if self.once("key-double"):
                pairs.append((self.text(key, True), other))
            if self.once("key-double-case"):
                pairs.append((self.text(self.rng.choice([key.lower(), self.fold(key)]), True), other))
            if self.once("key-double-escaped"):
                pairs.append(('"\\u%04x' % ord(key[0]) + self.text(key[1:], True)[1:] if key else '""', other))
        if self.once("unknown"):
            pairs.append((self.text(self.rng.choice(["Privileged", "Nothing", "HostConfig", "Binds", "X"])),
                          self.rng.choice(["true", "{}", '["/:/h"]'])))
        if "null" in self.kinds and self.rng.random() < 0.3:
            # What Go leaves as it is.
            name = self.rng.choice(["Labels", "Env", "Cmd", "Binds", "CapAdd", "Entrypoint"])
            if name not in value and ("Image" in value) == (name in ("Labels", "Env", "Cmd", "Entrypoint")):
                pairs.append((self.text(name, True), "null"))
        if "order" in self.kinds:
            self.rng.shuffle(pairs)
        return pairs

    def json(self, value):
        if isinstance(value, dict):
            inner = ",".join(self.space() + key + self.space() + ":" + self.space() + text for key, text in self.members(value))
            return "{" + inner + self.space() + "}"
        if isinstance(value, list):
            items = [self.json(item) for item in value]
            if self.once("null-in-list"):
                items.insert(self.rng.randint(0, len(items)), "null")
            return "[" + ("," + self.space()).join(items) + "]"
        if value is None:
            return "null"
        if self.once("type"):
            return self.rng.choice(["1", '"1"', "true", '"true"', "[]", "{}", '["x"]', "null", "1.5"])
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            if self.once("number"):
                return self.rng.choice([f"{value}.0", f"{value}e0", f'"{value}"', f"0{value}", f"-{value}", "-0", "1E1", "1e400",
                                        f"+{value}", "18446744073709551616", "9223372036854775808"])
            return str(value)
        if value in SLOW:
            return self.text(value)
        if self.once("value-fold"):
            value = self.fold(value)
        if self.once("value-space"):
            value = self.rng.choice([" " + value, value + " ", value + "\t", "\u00a0" + value, value + "\u200b"])
        return self.text(value)

    def spell_body(self):
        text = self.json(self.draw.body)
        wrap = {"bom": "\ufeff" + text, "comment": text[:1] + "/**/" + text[1:], "unquoted": text.replace('"', "'"), "empty": "",
                "deep": text[:-1] + (", " if len(text) > 2 else "") + '"X":' + "[" * 40 + "]" * 40 + "}",
                "trailing": text + self.rng.choice(["{}", " {}", "}", "]", '{"HostConfig":{"Privileged":true}}', "\n\n", "\0", "null", " x", "}{}"]),
                "top": self.rng.choice(["null", "[]", '"x"', "[" + text + "]", "", "1"])}
        for kind, changed in wrap.items():
            if kind in self.odd:
                text = changed
                break
        return text.encode("utf-8", "surrogateescape")

    # ---- target ----
    def spell_target(self):
        path = urllib.parse.quote(self.draw.path, safe="/:@")
        version = self.draw.version
        prefix = f"/v{version}" if version else ""
        if "version" in self.odd:
            prefix = self.rng.choice(["/v1.041", "/v01.41", "/v1.41.", "/V1.41", "/v1", "/v1.99", "/v1.12", "/v1.23", "/v1.41.0", "/v1.9",
                                      "/v1%2e41", "/v1.41/v1.41", "/v2.0", "/v", "/v1.25", "/v1.42", "/1.41", "/v1..41", "/v1.\u0664"])
        prefix = prefix.encode("utf-8").decode("latin-1")
        path = self.spell_path(prefix + path)
        query = self.spell_query()
        target = path + ("?" + query if query or "query-empty" in self.odd else "")
        if "absolute" in self.odd:
            target = self.rng.choice(["http://docker", "https://x:1", "http://u:p@h", "HTTP://a", "http:", "unix:///x", "foo:", "http://"]) + target
        if "scheme" in self.odd:
            target = "//docker" + target
        if "fragment" in self.odd:
            target += "#x"
        return target

    def spell_path(self, path):
        def at_slash(text):
            places = [i for i, char in enumerate(path) if char == "/"]
            i = self.rng.choice(places)
            return path[:i] + text + path[i + 1:]

        def at_char(change):
            i = self.rng.randrange(1, len(path))
            return path[:i] + change(path[i]) + path[i + 1:]

        changes = {"percent": lambda: at_char(lambda char: "%%%02x" % ord(char)),
                   "percent-slash": lambda: at_slash("%2f"), "double-slash": lambda: at_slash("//"), "dot": lambda: at_slash("/./"),
                   "dot-dot": lambda: at_slash("/x/../"), "trailing-slash": lambda: path + "/", "case": lambda: at_char(str.swapcase),
                   "double-percent": lambda: at_char(lambda char: "%%25%02x" % ord(char)), "backslash": lambda: at_slash("\\"),
                   "utf8": lambda: at_char(lambda char: "\u00c5\u00bf"), "overlong": lambda: at_slash("%c0%af")}
        for kind, change in changes.items():
            if kind in self.odd:
                return change()
        return path

    def spell_query(self):
        quote = urllib.parse.quote if "query-plus" not in self.odd else urllib.parse.quote_plus
        pairs = [(key, quote(value, safe="" if self.rng.random() < 0.5 else "/:,")) for key, value in self.draw.query]
        names = [parameter["name"] for parameter in self.draw.operation["parameters"]] or ["x"]
        name = self.rng.choice([key for key, _ in self.draw.query] or names)
        extra = {"query-double": (name, self.rng.choice(["1", "0", "", "st-other"])), "query-unknown": ("st-unknown", "1"),
                 "query-case": (name.upper(), "1"), "query-nul": (name, "%00"), "query-escape": (name, "%zz"),
                 "encoded-key": ("%%%02x" % ord(name[0]) + name[1:], "1")}
        for kind, pair in extra.items():
            if kind in self.odd:
                pairs.insert(self.rng.randint(0, len(pairs)), pair)
        if "order" in self.kinds:
            self.rng.shuffle(pairs)
        glue = ";" if "query-semicolon" in self.odd and len(pairs) > 1 else "&"
        return glue.join(key + ("" if value == "" and self.rng.random() < 0.3 else "=" + value) for key, value in pairs)

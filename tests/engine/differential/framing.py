"""The bytes of a spelt request: head, framing, and the pieces in which they are sent."""


class Framed:
    def __init__(self, spelling):
        self.spelling, self.rng, self.odd = spelling, spelling.rng, spelling.odd
        self.incomplete = False
        self.data = self.head() + self.framed_body

    def fields(self):
        odd, body = self.odd, self.spelling.body
        fields = [] if "no-host" in odd else [("Host", "docker")]
        if "two-hosts" in odd:
            fields.append(("Host", "other"))
        if "override" in odd:
            fields.append((self.rng.choice(["X-HTTP-Method-Override", "X-HTTP-Method", "X-Original-URL"]), "DELETE"))
        if "header-odd" in odd:
            fields.append(self.rng.choice([("X-A ", "b"), ("", "b"), ("X-A", "a\0b"), ("X_A", "b"), ("X-A", "b" * 5000)]))
        if "upgrade" in odd:
            fields += [("Connection", "Upgrade"), ("Upgrade", self.rng.choice(["tcp", "h2c", "websocket", "x"]))]
        if "fold" in odd:
            fields.append(("X-A", "b\r\n Transfer-Encoding: chunked"))
        if "encoded" in odd:
            fields.append(("Content-Encoding", self.rng.choice(["gzip", "identity"])))
        if body is not None:
            content_type = "application/json"
            if "type-charset" in odd:
                content_type += self.rng.choice(["; charset=utf-8", ";charset=utf-16", " ; x"])
            if "type-form" in odd:
                content_type = self.rng.choice(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
            if "type-case" in odd:
                content_type = "Application/JSON"
            if "type-none" not in odd:
                fields.append(("Content-Type", content_type))
        if "expect" in odd and body is not None:
            fields.append(("Expect", "100-continue"))
        return fields

    def framing_fields(self):
        odd, body = self.odd, self.spelling.body or b""
        size = len(body)
        if odd & {"chunked", "chunk-extension", "chunk-zeros", "te-case", "te-odd", "length-and-chunked", "trailer"}:
            self.framed_body = self.chunks(body)
            coding = "Chunked" if "te-case" in odd else "chunked"
            if "te-odd" in odd:
                coding = self.rng.choice(["gzip, chunked", "chunked, chunked", "identity", " chunked ", "chunked;x", "x"])
            both = [("Content-Length", str(self.rng.choice([size, 0, len(self.framed_body)])))] if "length-and-chunked" in odd else []
            return both + [("Transfer-Encoding", coding)]
        self.framed_body = body
        if self.spelling.body is None and not odd & {"length-zeros", "length-plus", "length-short", "length-twice", "length-two"}:
            return []
        values = [str(size)]
        if "length-zeros" in odd:
            values = ["0" * self.rng.randint(1, 20) + str(size)]
        if "length-twice" in odd:
            values = [str(size)] * 2
        if "length-two" in odd:
            values = self.rng.choice([[str(size), str(size + 1)], [f"{size}, {size}"], [f"{size},{size + 1}"]])
        if "length-plus" in odd:
            values = [self.rng.choice([f"+{size}", f"0x{size:x}", f"{size} ", f"{size}.0", "", f'"{size}"', f"-{size}"])]
        if "length-short" in odd:
            self.incomplete = True
            values = [str(size + self.rng.choice([1, 5]))]
        return [("Content-Length", value) for value in values]

    def chunks(self, body):
        out, place = b"", 0
        while place < len(body):
            size = self.rng.randint(1, max(1, min(len(body) - place, 200)))
            digits = "%x" % size
            if "chunk-zeros" in self.odd:
                digits = "0" * self.rng.randint(1, 20) + digits
            if "chunk-extension" in self.odd:
                digits += self.rng.choice([";a=b", ";", " ;x", ';a="\r\n"', ";a\nb"])
            out += digits.encode() + b"\r\n" + body[place:place + size] + b"\r\n"
            place += size
        trailer = b"X-Trailer: a\r\n" if "trailer" in self.odd else b""
        return out + b"0\r\n" + trailer + b"\r\n"

    def head(self):
        spelling = self.spelling
        method = spelling.method.lower() if "method-case" in self.odd else spelling.method
        protocol = "HTTP/1.0" if "http10" in self.odd else "HTTP/1.1"
        fields = self.fields() + self.framing_fields()
        lines = [f"{method} {spelling.target} {protocol}"] + [f"{name}: {value}" for name, value in fields]
        end = "\n" if "bare-lf" in self.odd else "\r\n"
        return (end.join(lines) + end + end).encode("latin-1", "replace")

    def pieces(self):
        if "pieces" not in self.odd or len(self.data) < 4:
            return [self.data]
        places = sorted(self.rng.sample(range(1, len(self.data)), min(3, len(self.data) - 1)))
        return [self.data[a:b] for a, b in zip([0] + places, places + [len(self.data)])]

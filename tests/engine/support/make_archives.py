"""Hostile and odd archives for archives.sh: make_archives.py FOLDER"""
import gzip
import io
import os
import sys
import tarfile

BLOCK = 512


def entry(name, kind=tarfile.REGTYPE, data=b"", mode=0o644, link="", **pax):
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.linkname = kind, mode, link
    info.size = len(data)
    info.pax_headers = pax
    return info, data


def tar(*entries, form=tarfile.PAX_FORMAT, end=True):
    out = io.BytesIO()
    for info, data in entries:
        out.write(info.tobuf(form, "utf-8", "surrogateescape"))
        out.write(data + b"\0" * (-len(data) % BLOCK))
    return out.getvalue() + (b"\0" * 2 * BLOCK if end else b"")


def patched(block, at, data):
    """The header at the start of `block` with other bytes, and a checksum that is right."""
    head = bytearray(block[:BLOCK])
    head[at:at + len(data)] = data
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + block[BLOCK:]


plain = entry("hostile", data=b"x")
link = entry("hostile-l", tarfile.SYMTYPE, link="/etc")
archives = {
    "device.tar": tar(plain, entry("hostile-sda", tarfile.BLKTYPE)),
    "packed.tar.gz": gzip.compress(tar(plain)),
    "link.tar": tar(entry("l", tarfile.SYMTYPE, link="/etc")),
    "suid.tar": tar(entry("suid", data=b"x", mode=0o4755)),
    "late.tar": tar(entry("early", data=os.urandom(3_000_000)), entry("late-suid", data=b"x", mode=0o4755),
                    entry("later", data=b"x")),
    "two-dockerfiles.tar": tar(entry("Dockerfile", data=b"FROM busybox\n"),
                               entry("./Dockerfile", data=b"FROM busybox\nRUN id\n")),
    "bomb.tar.gz": gzip.compress(tar(entry("zeros", data=b"\0" * 50_000_000))),
    "bad-up.tar": tar(entry("../../hostile", data=b"x")),
    "bad-through-link.tar": tar(link, entry("hostile-l/hostile", data=b"x")),
    "bad-hardlink.tar": tar(entry("hostile", tarfile.LNKTYPE, link="../../../etc/shadow")),
    "bad-checksum.tar": tar(plain)[:148] + b"000000\0 " + tar(plain)[156:],
    "bad-behind-end.tar": tar(plain) + tar(plain),
    "bad-sparse.tar": tar(entry("hostile", data=b"x", **{"GNU.sparse.major": "1", "GNU.sparse.name": "etc"})),
    "bad-global.tar": tar(entry("pax_global", tarfile.XGLTYPE, b"20 path=etc/hostile\n"), plain),
    "bad-pax-size.tar": tar(entry("hostile", data=b"x", size="512")),
    "bad-link-content.tar": patched(tar(entry("hostile-l", tarfile.SYMTYPE, link="x"), form=tarfile.USTAR_FORMAT),
                                    124, b"00000001000\0") + b"x" * BLOCK,
    "bad-star.tar": patched(tar(plain, form=tarfile.USTAR_FORMAT), 508, b"tar\0"),
    "bad-cut.tar": tar(entry("hostile", data=b"x" * 2000))[:1500],
}

os.makedirs(sys.argv[1], exist_ok=True)
for name, data in archives.items():
    with open(os.path.join(sys.argv[1], name), "wb") as file:
        file.write(data)

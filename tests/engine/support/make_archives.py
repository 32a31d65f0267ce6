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


def zstd(data, header=b"\0\x58", last=True):
    """A frame of zstd with one raw block, behind a header without a checksum: a window of 2 MiB."""
    return b"\x28\xb5\x2f\xfd" + header + (len(data) << 3 | last).to_bytes(3, "little") + data


def zstd_and_tar(hidden):
    """For zstd a tar with the file "1", which holds `hidden`; for those who know no zstd a tar with a file
    of 1 byte, and then `hidden`.

    Blocks that unpack to nothing are the zeros of the outer header, and leave a byte free now and then. An
    empty checksum is right when the bytes add up to 0, with those above 127 taken as negative.
    """
    inner = tar(entry("1", data=b"\0" * 6 + hidden))
    head = b"\x28\xb5\x2f\xfd\0\x58"
    room = 22
    middle = bytes(27) + b"\x30\0\0" + inner[:6] + bytes(30) + b"\2\0\0\0" + bytes(345)
    middle += (len(inner) - 6 << 3 | 1).to_bytes(3, "little")
    rest = -sum(byte - 256 if byte > 127 else byte for byte in head + middle + room * b"\2" + 8 * b" ")
    for _ in range(room):
        byte = max(-128, min(rest, 127))
        rest -= byte
        head += b"\2\0\0" + bytes([byte % 256])
    return head + middle + inner[6:]


plain = entry("hostile", data=b"x")
context = tar(entry("Dockerfile", data=b"FROM busybox\n"))
skippable = b"\x50\x2a\x4d\x18\4\0\0\0skip"
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
    "packed.tar.zst": zstd(tar(plain)),
    "bomb.tar.zst": zstd(entry("zeros", data=b"\0" * 50_000_000)[0].tobuf(), last=False) +
    (b"\2\0\x10\0" * 400),  # 4 bytes for 128 KiB
    "window.tar.zst": zstd(context, b"\0\x88"),
    "zstd-skippable-first.tar.zst": skippable + zstd(context),
    "zstd-skippable-last.tar.zst": zstd(context) + skippable,
    "zstd-dictionary.tar.zst": zstd(context, b"\1\x58\7"),
    "zstd-cut.tar.zst": zstd(context)[:-1],
    "zstd-behind.tar.zst": zstd(context) + context,
    "zstd-size.tar.zst": zstd(context, b"\x60\0\0"),
    "zstd-and-tar.tar.zst": zstd_and_tar(tar(entry("hidden", data=b"x"))),
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

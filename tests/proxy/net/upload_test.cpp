// Uploads that rules look into: what of them reaches a fake engine, and what the client is told.

#include "policy/archive/tar_writer.hpp"
#include "tests/support/proxy_rig.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace sealock::tests {
namespace {

using policy::archive::Compression;
using policy::archive::EntryType;

const char* const upload_policy = R"(version: 1
policy: client
description: What the upload tests ask for.
owner: tests
applies_to: [{listener: client}]
rules:
  - allow: uploads
    actions: [ImageLoad, ImageBuild, ImageCreate]
    may_set: every_field
  - deny: device
    actions: [ImageLoad]
    when: {archive.type: {one_of: [block-device, char-device]}}
    because: no devices in images, please
  - deny: odd-name
    actions: [ImageLoad]
    when: {archive.path: {starts_with: [/odd]}}
    because: it has an odd name, look at it
    mode: warn
tests:
  - it: loads
    request: POST /images/load
    archive: [{path: a}]
    expect: {allow: uploads}
  - it: loads no device
    request: POST /images/load
    archive: [{path: a, type: block-device}]
    expect: {deny: device}
  - it: warns
    request: POST /images/load
    archive: [{path: odd}]
    expect: {allow: uploads, warns: [odd-name]}
)";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void add(std::string& tar, EntryType type, std::string path, const std::string& content = {}) {
  policy::archive::Entry entry;
  entry.type = type;
  entry.path = std::move(path);
  entry.mode = 0644;
  policy::archive::append_entry(entry, content, tar);
}

// `size` bytes of file, then perhaps a device, then the end.
std::string archive(std::size_t size, bool device, const std::string& name = "a") {
  std::string tar;
  add(tar, EntryType::file, name, std::string(size, 'x'));
  if (device) add(tar, EntryType::block_device, "dev/sda");
  add(tar, EntryType::file, "last", "MARK");
  policy::archive::append_end(tar);
  return tar;
}

std::string by_length(const std::string& body, std::string_view path = "/images/load") {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

std::string in_chunks(const std::string& body, std::size_t size) {
  std::string text =
      "POST /images/load HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += size) {
    const std::string piece = body.substr(at, size);
    char digits[20];
    const int length = std::snprintf(digits, sizeof digits, "%zx\r\n", piece.size());
    text.append(digits, static_cast<std::size_t>(length)).append(piece).append("\r\n");
  }
  return text + "0\r\n\r\n";
}

// The payload of a request that the engine received, whichever its framing.
std::string payload(const std::string& request) {
  const std::size_t start = request.find("\r\n\r\n") + 4;
  if (!holds(request.substr(0, start), "chunked")) return request.substr(start);
  std::string body;
  std::size_t at = start;
  for (;;) {
    const std::size_t size = std::stoul(request.substr(at), nullptr, 16);
    at = request.find("\r\n", at) + 2;
    if (size == 0) return body;
    body += request.substr(at, size);
    at += size + 2;
  }
}

TEST_CASE("upload: what is allowed arrives byte for byte, small or large, plain or packed") {
  for (const std::size_t size : {std::size_t{10}, std::size_t{255'000}, std::size_t{900'000}}) {
    for (const Compression compression :
         {Compression::none, Compression::gzip, Compression::xz, Compression::zstd}) {
      const std::string body = policy::archive::pack(compression, archive(size, false));
      CAPTURE(size);
      CAPTURE(name_of(compression));
      ProxyRig rig({}, upload_policy);
      rig.engine().when("POST /images/load", answer(200, "{}"));
      CHECK(rig.exchange(by_length(body)).starts_with("HTTP/1.1 200"));
      CHECK(rig.exchange(in_chunks(body, 70'000)).starts_with("HTTP/1.1 200"));
      REQUIRE(rig.engine().requests().size() == 2);
      for (const std::string& request : rig.engine().requests())
        CHECK(payload(request) == body);
    }
  }
}

TEST_CASE("upload: one byte at a time") {
  ProxyRig rig({}, upload_policy);
  rig.engine().when("POST /images/load", answer(200, "{}"));
  const std::string body = archive(3, false);
  Wire wire = rig.connect();
  wire.send_bytewise(in_chunks(body, 7));
  CHECK(wire.read_all().starts_with("HTTP/1.1 200"));
  REQUIRE(rig.engine().requests().size() == 1);
  CHECK(payload(rig.engine().requests()[0]) == body);
}

TEST_CASE("upload: of a small one that is denied, not a byte reaches the engine") {
  for (const Compression compression :
       {Compression::none, Compression::gzip, Compression::bzip2, Compression::zstd}) {
    const std::string body = policy::archive::pack(compression, archive(1000, true));
    ProxyRig rig({}, upload_policy);
    for (const std::string& request : {by_length(body), in_chunks(body, 333)}) {
      const std::string got = rig.exchange(request);
      CHECK(got.starts_with("HTTP/1.1 403"));
      CHECK(holds(got, "rule client/device: no devices in images, please (at dev/sda)"));
    }
    CHECK(rig.engine().requests().empty());
    CHECK(rig.engine().cut_short().empty());
    CHECK(holds(rig.audit(), R"("decision":"deny","by":"client/device")"));
    CHECK(holds(rig.audit(), R"("at":"dev/sda")"));
    CHECK_FALSE(holds(rig.audit(), R"("event":"end")"));
  }
}

TEST_CASE("upload: a large one that is denied is cut off before what is denied") {
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    // Noise, so that it stays large.
    std::string tar;
    std::string noise(1'500'000, '\0');
    unsigned seed = 1;
    for (char& c : noise)
      c = static_cast<char>((seed = seed * 1103515245U + 12345U) >> 24U);
    add(tar, EntryType::file, "a", noise);
    const std::size_t before = tar.size();
    add(tar, EntryType::block_device, "dev/sda");
    add(tar, EntryType::file, "last", "MARK");
    policy::archive::append_end(tar);
    const std::string body = policy::archive::pack(compression, tar);
    for (const std::string& request : {by_length(body), in_chunks(body, 60'000)}) {
      ProxyRig rig({}, upload_policy);
      rig.engine().when("POST /images/load", answer(200, "{}"));
      const std::string got = rig.exchange(request);
      CHECK(got.starts_with("HTTP/1.1 403"));
      CHECK(holds(got, "(at dev/sda)"));
      rig.stop();
      CHECK(rig.engine().requests().empty());
      const auto cut = rig.engine().cut_short();
      REQUIRE(cut.size() == 1);
      CHECK(cut[0].size() > 200'000);
      CHECK_FALSE(holds(cut[0], "MARK"));
      CHECK_FALSE(cut[0].ends_with("0\r\n\r\n"));
      if (compression == Compression::none) CHECK_FALSE(holds(cut[0], "dev/sda"));
      if (compression == Compression::none) CHECK(cut[0].size() < before + 2000);
      const std::string audit = rig.audit();
      CHECK(holds(audit, R"("decision":"allow","by":"client/uploads")"));
      CHECK(holds(audit, R"("end":"denied","decision":"deny","by":"client/device")"));
      CHECK(holds(audit, R"("status":403)"));
    }
  }
}

TEST_CASE("upload: what is malformed is 400, what is too large 413") {
  ProxyRig rig({}, upload_policy);
  const std::string tar = archive(10, false);
  const std::string bomb = policy::archive::pack(Compression::gzip, archive(40'000'000, false));
  struct Row {
    std::string body;
    std::string_view status, text;
  };
  const Row rows[] = {
      {"garbage", "HTTP/1.1 400", "the archive ends inside of an entry"},
      {tar.substr(0, 700), "HTTP/1.1 400", "the archive ends inside of an entry"},
      {tar + tar, "HTTP/1.1 400", "the archive goes on behind its end"},
      {"\x28\xb5\x2f\xfdxxxxxxxx", "HTTP/1.1 400", "an unknown form"},
      {"\x50\x2a\x4d\x18xxxxxxxx", "HTTP/1.1 400", "a skippable zstd frame"},
      {bomb, "HTTP/1.1 413", "200 times its size"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const std::string got = rig.exchange(by_length(row.body));
    CHECK(got.starts_with(row.status));
    CHECK(holds(got, std::string(row.text)));
  }
  CHECK(rig.engine().requests().empty());
  CHECK(holds(rig.audit(), R"("decision":"refuse","error":"the archive ends inside of an entry")"));
}

TEST_CASE("upload: a large one that turns out malformed is cut off") {
  ProxyRig rig({}, upload_policy);
  rig.engine().when("POST /images/load", answer(200, "{}"));
  const std::string body = archive(900'000, false).substr(0, 900'000);
  const std::string got = rig.exchange(by_length(body));
  CHECK(got.starts_with("HTTP/1.1 400"));
  rig.stop();
  CHECK(rig.engine().requests().empty());
  CHECK(rig.engine().cut_short().size() == 1);
  CHECK(holds(rig.audit(), R"("end":"refused","error":"the archive ends inside of an entry")"));
}

TEST_CASE("upload: a client that goes in the middle leaves the engine without the end") {
  ProxyRig rig({}, upload_policy);
  rig.engine().when("POST /images/load", answer(200, "{}"));
  for (const std::size_t sent : {std::size_t{2000}, std::size_t{600'000}}) {
    Wire wire = rig.connect();
    wire.send(by_length(archive(900'000, false)).substr(0, sent));
    wire.half_close();
    CHECK(wire.read_all().starts_with("HTTP/1.1 400"));
  }
  CHECK(rig.engine().requests().empty());
}

TEST_CASE("upload: warnings reach the client, and the record") {
  for (const std::size_t size : {std::size_t{10}, std::size_t{900'000}}) {
    ProxyRig rig({}, upload_policy);
    rig.engine().when("POST /images/load", answer(200, "{}"));
    const std::string got = rig.exchange(by_length(archive(size, false, "odd")));
    CHECK(got.starts_with("HTTP/1.1 200"));
    CHECK(holds(got, "X-Policy-Warning: "));
    rig.stop();
    CHECK(holds(rig.audit(), R"("would_deny":["client/odd-name"])"));
  }
}

TEST_CASE("upload: a body of an operation that no rule looks into is passed unread") {
  ProxyRig rig({}, upload_policy);
  rig.engine().when("POST /images/create", answer(200, "{}"));
  CHECK(rig.exchange(by_length("no tar at all", "/images/create?fromSrc=-"))
            .starts_with("HTTP/1.1 200"));
  REQUIRE(rig.engine().requests().size() == 1);
  CHECK(rig.engine().requests()[0].ends_with("no tar at all"));
}

TEST_CASE("upload: 100-continue is said once, and an empty body is none") {
  ProxyRig rig({}, upload_policy);
  rig.engine().when("POST /images/load", answer(200, "{}"));
  const std::string body = archive(10, false);
  const std::string request = by_length(body);
  const std::size_t end = request.find("\r\n\r\n") + 4;
  Wire wire = rig.connect();
  wire.send(request.substr(0, end - 2) + "Expect: 100-continue\r\n\r\n");
  CHECK(wire.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  wire.send(body);
  CHECK(wire.read_all().starts_with("HTTP/1.1 200"));
  CHECK(rig.exchange(by_length("")).starts_with("HTTP/1.1 200"));
  CHECK(rig.engine().requests().size() == 2);
}

TEST_CASE("upload: new rules that look into uploads cut one that is on its way") {
  ProxyRig rig({}, upload_policy);
  rig.engine().when("POST /images/load", answer(200, "{}"));
  Wire wire = rig.connect();
  const std::string request = by_length(archive(900'000, false));
  wire.send(request.substr(0, 600'000));
  std::string other = upload_policy;
  other.replace(other.find("no devices in images"), 20, "devices are not for");
  rig.reload(other);
  wire.send(request.substr(600'000));
  CHECK_FALSE(wire.read_all().starts_with("HTTP/1.1 200"));
  CHECK(rig.engine().requests().empty());
}

}  // namespace
}  // namespace sealock::tests

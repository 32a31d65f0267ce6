#include "policy/archive/dockerfile.hpp"

#include "policy/archive/dockerfile_lines.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace sealock::policy::archive {
namespace {

// "RUN@1 image docker.io/library/alpine:latest@1 fetch http://x@2 ?instruction ?image"
std::string read(std::string_view text, const Variables& arguments = {}) {
  std::string notes;
  const ItemSink sink = [&](const UploadItem& item) -> Result<void> {
    if (!notes.empty()) notes += ' ';
    const std::string line = item.at.substr(item.at.find(':') + 1);
    if (item.kind == ItemKind::build_image) {
      const auto& image = item.image;
      notes += item.problem.empty()
                   ? image.registry + "/" + image.repository + ":" + image.tag + image.digest
                   : "?image";
    } else if (!item.problem.empty()) {
      notes += "?instruction";
    } else {
      notes += item.instruction;
      if (!item.fetched.empty()) notes += "<" + item.fetched + ">";
      if (!item.fetch_problem.empty()) notes += "<?>";
    }
    notes += "@" + line;
    return {};
  };
  REQUIRE(read_dockerfile(text, "Dockerfile", arguments, sink).has_value());
  return notes;
}

TEST_CASE("dockerfile: instructions and images are told, with their lines") {
  struct Row {
    std::string_view text;
    std::string_view notes;
  };
  const Row rows[] = {
      {"", ""},
      {"# only a comment\n\n", ""},
      {"FROM alpine\nRUN id\n", "FROM@1 docker.io/library/alpine:latest@1 RUN@2"},
      {"\xef\xbb\xbf"
       "from alpine:3.19",
       "FROM@1 docker.io/library/alpine:3.19@1"},
      {"  FROM\t registry.example.com:5000/shop/web:1 \r\n\r\nRun id\r\n",
       "FROM@1 registry.example.com:5000/shop/web:1@1 RUN@3"},
      {"FROM --platform=linux/arm64 alpine AS base\nFROM base\nFROM BASE as two\n",
       "FROM@1 docker.io/library/alpine:latest@1 FROM@2 FROM@3"},
      {"FROM scratch\n", "FROM@1"},
      {"RUN a \\\n  b \\\n\n# a comment\n   # another\n  c\nUSER x", "RUN@1 USER@7"},
      {"RUN a \\  \t\nFROM evil\nUSER x", "RUN@1 USER@3"},
      {"# escape=`\nRUN a `\nb\nRUN c \\\nUSER x", "RUN@2 RUN@4 USER@5"},
      {"RUN a \\", "RUN@1"},
      {"ONBUILD RUN id", "ONBUILD@1 RUN@1"},
      {"ONBUILD COPY --from=evil/x a b", "ONBUILD@1 COPY@1 docker.io/evil/x:latest@1"},
      {"FROM x AS one\nCOPY --from=one x y\nCOPY --from=0 x y\nCOPY --chown=1 --from=b/c:d x y",
       "FROM@1 docker.io/library/x:latest@1 COPY@2 COPY@3 COPY@4 docker.io/b/c:d@4"},
      {"RUN --mount=type=bind,from=evil/x:1,target=/x --network=none id",
       "RUN@1 docker.io/evil/x:1@1"},
      {"# syntax=docker/dockerfile:1\nFROM x",
       "docker.io/docker/dockerfile:1@1 FROM@2 docker.io/library/x:latest@2"},
      {"#SYNTAX = evil.example/front:1 x\nUSER x", "evil.example/front:1@1 USER@2"},
      {"USER x\n# syntax=late", "USER@1"},
      {"NONSENSE a b", "NONSENSE@1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(read(row.text) == row.notes);
  }
}

TEST_CASE("dockerfile: ARGs before the first FROM, with what the request gives") {
  const Variables arguments{{"TAG", "9"}, {"NULL", std::nullopt}, {"OTHER", "x"}};
  struct Row {
    std::string_view text;
    std::string_view image;  // behind FROM@..
  };
  const Row rows[] = {
      {"ARG V=3\nFROM a:$V", "docker.io/library/a:3"},
      {"ARG V=3\nFROM a:${V}", "docker.io/library/a:3"},
      {"ARG V=\"3\"\nFROM a:${V}", "docker.io/library/a:3"},
      {"ARG V='3'\nFROM a:${V}", "docker.io/library/a:3"},
      {"ARG R=r.example/x\nARG F=$R/y\nFROM $F:1", "r.example/x/y:1"},
      {"ARG V=3\nFROM a:${V:-4}", "docker.io/library/a:3"},
      {"ARG V=\nFROM a:${V:-4}", "docker.io/library/a:4"},
      {"ARG V=3\nFROM a:1${V:+0}", "docker.io/library/a:10"},
      {"ARG TAG=3\nFROM a:$TAG", "docker.io/library/a:9"},
      {"ARG TAG\nFROM a:$TAG", "docker.io/library/a:9"},
      {"ARG NULL=3\nFROM a:$NULL", "docker.io/library/a:3"},
      // Not known here: nobody declared or gave it, or it has rules of its own.
      {"FROM a:$TAG", "?image"},
      {"ARG NULL\nFROM a:$NULL", "?image"},
      {"FROM --platform=$BUILDPLATFORM a:$TARGETARCH", "?image"},
      {"ARG V=3\nFROM a:${V%x}", "?image"},
      {"ARG V=3\nFROM a:${V-4}", "?image"},
      {"ARG V=a\\ b\nFROM x:$V", "?image"},
      {"FROM \"alpine\"", "?image"},
      {"FROM al\\pine", "?image"},
      {"FROM $", "?image"},
      {"FROM a${b", "?image"},
      {"FROM deadbeef", "?image"},
      {"FROM sha256:0123456789012345678901234567890123456789012345678901234567890123", "?image"},
      {"FROM Alpine", "?image"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const std::string notes = read(row.text, arguments);
    CHECK(notes.find(" " + std::string(row.image) + "@") != std::string::npos);
  }
  // A default of one stage says nothing of the next FROM.
  CHECK(read("FROM a\nARG V=3\nFROM b:$V").ends_with("?image@3"));
}

TEST_CASE("dockerfile: what an ADD fetches") {
  struct Row {
    std::string_view text;
    std::string_view notes;  // behind "ADD@1"
  };
  const Row rows[] = {
      {"ADD a b /", ""},
      {"ADD http://x/y /", " ADD<http://x/y>@1"},
      {"ADD HTTPS://x/y a /", " ADD<HTTPS://x/y>@1"},
      {"ADD a https://x b /", " ADD<https://x>@1"},
      {"ADD --chown=1:2 https://x /", " ADD<https://x>@1"},
      {"ADD [\"a\", \"https://x y\", \"/\"]", " ADD<https://x y>@1"},
      {"ADD [\"ht\\u0074ps://x\", \"/\"]", " ADD<https://x>@1"},
      {"ADD \"https://x\" /", " ADD<https://x>@1"},
      {"ADD ht\\tps://x /", " ADD<https://x>@1"},
      {"ADD git@github.com:a/b.git /", " ADD<git@github.com:a/b.git>@1"},
      {"ADD github.com/a/b /", " ADD<github.com/a/b>@1"},
      {"ADD ssh://a /", " ADD<ssh://a>@1"},
      {"ADD $X /", " ADD<?>@1"},
      {"ADD ${X}/y /", " ADD<?>@1"},
      {"ADD htt$X /", " ADD<?>@1"},
      {"ADD http:/$X /", " ADD<?>@1"},
      {"ADD \"$X\" /", " ADD<?>@1"},
      {"ADD [\"$X\", \"/\"]", " ADD<?>@1"},
      {"ADD target/$X.jar /", ""},
      {"ADD ./$X /", ""},
      {"ADD app-$V.tar /", ""},
      {"ADD a", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(read(row.text) == "ADD@1" + std::string(row.notes));
  }
  // A variable of the base image wins over ARG, and not over ENV.
  CHECK(read("ENV X=dir\nADD $X /") == "ENV@1 ADD@2");
  CHECK(read("ENV X=http://x\nADD $X /") == "ENV@1 ADD@2 ADD<http://x>@2");
  CHECK(read("ARG X=dir\nADD $X /") == "ARG@1 ADD@2 ADD<?>@2");
  CHECK(read("FROM a\nENV X dir\nADD $X /").ends_with("ADD<?>@3"));
  CHECK(read("FROM a\nENV X=dir\nFROM b\nADD $X /").ends_with("ADD<?>@4"));
  CHECK(read("FROM a\nENV X=dir\nENV Y=\"a\" X=http://x\nADD $X /").ends_with("ADD<?>@4"));
}

TEST_CASE("dockerfile: what builders read differently is said to be so") {
  const std::string_view texts[] = {
      "RUN a \\\\\nFROM evil",          // two escapes at the end
      "# syntax=x\n# escape=`\nRUN a",  // a directive that only new builders see
      "\n# escape=`\nRUN a",
      "# escape=``\nRUN a",
      "\xef\xbb\xbf# escape=`\nRUN a",
      "RUN a\r\r\nUSER x",
      "\xc2\xa0"
      "FROM evil",  // a no-break space is a blank to Go
      "RUN a \\\n\xc2\xa0# c\nFROM evil",
      "RUN cat <<EOF\nFROM evil\nEOF",
      "RUN cat 3<<-'EOF'\nFROM evil\nEOF",
      "COPY <<a /b\nx\na",
      "ONBUILD RUN <<EOF\nx\nEOF",
      "FROM",
      "FROM a b",
      "FROM a AS b c",
      "\"RUN\" id",
      "{\"syntax\": \"x\"}",
      "ONBUILD ONBUILD RUN id",
  };
  for (const std::string_view text : texts) {
    CAPTURE(text);
    const std::string notes = read(text);
    CHECK(notes.find("?instruction") != std::string::npos);
    CHECK(notes.find("?image") != std::string::npos);
  }
  CHECK(read("RUN " + std::string(70'000, 'x')).find("?instruction") != std::string::npos);
  CHECK(read("RUN a << b <<< c $((1<<2))") == "RUN@1");
  CHECK(read("COPY --from=$X a b") == "COPY@1 ?image@1");
}

}  // namespace
}  // namespace sealock::policy::archive

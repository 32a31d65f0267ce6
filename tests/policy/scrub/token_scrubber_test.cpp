#include "policy/scrub/token_scrubber.hpp"

#include "tests/policy/scrub/cuts.hpp"

namespace sealock::policy {
namespace {

std::string scrub(std::string_view text) {
  return test::scrub([] { return std::make_unique<TokenScrubber>(); }, text);
}

struct Row {
  std::string_view text;
  std::string_view shown;
};

void check(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(scrub(row.text) == row.shown);
  }
}

TEST_CASE("token scrubber: tokens of known forms") {
  check({
      {"pushed with ghp_A1b2C3d4E5f6 to main", "pushed with ghp_**masked** to main"},
      {"github_pat_11ABCDEFG_abcdefghijk.", "github_pat_**masked**."},
      {"key AKIAIOSFODNN7EXAMPLE!", "key AKIA**masked**!"},
      {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP", "eyJ**masked**"},
      {"xoxb-123456789012-abcdef", "xoxb-**masked**"},
      {"join SWMTKN-1-3pu6hszjas19xyp7ghgosyx9k8atbfcr8p2is99znpy26u2lkl-1awxwuwd3z9j1z3puu7rcgdbx",
       "join SWMTKN-1-**masked**"},
      {"hash $2y$10$abcdefghijklmnopqrstuv end", "hash $2y$**masked** end"},
      {"glpat-x", "glpat-x"},
      {"in ASIA and AKIA", "in ASIA and AKIA"},
      {"GHP_A1b2C3d4E5f6", "GHP_A1b2C3d4E5f6"},
  });
}

TEST_CASE("token scrubber: values behind names of secrets") {
  check({
      {"password=hunter2", "password=**masked**"},
      {"DB_PASSWORD=hunter2 MODE=1", "DB_PASSWORD=**masked** MODE=1"},
      {"Password : hunter2 ok", "Password : **masked** ok"},
      {R"({"password":"hun ter\"2","user":"ann"})", R"({"password":"**masked**","user":"ann"})"},
      {R"({"api_key": "k", "n": 1})", R"({"api_key": "**masked**", "n": 1})"},
      {"run --db-password hunter2 --port 80", "run --db-password **masked** --port 80"},
      {"run --token=abc --port 80", "run --token=**masked** --port 80"},
      {"Authorization: Bearer abc.def", "Authorization: Bearer **masked**"},
      {"Authorization: Basic YW5uOmh1bnRlcg==", "Authorization: Basic **masked**"},
      {"sent bearer abcdefgh12 along", "sent bearer **masked** along"},
      {"aws_secret_access_key = wJalr", "aws_secret_access_key = **masked**"},
      {"token:= x", "token:= **masked**"},
      {"token => x", "token => **masked**"},
      {"password=", "password="},
      {"password=\nnext line", "password=\nnext line"},
      {"password: ", "password: "},
      {"token expired at 12:00", "token expired at 12:00"},
      {"the author: Ann", "the author: Ann"},
      {"authorised: yes, :authority: example.com", "authorised: yes, :authority: example.com"},
      {"12 passed: 3 failed, prompt_tokens=120", "12 passed: 3 failed, prompt_tokens=120"},
      {"{secretAccessKey: 'wJalr'}", "{secretAccessKey: '**masked**'}"},
      {"TOKEN2=abc secretKey:abc", "TOKEN2=**masked** secretKey:**masked**"},
      {"keyboard: us", "keyboard: us"},
  });
}

TEST_CASE("token scrubber: users and passwords in URLs") {
  check({
      {"to postgres://shop:hunter2@db:5432/shop", "to postgres://**masked**@db:5432/shop"},
      {"https://ann@example.com", "https://**masked**@example.com"},
      {"amqp://u:p@ss@host/", "amqp://**masked**@host/"},
      {"listening on http://localhost:8080", "listening on http://localhost:8080"},
      {"GET http://x?token=abc HTTP/1.1", "GET http://x?token=**masked** HTTP/1.1"},
      {"see http://x and mail a@b", "see http://x and mail a@b"},
  });
  // Longer than any user information: no reason to show it.
  CHECK(scrub("x://" + std::string(600, 'a') + " end") == "x://**masked** end");
}

TEST_CASE("token scrubber: private keys") {
  const std::string key =
      "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nABC\n-----END RSA PRIVATE KEY-----";
  CHECK(scrub("key:\n" + key + "\nafter") ==
        "key:\n-----BEGIN RSA PRIVATE KEY-----**masked**\nafter");
  // A log that begins within one.
  CHECK(scrub("ABC\n-----END PRIVATE KEY-----\nafter " + key + " end") ==
        "ABC\n-----END PRIVATE KEY-----\nafter -----BEGIN RSA PRIVATE KEY-----**masked** end");
  // What tells its beginning from its end is gone.
  CHECK(scrub("PRIVATE KEY-----\nMIIEow") == "PRIVATE KEY-----**masked**");
  CHECK(scrub("----END PRIVATE KEY-----\nMIIEow") == "----END PRIVATE KEY-----**masked**");
  CHECK(scrub("-----BEGIN PUBLIC KEY-----\nMII") == "-----BEGIN PUBLIC KEY-----\nMII");
  // One that never ends does not take the rest of a log with it.
  const std::string shown =
      scrub("-----BEGIN PRIVATE KEY-----" + std::string(40'000, 'k') + "\nlog");
  CHECK(shown.ends_with("\nlog"));
}

TEST_CASE("token scrubber: a prompt shows before it is answered") {
  TokenScrubber scrubber;
  std::string shown;
  scrubber.feed("Password: ", shown);
  CHECK(shown == "Password: ");
  scrubber.feed("hunter2\n$ ", shown);
  CHECK(shown == "Password: **masked**\n$ ");
}

}  // namespace
}  // namespace sealock::policy

#include "policy/answer/mask.hpp"

#include "policy/answer/secret_forms.hpp"

#include <doctest/doctest.h>

#include <string>

namespace sealock::policy {
namespace {

struct Row {
  Treatment treatment;
  const char* name;
  std::string text;
  const char* json;  // null: may stand as it is
};

std::string concealed(const Row& row) {
  std::string json;
  return conceal(row.treatment, row.name, row.text, json) ? json : std::string("(stays)");
}

void check_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CAPTURE(row.text);
    CHECK(concealed(row) == (row.json == nullptr ? "(stays)" : row.json));
  }
}

TEST_CASE("mask: command lines keep the program") {
  using enum Treatment;
  check_rows({
      {first_word, "", "/bin/sh -c 'echo secret'", R"("/bin/sh **masked**")"},
      {first_word, "", "nginx", nullptr},
      {first_word, "", "", nullptr},
      {first_word, "", "nginx ", nullptr},
      {first_word, "", "a\tsecret", R"("a **masked**")"},
      {first_word, "", "\"q\" x", R"("\"q\" **masked**")"},
      {first_word, "", " secret", R"(" **masked**")"},
  });
}

TEST_CASE("mask: build instructions keep their name") {
  using enum Treatment;
  check_rows({
      {instruction, "", "/bin/sh -c #(nop)  ENV A=secret",
       R"x("/bin/sh -c #(nop)  ENV **masked**")x"},
      {instruction, "", "/bin/sh -c #(nop) CMD [\"secret\"]",
       R"x("/bin/sh -c #(nop) CMD **masked**")x"},
      {instruction, "", "/bin/sh -c #(nop) secret x", R"("/bin/sh **masked**")"},
      {instruction, "", "/bin/sh -c curl secret", R"("/bin/sh **masked**")"},
      {instruction, "", "|1 A=secret /bin/sh -c make", R"("|1 **masked**")"},
      {instruction, "", "RUN |1 A=secret /bin/sh -c make # buildkit", R"("RUN **masked**")"},
      {instruction, "", "ENV A=secret", R"("ENV **masked**")"},
      {instruction, "", "[stage-1 2/3] RUN echo secret", R"("[stage-1 2/3] RUN **masked**")"},
      {instruction, "", "[stage-1 2/3] secret x", R"("[stage-1 2/3] **masked**")"},
      {instruction, "", "mount / from exec /bin/sh -c secret", R"("mount **masked**")"},
      {instruction, "", "", nullptr},
      {instruction, "", "[", nullptr},
  });
}

TEST_CASE("mask: environment entries keep the name and the =") {
  using enum Treatment;
  check_rows({
      {environment, "", "A=secret", R"("A=**masked**")"},
      {environment, "", "A=", R"("A=**masked**")"},
      {environment, "", "A=b=c\nd", R"("A=**masked**")"},
      {environment, "", "A", nullptr},
      {environment, "", "=x", R"("=**masked**")"},
      {environment, "", "q\"\\\n=x", R"("q\"\\\u000a=**masked**")"},
  });
}

TEST_CASE("mask: event actions lose the command") {
  using enum Treatment;
  check_rows({
      {action, "", "exec_create: mysql -psecret", R"("exec_create: **masked**")"},
      {action, "", "exec_start:secret", R"("exec_start: **masked**")"},
      {action, "", "exec_die", nullptr},
      {action, "", "start", nullptr},
      {action, "", "health_status: healthy", nullptr},
      {action, "", "health_status: unhealthy", nullptr},
      {action, "", "health_status: secret", R"("health_status: **masked**")"},
      {action, "", "new_action secret", R"("new_action: **masked**")"},
  });
}

TEST_CASE("mask: proxies lose user and password, with and without a scheme") {
  using enum Treatment;
  check_rows({
      {proxy_url, "", "http://u:p@proxy:3128", R"("http://**masked**@proxy:3128")"},
      {proxy_url, "", "u:p@proxy:3128", R"("**masked**@proxy:3128")"},
      {proxy_url, "", "http://u:p@w@proxy:3128/", R"("http://**masked**@proxy:3128/")"},
      {proxy_url, "", "localhost,10.0.0.0/8,u:p@host,.corp",
       R"("localhost,10.0.0.0/8,**masked**@host,.corp")"},
      {proxy_url, "", "http://u:se,cr,et@proxy:3128", R"("http://**masked**@proxy:3128")"},
      {proxy_url, "", "a:80,u:se,cret@proxy,b", R"("a:80,**masked**@proxy,b")"},
      {proxy_url, "", "http://proxy:3128", nullptr},
      {proxy_url, "", "xxxxx:xxxxx", nullptr},
      {proxy_url, "", "", nullptr},
  });
}

TEST_CASE("mask: security options lose an inline profile") {
  using enum Treatment;
  check_rows({
      {security_option, "", R"(seccomp={"a":"secret"})", R"("seccomp=**masked**")"},
      {security_option, "", "seccomp:{}", R"("seccomp:**masked**")"},
      {security_option, "", "SECCOMP={}", R"("SECCOMP=**masked**")"},
      {security_option, "", "seccomp=unconfined", nullptr},
      {security_option, "", "no-new-privileges", nullptr},
      {security_option, "", "apparmor=docker-default", nullptr},
      {security_option, "", "label=level:s0:c1,c2", nullptr},
  });
}

TEST_CASE("mask: error texts stay only when they are harmless") {
  using enum Treatment;
  const char* const hidden = R"x("request failed (details hidden by the proxy)")x";
  check_rows({
      {status_text, "", "", nullptr},
      {status_text, "", "task: non-zero exit (1)", nullptr},
      {status_text, "", "No such image: reg.example.com/a:1", nullptr},
      {status_text, "", "started", nullptr},
      {status_text, "", "update completed", nullptr},
      {status_text, "", "exec: \"secret\": not found", hidden},
      {status_text, "", "started\nsecret", hidden},
      {status_text, "", "No such image: a secret", hidden},
      {status_text, "", "task: non-zero exit (1): secret", hidden},
  });
}

TEST_CASE("mask: labels by name and by the look of the value") {
  struct Label {
    const char* name;
    const char* value;
    bool secret;
  };
  const Label rows[] = {
      {"com.docker.compose.project", "shop", false},
      {"com.docker.compose.config-hash", "a1b2c3", false},
      {"org.opencontainers.image.authors", "me@example.com", false},
      {"org.opencontainers.image.licenses", "MIT", false},
      {"traefik.enable", "true", false},
      {"traefik.http.routers.token-api.rule", "Host(`a.b`)", false},
      {"traefik.http.services.a.loadbalancer.server.url", "http://u:p@h", true},
      {"traefik.http.middlewares.a.basicauth.users", "u:x", true},
      {"traefik.http.middlewares.a.digestauth.users", "u:x", true},
      {"traefik.http.middlewares.a.headers.customrequestheaders.X-Api", "s", true},
      {"com.datadoghq.ad.instances", "[]", true},
      {"COM.DATADOGHQ.AD.checks", "{}", true},
      {"caddy.basic_auth.user", "s", true},
      {"homepage.widget.url", "s", true},
      {"ofelia.job-exec.a.command", "s", true},
      {"docker-volume-backup.archive-pre", "s", true},
      {"db.password", "s", true},
      {"DB_PASSWD", "s", true},
      {"my.api_key", "s", true},
      {"apikey", "s", true},
      {"Private.Thing", "s", true},
      {"sentry.dsn", "s", true},
      {"connection.string", "s", true},
      {"owner", "eyJhbGciOi.eyJzdWIiOi.sig", true},
      {"owner", "AKIAABCDEFGHIJKLMNOP", true},
      {"owner", "$apr1$x$y", true},
      {"owner", "-----BEGIN RSA PRIVATE KEY-----\nabc", true},
      {"owner", "team-a", false},
      {"autoheal", "true", false},
      {"prometheus.io/port", "9090", false},
  };
  for (const Label& row : rows) {
    CAPTURE(row.name);
    CHECK(is_secret_label(row.name, row.value) == row.secret);
  }
}

TEST_CASE("mask: driver options but the harmless ones") {
  using enum Treatment;
  check_rows({
      {option_policy, "type", "nfs", nullptr},
      {option_policy, "max-size", "10m", nullptr},
      {option_policy, "com.docker.network.bridge.name", "br0", nullptr},
      {option_policy, "splunk-token", "s", R"("**masked**")"},
      {option_policy, "tag", "s", R"("**masked**")"},
      {option_policy, "device", "//u:p@h/x", R"("**masked**")"},
      {option_policy, "o", "addr=1.2.3.4,rw,username=u,password=a,b",
       R"("addr=1.2.3.4,rw,username=**masked**,password=**masked**,**masked**")"},
      {option_policy, "o", "addr=1.2.3.4,nolock,soft,rw", nullptr},
      {option_policy, "o", "", nullptr},
      {option_policy, "o", ",password=x", R"(",password=**masked**")"},
  });
}

TEST_CASE("mask: known forms of secrets in free text") {
  using enum Treatment;
  check_rows({
      {free_text, "", "nothing to see", nullptr},
      {free_text, "", "see https://me:pw@host/x and ftp://a:b@c",
       R"("see https://**masked**@host/x and ftp://**masked**@c")"},
      {free_text, "", "login with password=hunter2 please",
       R"("login with password=**masked** please")"},
      {free_text, "", "run --password hunter2", R"("run --password **masked**")"},
      {free_text, "", "mysqladmin -phunter2", R"("mysqladmin -p**masked**")"},
      {free_text, "", "curl -u me:pw x", R"("curl -u **masked** x")"},
      {free_text, "", "token ghp_abcdef0123 in it", R"("token **masked** in it")"},
      {free_text, "", "x ghp_abcdef0123 y", R"("x **masked** y")"},
      {free_text, "", "k glpat-abc", R"("k **masked**")"},
      {free_text, "", "SWMTKN-1-abc-def", R"("**masked**")"},
      {free_text, "", "a\n-----BEGIN EC PRIVATE KEY-----\nMIIE\n-----END EC PRIVATE KEY-----\nb",
       R"("a\u000a**masked**\u000ab")"},
      {free_text, "", "-----BEGIN PRIVATE KEY-----\nMIIE", R"("**masked**")"},
      {free_text, "", "hash $2y$10$abcdefg", R"("hash **masked**")"},
      {free_text, "", "\xff eyJa.eyJb.c \xfe", "\"\xff **masked** \xfe\""},
  });
}

TEST_CASE("mask: event attributes") {
  CHECK_FALSE(is_secret_attribute("name", "web"));
  CHECK_FALSE(is_secret_attribute("execID", "ab"));
  CHECK_FALSE(is_secret_attribute("com.example.owner", "me"));
  CHECK(is_secret_attribute("comment", "x"));
  CHECK(is_secret_attribute("labels", "[\"a=b\"]"));
  CHECK(is_secret_attribute("com.example.token", "x"));
}

TEST_CASE("mask: host labels written name=value") {
  using enum Treatment;
  check_rows({
      {label_text, "", "zone=eu", nullptr},
      {label_text, "", "api-token=s", R"("api-token=**masked**")"},
      {label_text, "", "zone", nullptr},
  });
}

TEST_CASE("mask: names are compared as Go compares them") {
  CHECK(equal_folded("Env", "ENV"));
  CHECK(equal_folded("Hostname", "Ho\xc5\xbftname"));
  CHECK(equal_folded("Token",
                     "To\xe2\x84\xaa"
                     "en"));
  CHECK_FALSE(equal_folded("Env", "Envs"));
  CHECK_FALSE(equal_folded("Env", "En"));
  CHECK(equal_folded("", ""));
}

TEST_CASE("mask: globs") {
  CHECK(matches_glob("a*c", "abbc"));
  CHECK(matches_glob("*", ""));
  CHECK(matches_glob("**", "x"));
  CHECK(matches_glob("a*b*c", "aXbYbZc"));
  CHECK(matches_glob("*pass*", "my_password"));
  CHECK_FALSE(matches_glob("a*c", "abb"));
  CHECK_FALSE(matches_glob("a", "ab"));
  CHECK_FALSE(matches_glob("", "a"));
  CHECK(matches_glob("", ""));
}

}  // namespace
}  // namespace sealock::policy

#include "proxy/observe/audit_log.hpp"

#include "proxy/observe/audit_sink.hpp"
#include "tests/proxy/observe/audit_schema.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <spdlog/details/log_msg.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace sealock;
using proxy::AuditConfig;
using proxy::AuditEnd;
using proxy::AuditLog;
using proxy::AuditRecord;
using proxy::AuditSink;

namespace {

class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "sealock-audit-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }

private:
  std::filesystem::path path_;
};

AuditRecord record_of(std::string_view target) {
  AuditRecord record;
  record.request_id = "01J9Z6Q3000000000000000000";
  record.listener = "monitoring";
  record.target = target;
  record.refusal = "test";
  return record;
}

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::istringstream stream(content(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::unique_ptr<AuditLog> open_file(const std::filesystem::path& file) {
  auto log = AuditLog::open({AuditConfig::Sink::file, file});
  REQUIRE(log.has_value());
  return std::move(*log);
}

std::string open_error(const std::filesystem::path& file) {
  const auto log = AuditLog::open({AuditConfig::Sink::file, file});
  return log ? "" : log.error().text;
}

// No file of this process may grow over `bytes`: what a full disk looks like to write(2).
class FileSizeLimit {
public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    set(bytes);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  void set(rlim_t bytes) const {
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }

private:
  rlimit before_{};
};

void log_line(AuditSink& sink, std::string_view line) {
  sink.log({{}, spdlog::level::info, {line.data(), line.size()}});
}

}  // namespace

TEST_CASE("audit log: appends whole lines to a file of mode 0640") {
  const TemporaryFolder folder;
  const mode_t before = umask(0);
  auto log = open_file(folder / "audit.jsonl");
  umask(before);
  CHECK(log->write(record_of("web")));
  AuditEnd end;
  end.request_id = "01J9Z6Q3000000000000000000";
  end.listener = "monitoring";
  end.end = "done";
  CHECK(log->write(end));
  log = open_file(folder / "audit.jsonl");
  CHECK(log->write(record_of("db")));
  const auto lines = lines_of(folder / "audit.jsonl");
  REQUIRE(lines.size() == 3);
  CHECK(lines[2].find("\"target\":\"db\"") != std::string::npos);
  struct stat status {};
  REQUIRE(stat((folder / "audit.jsonl").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
}

TEST_CASE("audit log: a full disk is seen at the very line, and the next line is whole again") {
  const TemporaryFolder folder;
  const auto file = folder / "audit.jsonl";
  const auto log = open_file(file);
  CHECK(log->write(record_of("first")));
  {
    const auto size = std::filesystem::file_size(file);
    const FileSizeLimit limit(size + 40);
    CHECK_FALSE(log->write(record_of("second")));
    CHECK_FALSE(log->write(record_of("third")));
    limit.set(size + 41);
    CHECK_FALSE(log->write(record_of("fourth")));
  }
  CHECK(log->write(record_of("fifth")));
  const auto lines = lines_of(file);
  const tests::AuditSchema schema(SEALOCK_SOURCE_DIR "/rules/schema/audit-v1.json");
  REQUIRE(lines.size() >= 3);
  CHECK(schema.problem(lines.front()) == "");
  CHECK(lines[1].size() == 40);
  CHECK(schema.problem(lines.back()) == "");
  CHECK(lines.back().find("fifth") != std::string::npos);
}

TEST_CASE("audit log: half a line that a killed process left is closed first") {
  const TemporaryFolder folder;
  const auto file = folder / "audit.jsonl";
  std::ofstream(file) << "{\"time\":\"2026";
  CHECK(open_file(file)->write(record_of("web")));
  const auto lines = lines_of(file);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "{\"time\":\"2026");
}

TEST_CASE("audit log: reopen follows a rotation; a failed one keeps the old file") {
  const TemporaryFolder folder;
  const auto file = folder / "audit.jsonl";
  const auto log = open_file(file);
  CHECK(log->write(record_of("before")));
  std::filesystem::rename(file, folder / "audit.jsonl.1");
  CHECK(log->write(record_of("between")));
  REQUIRE(log->reopen().has_value());
  CHECK(log->write(record_of("after")));
  CHECK(lines_of(folder / "audit.jsonl.1").size() == 2);
  CHECK(lines_of(file).size() == 1);
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  const auto failed = log->reopen();
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().text.find("audit file") == 0);
  CHECK(log->write(record_of("still")));
}

TEST_CASE("audit log: a planted symbolic link, pipe or missing folder is refused with words") {
  const TemporaryFolder folder;
  std::ofstream(folder / "shadow") << "root";
  std::filesystem::create_symlink(folder / "shadow", folder / "link");
  CHECK(open_error(folder / "link").find("symbolic link; name the file") != std::string::npos);
  CHECK(content(folder / "shadow") == "root");
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(open_error(folder / "pipe").find("not a regular file") != std::string::npos);
  CHECK(open_error(folder / "no" / "audit.jsonl").find("No such file") != std::string::npos);
}

TEST_CASE("audit log: threads never mix their lines") {
  const TemporaryFolder folder;
  const auto log = open_file(folder / "audit.jsonl");
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&log] {
      for (int round = 0; round < 500; ++round) {
        if (!log->write(record_of(std::string(900, 'x')))) std::abort();
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const tests::AuditSchema schema(SEALOCK_SOURCE_DIR "/rules/schema/audit-v1.json");
  const auto lines = lines_of(folder / "audit.jsonl");
  REQUIRE(lines.size() == 2000);
  for (const std::string& line : lines) {
    REQUIRE(schema.problem(line) == "");
  }
}

TEST_CASE("audit sink: a pipe whose reader is gone is a failure") {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  proxy::DescriptorSink sink(ends[1]);
  CHECK_NOTHROW(log_line(sink, "{}"));
  char bytes[8];
  CHECK(read(ends[0], bytes, sizeof bytes) == 3);
  close(ends[0]);
  CHECK_THROWS_AS(log_line(sink, "{}"), spdlog::spdlog_ex);
  close(ends[1]);
}

TEST_CASE("audit sink: a pipe whose reader sleeps is a failure after a second, not a hang") {
  int ends[2];
  REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
  proxy::DescriptorSink sink(ends[1]);
  const std::string line(60'000, 'x');
  log_line(sink, line);
  CHECK_THROWS_AS(log_line(sink, line), spdlog::spdlog_ex);
  close(ends[0]);
  close(ends[1]);
}

namespace {

class FakeSyslog {
public:
  explicit FakeSyslog(std::filesystem::path path) : path_(std::move(path)) { start(); }
  ~FakeSyslog() { stop(); }
  FakeSyslog(const FakeSyslog&) = delete;
  FakeSyslog& operator=(const FakeSyslog&) = delete;

  void start() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.string().copy(address.sun_path, sizeof address.sun_path - 1);
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  void stop() {
    close(socket_);
    std::filesystem::remove(path_);
  }
  [[nodiscard]] std::string receive() const {
    std::string datagram(65536, '\0');
    const ssize_t size = recv(socket_, datagram.data(), datagram.size(), MSG_DONTWAIT);
    datagram.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return datagram;
  }

private:
  std::filesystem::path path_;
  int socket_ = -1;
};

}  // namespace

TEST_CASE("audit sink: syslog gets one datagram a line, also after a restart, and failure shows") {
  const TemporaryFolder folder;
  FakeSyslog daemon(folder / "log");
  auto sink = proxy::SyslogSink::open((folder / "log").string());
  REQUIRE(sink.has_value());
  log_line(**sink, R"({"a":1})");
  const std::string datagram = daemon.receive();
  CHECK(datagram.substr(0, 4) == "<38>");
  CHECK(datagram.find(" sealock[" + std::to_string(getpid()) + R"(]: {"a":1})") == 19);
  daemon.stop();
  CHECK_THROWS_AS(log_line(**sink, "{}"), spdlog::spdlog_ex);
  daemon.start();
  CHECK_NOTHROW(log_line(**sink, R"({"b":2})"));
  CHECK(daemon.receive().find(R"({"b":2})") != std::string::npos);
}

TEST_CASE("audit sink: no syslog daemon is an error with words") {
  const auto sink = proxy::SyslogSink::open("/nonexistent/log");
  REQUIRE_FALSE(sink.has_value());
  CHECK(sink.error().text.find("is a syslog daemon running") != std::string::npos);
}

TEST_CASE("audit log: none writes nothing and never fails") {
  const auto log = AuditLog::open({AuditConfig::Sink::none, {}});
  REQUIRE(log.has_value());
  CHECK((*log)->write(record_of("web")));
  CHECK((*log)->reopen().has_value());
}

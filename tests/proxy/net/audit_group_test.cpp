#include "proxy/net/audit_group.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sealock;
using namespace sealock::proxy;

class FakeLog : public AuditLog {
public:
  bool write(const AuditRecord&) override { return false; }
  bool write(const AuditEnd&) override { return false; }
  bool write_lines(std::string_view lines) override {
    writes.emplace_back(lines);
    return works;
  }
  Result<void> reopen() override { return {}; }

  std::vector<std::string> writes;
  bool works = true;
};

struct Writer {
  boost::asio::io_context context{1};
  FakeLog log;
  AuditGroup group{context, log};
  std::vector<bool> outcomes;

  void record(std::string_view operation) {
    AuditRecord record;
    record.request_id = "id";
    record.operation = operation;
    group.add(record);
    boost::asio::co_spawn(context, wait(), [](std::exception_ptr) {});
  }
  Task<void> wait() {
    const bool written = co_await group.written();
    outcomes.push_back(written);
  }
  void run() {
    context.restart();
    context.run();
  }
};

std::size_t lines_of(const std::string& text) {
  std::size_t count = 1;
  for (const char c : text)
    count += c == '\n' ? 1U : 0U;
  return count;
}

}  // namespace

TEST_CASE("audit group: what is ready together is written together, a line each") {
  Writer writer;
  writer.record("SystemPing");
  writer.record("SystemVersion");
  writer.record("SystemInfo");
  CHECK(writer.log.writes.empty());
  writer.run();
  CHECK(writer.outcomes == std::vector<bool>{true, true, true});
  REQUIRE(writer.log.writes.size() == 1);
  CHECK(lines_of(writer.log.writes[0]) == 3);
  CHECK(writer.log.writes[0].find("SystemInfo") != std::string::npos);
}

TEST_CASE("audit group: a write that fails fails for every record in it, and for no other") {
  Writer writer;
  writer.log.works = false;
  writer.record("SystemPing");
  writer.record("SystemVersion");
  writer.run();
  CHECK(writer.outcomes == std::vector<bool>{false, false});
  writer.log.works = true;
  writer.record("SystemInfo");
  writer.run();
  CHECK(writer.outcomes == std::vector<bool>{false, false, true});
  REQUIRE(writer.log.writes.size() == 2);
  CHECK(lines_of(writer.log.writes[1]) == 1);
}

// What redaction costs: memory is asserted, time is printed (no test passes or fails on a clock).
// A program of its own, because it counts every allocation.

#include "tests/policy/answer/support.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <new>

namespace {

std::size_t live_bytes = 0;
std::size_t peak_bytes = 0;
std::size_t allocation_count = 0;

// The size of a block stands in front of it.
constexpr std::size_t header_bytes = alignof(std::max_align_t);

}  // namespace

void* operator new(std::size_t size) {
  auto* block = static_cast<char*>(std::malloc(size + header_bytes));
  if (block == nullptr) throw std::bad_alloc();
  *reinterpret_cast<std::size_t*>(block) = size;
  live_bytes += size;
  ++allocation_count;
  if (live_bytes > peak_bytes) peak_bytes = live_bytes;
  return block + header_bytes;
}

void operator delete(void* pointer) noexcept {
  if (pointer == nullptr) return;
  char* block = static_cast<char*>(pointer) - header_bytes;
  live_bytes -= *reinterpret_cast<std::size_t*>(block);
  std::free(block);
}

void operator delete(void* pointer, std::size_t) noexcept {
  operator delete(pointer);
}

namespace sealock::policy {
namespace {

constexpr std::size_t piece_bytes = 4096;

// One element of ContainerList as API 1.41 writes it, with 12 labels and two mounts.
std::string container(std::size_t number) {
  const std::string id = std::to_string(1000000 + number);
  std::string text =
      R"({"Id":"4f2a9c0e55aa)" + id + R"(","Names":["/shop-web-)" + id +
      R"("],"Image":"registry.example.com/shop/web:20150619_1504","ImageID":)"
      R"("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",)"
      R"("Command":"/usr/bin/web --listen :8080 --token sesame","Created":1434725040,)"
      R"("Ports":[{"IP":"0.0.0.0","PrivatePort":8080,"PublicPort":80,"Type":"tcp"}],)"
      R"("Labels":{)";
  const char* labels[] = {"com.docker.compose.project",
                          "com.docker.compose.service",
                          "com.docker.compose.config-hash",
                          "com.docker.compose.version",
                          "org.opencontainers.image.title",
                          "org.opencontainers.image.revision",
                          "com.example.owner",
                          "com.example.db-password",
                          "traefik.enable",
                          "traefik.http.routers.web.rule",
                          "maintainer",
                          "com.example.release"};
  for (const char* label : labels) {
    if (text.back() != '{') text += ",";
    text += std::string("\"") + label + "\":\"Host(`shop.example.com`) c_20150619_1504\"";
  }
  text +=
      R"(},"State":"running","Status":"Up 3 weeks","HostConfig":{"NetworkMode":"apps"},)"
      R"("NetworkSettings":{"Networks":{"apps":{"IPAMConfig":null,"Links":null,"Aliases":null,)"
      R"("NetworkID":"a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90",)"
      R"("EndpointID":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",)"
      R"("Gateway":"172.18.0.1","IPAddress":"172.18.0.7","IPPrefixLen":16,"IPv6Gateway":"",)"
      R"("GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"MacAddress":"02:42:ac:12:00:07",)"
      R"("DriverOpts":null}}},"Mounts":[{"Type":"bind","Source":"/srv/apps/web/data",)"
      R"("Destination":"/data","Mode":"rw","RW":true,"Propagation":"rprivate"},{"Type":"volume",)"
      R"("Name":"cache","Source":"/var/lib/docker/volumes/cache/_data","Destination":"/cache",)"
      R"("Driver":"local","Mode":"z","RW":true,"Propagation":""}]})";
  return text;
}

std::string container_list(std::size_t count) {
  std::string text = "[";
  for (std::size_t i = 0; i < count; ++i)
    text += (i == 0 ? "" : ",") + container(i);
  return text + "]\n";
}

void pass_through(Redactor& redactor, std::string_view input, std::string& out) {
  for (std::size_t at = 0; at < input.size(); at += piece_bytes) {
    out.clear();
    const auto fed = redactor.feed(input.substr(at, piece_bytes), out);
    if (!fed) FAIL(fed.error().text);
  }
  REQUIRE(redactor.finish(out).has_value());
}

struct Memory {
  std::size_t peak;
  std::size_t allocations;
};

Memory memory_of(const RedactionPlan& plan, std::string_view input, const ObjectFilter& filter) {
  std::string out;
  out.reserve(4 * piece_bytes);
  const std::size_t live_before = live_bytes;
  const std::size_t count_before = allocation_count;
  peak_bytes = live_bytes;
  {
    Redactor redactor(plan, Redactor::Document::answer, Redactor::Shape::single, filter);
    pass_through(redactor, input, out);
  }
  return {peak_bytes - live_before, allocation_count - count_before};
}

struct Case {
  const char* name;
  Wishes wishes;
};

const Case cases[] = {
    {"three fields (the prototype's rule)",
     {.mask = {"Command", "Labels[*pass*]", "Mounts[].Source"}, .unknown_fields_masked = false}},
    {"mask three fields and what is unknown",
     {.mask = {"Command", "Labels[*pass*]", "Mounts[].Source"}}},
    {"every known secret", {.mask = {"$secrets"}}},
    {"keep seven fields",
     {.keep = {"Id", "Names", "Image", "State", "Status", "Created", "Labels"}}},
};

TEST_CASE("redactor: memory does not grow with the answer") {
  const std::string small = container_list(10);
  const std::string large = container_list(2000);
  for (const Case& row : cases) {
    CAPTURE(row.name);
    const Plan plan = plan_of("ContainerList", row.wishes);
    memory_of(*plan, small, {});  // compiles patterns
    const Memory few = memory_of(*plan, small, {});
    const Memory many = memory_of(*plan, large, {});
    CHECK(many.peak <= few.peak + 1024);
    CHECK(many.peak < 16384);
    MESSAGE(std::string(row.name) << ": peak " << many.peak << " bytes, " << many.allocations
                                  << " allocations for " << large.size() << " bytes");
  }
}

TEST_CASE("redactor: speed on a 400 KB list (printed, not judged)") {
  const std::string input = container_list(230);
  std::string out;
  out.reserve(4 * piece_bytes);
  for (const Case& row : cases) {
    const Plan plan = plan_of("ContainerList", row.wishes);
    double best = 0;
    for (int round = 0; round < 15; ++round) {
      const auto begin = std::chrono::steady_clock::now();
      Redactor redactor(*plan, Redactor::Document::answer, Redactor::Shape::single);
      pass_through(redactor, input, out);
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
      best = std::max(best, static_cast<double>(input.size()) / spent.count() / 1e6);
    }
    MESSAGE(std::string(row.name) << ": " << static_cast<int>(best) << " MB/s on " << input.size()
                                  << " bytes");
  }
}

}  // namespace
}  // namespace sealock::policy

// What one decision about a ContainerCreate of 4 KB costs, without sockets: read, check, judge by a
// policy of rules/ with the baseline, write anew.
//
//   decide RULES POLICY [ROUNDS]     microseconds by step: the median round, of 200 decisions each

#include "policy/effective/effective.hpp"
#include "policy/effective/facts.hpp"
#include "policy/request/json_reader.hpp"
#include "policy/request/request.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/rule_set.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace sealock::policy;
using Clock = std::chrono::steady_clock;

constexpr std::size_t decisions = 200;
constexpr std::array steps = {"read", "spellings", "evaluate", "write"};
using Costs = std::array<double, steps.size()>;

// As the Docker CLI writes it, every field said, with an environment that fills the 4 KB.
std::string make_body() {
  std::string body = R"({"Hostname":"","Domainname":"","User":"1000:1000","AttachStdin":false,)"
                     R"("AttachStdout":true,"AttachStderr":true,"Tty":false,"OpenStdin":false,)"
                     R"("StdinOnce":false,"Env":[)";
  for (int number = 0; number < 66; ++number) {
    if (number > 0) body += ',';
    body += "\"VARIABLE_" + std::to_string(number) + "=a value of usual length\"";
  }
  body += R"(],"Cmd":["serve","--port","8080"],"Image":"busybox","Volumes":{},"WorkingDir":"/srv",)"
          R"("Entrypoint":null,"OnBuild":null,"Labels":{"com.example.team":"web"},)"
          R"("HostConfig":{"Binds":["data:/data:ro"],"ContainerIDFile":"",)"
          R"("LogConfig":{"Type":"json-file","Config":{"max-size":"1m"}},"NetworkMode":"default",)"
          R"("PortBindings":{"8080/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}]},)"
          R"("RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},"AutoRemove":false,)"
          R"("VolumeDriver":"","VolumesFrom":null,"CapAdd":null,"CapDrop":["ALL"],"Dns":[],)"
          R"("DnsOptions":[],"DnsSearch":[],"ExtraHosts":null,"GroupAdd":null,"IpcMode":"",)"
          R"("Cgroup":"","Links":null,"OomScoreAdj":0,"PidMode":"","Privileged":false,)"
          R"("PublishAllPorts":false,"ReadonlyRootfs":true,"SecurityOpt":["no-new-privileges"],)"
          R"("UTSMode":"","UsernsMode":"","ShmSize":0,"ConsoleSize":[0,0],"Isolation":"",)"
          R"("CpuShares":0,"Memory":268435456,"NanoCpus":1000000000,"CgroupParent":"",)"
          R"("BlkioWeight":0,"BlkioWeightDevice":[],"CpuPeriod":0,"CpuQuota":0,"CpusetCpus":"",)"
          R"("CpusetMems":"","Devices":[],"DeviceCgroupRules":null,"DeviceRequests":null,)"
          R"("MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":-1,"OomKillDisable":false,)"
          R"("PidsLimit":100,"Ulimits":null,"MaskedPaths":null,"ReadonlyPaths":null},)"
          R"("NetworkingConfig":{"EndpointsConfig":{}}})";
  return body;
}

[[noreturn]] void stop(const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  std::exit(1);
}

class Stopwatch {
public:
  double lap() {
    const Clock::time_point now = Clock::now();
    const double spent = std::chrono::duration<double, std::micro>(now - last_).count();
    last_ = now;
    return spent;
  }

private:
  Clock::time_point last_ = Clock::now();
};

Facts facts_of_volume() {
  Fact fact;
  fact.lookup = {ObjectKind::volume, "data"};
  fact.exists = true;
  fact.id = "data";
  fact.inspect = *sealock::policy::read_json(
      R"({"Name":"data","Driver":"local","Options":null,"Labels":null,"Scope":"local"})");
  Facts facts;
  facts.add(fact);
  return facts;
}

Costs measure_round(const Policy& policy, const std::string& body, const Facts& facts) {
  Costs costs{};
  Stopwatch watch;
  for (std::size_t number = 0; number < decisions; ++number) {
    Request request;
    request.operation = &operation(OperationId::container_create);
    request.version = "1.41";
    watch.lap();
    auto value = read_json_body(body, *request.operation->body);
    if (!value) stop("the body is refused: " + value.error().text);
    request.body = std::move(*value);
    costs[0] += watch.lap();
    if (const auto spelt = check_spellings(request); !spelt) stop(spelt.error().text);
    costs[1] += watch.lap();
    const Verdict verdict = policy.evaluate(request, facts);
    if (!verdict.permit) stop("denied: " + verdict.decision.by + " " + verdict.decision.because);
    costs[2] += watch.lap();
    if (engine_body(request).empty()) stop("nothing is written");
    costs[3] += watch.lap();
  }
  for (double& cost : costs)
    cost /= static_cast<double>(decisions);
  return costs;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) stop("usage: decide RULES POLICY [ROUNDS]");
  const std::size_t rounds = count > 3 ? std::strtoul(arguments[3], nullptr, 10) : 21;
  Diagnostics diagnostics;
  const RuleSet rules =
      load_rule_set(find_rule_files(arguments[1], diagnostics), LoadOptions{}, diagnostics);
  const TestedPolicy* tested = rules.find(arguments[2]);
  if (tested == nullptr || diagnostics.has_errors()) stop(diagnostics.to_text());
  const std::string body = make_body();
  const Facts facts = facts_of_volume();

  std::vector<Costs> measured;
  for (std::size_t round = 0; round < rounds; ++round)
    measured.push_back(measure_round(tested->policy, body, facts));
  std::vector<double> sums;
  for (const Costs& costs : measured)
    sums.push_back(costs[0] + costs[1] + costs[2] + costs[3]);
  std::printf("a create body of %zu bytes by %s:", body.size(), arguments[2]);
  for (std::size_t step = 0; step < steps.size(); ++step) {
    std::vector<double> values;
    for (const Costs& costs : measured)
      values.push_back(costs[step]);
    std::printf(" %s %.1f", steps[step], median(values));
  }
  std::printf(", together %.1f us\n", median(sums));
}

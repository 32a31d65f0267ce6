// An engine in memory, as far as deployments need one: containers with names, states and labels, networks,
// volumes, images. It can be told to fail, to go away, or to throw in the middle of a request, which stands
// for a process that dies there.
//
// Threads: any; one lock.

#pragma once

#include "proxy/deploy/engine.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace sealock::tests {

class SimulatedEngine : public proxy::Engine {
public:
  struct Container {
    std::string id;
    std::string name;
    std::string state = "created";
    int exit_code = 0;
    nlohmann::json body;
    std::map<std::string, nlohmann::json> networks;
    bool half_made = false;  // dockerd lists it then, and finds it by no name
  };

  [[nodiscard]] Result<proxy::EngineAnswer> call(const proxy::EngineCall& call) override;

  // Asked before each call that changes something, with its number from 1 and its target; what it
  // returns is the answer instead.
  using Intercept = std::function<std::optional<Result<proxy::EngineAnswer>>(
      int number, const std::string& target)>;
  void intercept(Intercept function);
  // Asked after.
  void afterwards(std::function<void(int number)> function);
  // The process dies with change `number` on its way, which the engine makes after so many reads; a
  // container takes it some reads more.
  void make_late(int number, int reads);

  [[nodiscard]] bool is_late();  // something is on its way

  // A container that no deployment made.
  void add_container(const std::string& name, const nlohmann::json& body);
  void add_image(const std::string& reference);
  [[nodiscard]] std::map<std::string, Container> containers();  // by name
  [[nodiscard]] std::map<std::string, nlohmann::json> networks();
  [[nodiscard]] std::map<std::string, nlohmann::json> volumes();
  [[nodiscard]] int writes();
  [[nodiscard]] std::vector<std::string> log();  // of changes: "POST /containers/ID/start"
  void remove(const std::string& name);

private:
  using Answer = proxy::EngineAnswer;
  Answer change(const proxy::EngineCall& call);
  void make_what_is_due();
  Answer read(const std::string& path, const std::string& query);
  Answer create_container(const std::string& name, const nlohmann::json& body);
  Answer act(const std::string& reference, const std::string& verb, const std::string& query);
  Answer create_network(const nlohmann::json& body);
  Container* find(const std::string& reference);
  [[nodiscard]] nlohmann::json inspect(const Container& container) const;
  [[nodiscard]] nlohmann::json entry(const Container& container) const;
  static Answer problem(int status, const std::string& text);

  std::mutex mutex_;
  std::map<std::string, Container> containers_;  // by id
  std::map<std::string, nlohmann::json> networks_;
  std::map<std::string, nlohmann::json> volumes_;
  std::vector<std::string> images_;
  std::vector<std::string> log_;
  Intercept intercept_;
  std::function<void(int)> afterwards_;
  std::optional<proxy::EngineCall> late_;
  int late_number_ = 0;
  int reads_until_late_ = 0;
  int next_id_ = 0;
  int writes_ = 0;
};

}  // namespace sealock::tests

#include "proxy/cli/release_commands.hpp"

#include "policy/rules/yaml_reader.hpp"
#include "proxy/cli/exit_status.hpp"
#include "proxy/cli/progress.hpp"
#include "proxy/cli/socket_request.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

namespace sealock::proxy {
namespace {

using nlohmann::json;

constexpr const char* usual_socket = "/run/sealock/deployer.sock";
const std::string root = "/sealock/v1";  // NOLINT(cert-err58-cpp): short enough for its own buffer

std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out += c;
    else
      out += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return out;
}

// "sha256:0123456789ab": enough to compare by eye.
std::string short_digest(const std::string& digest) {
  constexpr std::size_t shown = 7 + 12;
  return digest.substr(0, shown);
}

std::string text_at(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void say(const std::string& text) {
  std::printf("%s\n", text.c_str());
}

class ReleaseCommand {
public:
  ReleaseCommand(const ReleaseOptions& options, const Surroundings& surroundings)
      : options_(options), surroundings_(surroundings), socket_(options.socket) {
    if (socket_.empty()) socket_ = surroundings.socket;
    if (socket_.empty()) socket_ = usual_socket;
  }

  int perform(Command command);

private:
  int composition();
  int put();
  int list();
  int show();
  int diff();
  int remove();
  int label();
  int tag();
  int deploy();
  int rollback();
  int status();
  int cancel();

  [[nodiscard]] const std::string& word(std::size_t index) const { return options_.words[index]; }
  int problem(const std::string& text) const;
  // Null after an error, which has been printed.
  std::optional<json> ask(SocketRequest request);
  std::optional<json> get(const std::string& target) { return ask({"GET", target}); }
  std::optional<json> post(const std::string& target, const json& body);
  [[nodiscard]] bool as_json() const { return options_.format == Format::json; }
  std::optional<json> order();
  int follow(const std::string& target, const json& body);
  void count_steps(const std::string& id);
  int finish(const json& end);
  int show_plan(const json& plan);

  const ReleaseOptions& options_;
  const Surroundings& surroundings_;
  std::filesystem::path socket_;
  const char* name_ = "";
  std::string file_;  // what the places in an error are of, instead of the composition's name
  std::size_t done_ = 0;
  std::size_t total_ = 0;
};

int ReleaseCommand::problem(const std::string& text) const {
  std::fprintf(stderr, "sealock %s: %s\n", name_, text.c_str());
  return exit_errors;
}

std::optional<json> ReleaseCommand::ask(SocketRequest request) {
  const Result<SocketAnswer> answer = send_to_socket(socket_, request);
  if (!answer) {
    problem(answer.error().text);
    return std::nullopt;
  }
  json body = answer->body.empty() ? json::object() : json::parse(answer->body, nullptr, false);
  if (answer->status >= 300 || body.is_discarded()) {
    std::string text = body.is_object() ? text_at(body, "message") : "";
    if (text.empty()) text = "sealock answered " + std::to_string(answer->status);
    if (!file_.empty()) {
      // A file with mistakes: "c_20150619_1504:4:5: error[D01]: ...", each with the line.
      const std::string own = options_.words.at(1) + ":";
      if (text.starts_with(own)) text.insert(0, "\n");
      for (std::size_t at = text.find("\n" + own); at != std::string::npos;
           at = text.find("\n" + own, at + 1)) {
        text.replace(at + 1, own.size() - 1, file_);
      }
    }
    problem(text);
    return std::nullopt;
  }
  if (as_json()) say(body.dump(2));
  return body;
}

std::optional<json> ReleaseCommand::post(const std::string& target, const json& body) {
  return ask({"POST", target, {{"Content-Type", "application/json"}}, body.dump()});
}

int ReleaseCommand::perform(Command command) {
  switch (command) {
  case Command::composition:
    name_ = "composition";
    return composition();
  case Command::label:
    name_ = "label";
    return label();
  case Command::tag:
    name_ = "tag";
    return tag();
  case Command::deploy:
    name_ = "deploy";
    return deploy();
  case Command::rollback:
    name_ = "rollback";
    return rollback();
  case Command::status:
    name_ = "status";
    return status();
  case Command::cancel:
    name_ = "cancel";
    return cancel();
  case Command::run:
  case Command::check:
  case Command::test:
  case Command::list:
  case Command::explain:
    break;
  }
  return exit_usage;
}

// --- Compositions

int ReleaseCommand::composition() {
  const std::string& action = word(0);
  if (action == "put") return put();
  if (action == "show") return show();
  if (action == "diff") return diff();
  if (action == "delete") return remove();
  return list();
}

int ReleaseCommand::put() {
  std::string text;
  if (word(2) == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    policy::Diagnostics diagnostics;
    auto read = policy::read_text_file(word(2), diagnostics);
    if (!read) return problem(word(2) + " cannot be read");
    text = std::move(*read);
  }
  if (text.empty()) return problem(word(2) + " is empty");
  file_ = word(2) == "-" ? "stdin" : word(2);
  const auto stored = ask({"PUT",
                           root + "/compositions/" + encoded(word(1)),
                           {{"Content-Type", "application/yaml"}},
                           std::move(text)});
  if (!stored) return exit_errors;
  if (as_json()) return exit_ok;
  const bool changed = stored->value("changed", false);
  const std::size_t count = stored->value("components", json::array()).size();
  say(word(1) + (changed ? ": stored, " : ": stored before with the same content, ") +
      std::to_string(count) + (count == 1 ? " component" : " components"));
  return exit_ok;
}

int ReleaseCommand::list() {
  const auto all = get(root + "/compositions");
  if (!all) return exit_errors;
  if (as_json()) return exit_ok;
  std::size_t width = 4;
  for (const json& one : *all)
    width = std::max(width, text_at(one, "name").size());
  if (all->empty()) say("no compositions yet; 'sealock composition put NAME FILE' stores one");
  for (const json& one : *all) {
    std::string labels;
    for (const json& label : one.value("labels", json::array()))
      labels += (labels.empty() ? "" : ",") + label.get<std::string>();
    std::string name = text_at(one, "name");
    name.resize(width, ' ');
    say(name + "  " + text_at(one, "created") + "  " +
        std::to_string(one.value("components", json::array()).size()) + " components  " + labels);
  }
  return exit_ok;
}

int ReleaseCommand::show() {
  const auto one = get(root + "/compositions/" + encoded(word(1)));
  if (!one) return exit_errors;
  if (as_json()) return exit_ok;
  std::string labels;
  for (const json& label : one->value("labels", json::array()))
    labels += (labels.empty() ? "" : ", ") + label.get<std::string>();
  say("name     " + text_at(*one, "name"));
  say("labels   " + labels);
  say("created  " + text_at(*one, "created") + " by " + text_at(*one, "created_by"));
  say("digests  " + text_at(*one, "digest_set"));
  for (const json& component : one->value("components", json::array())) {
    say("  " + text_at(component, "name") + "  " + text_at(component, "image") + "  " +
        text_at(component, "digest"));
  }
  return exit_ok;
}

int ReleaseCommand::diff() {
  const auto difference =
      get(root + "/compositions/" + encoded(word(1)) + "/diff?with=" + encoded(word(2)));
  if (!difference) return exit_errors;
  if (as_json()) return exit_ok;
  if (difference->value("changed", false))
    std::fputs(text_at(*difference, "diff").c_str(), stdout);
  else
    say("no difference");
  return exit_ok;
}

int ReleaseCommand::remove() {
  if (!ask({"DELETE", root + "/compositions/" + encoded(word(1))})) return exit_errors;
  if (!as_json()) say(word(1) + ": deleted");
  return exit_ok;
}

int ReleaseCommand::label() {
  const auto labelled =
      post(root + "/compositions/" + encoded(word(0)) + "/labels", {{"label", word(1)}});
  if (!labelled) return exit_errors;
  if (as_json()) return exit_ok;
  say(text_at(*labelled, "name") + (labelled->value("changed", false) ? " is now " : " was ") +
      (labelled->value("changed", false) ? "" : "already ") + text_at(*labelled, "composition"));
  return exit_ok;
}

int ReleaseCommand::tag() {
  const std::string& reference = word(0);
  const std::size_t colon = reference.rfind(':');
  if (colon == std::string::npos || reference.find('/', colon) != std::string::npos) {
    problem("'" + reference + "' has no tag: IMAGE:TAG");
    return exit_usage;
  }
  const auto tagged = post(root + "/tags", {{"image", reference.substr(0, colon)},
                                            {"tag", reference.substr(colon + 1)},
                                            {"digest", word(1)},
                                            {"expect", options_.expect}});
  if (!tagged) return exit_errors;
  if (as_json()) return exit_ok;
  say(reference + (tagged->value("changed", false) ? " is now " : " was already ") +
      short_digest(word(1)));
  return exit_ok;
}

// --- Deployments

std::optional<json> ReleaseCommand::order() {
  json body = json::object();
  for (const std::string& variable : options_.variables) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string::npos) {
      problem("'--variable " + variable + "': write NAME=VALUE");
      return std::nullopt;
    }
    body["variables"][variable.substr(0, equals)] = variable.substr(equals + 1);
  }
  if (!options_.gate.empty())
    body["gate"] = {{"container", options_.gate}, {"drain", options_.drain}};
  if (!options_.timeout.empty()) body["timeout"] = options_.timeout;
  if (!options_.target.empty()) body["target"] = options_.target;
  if (!options_.components.empty()) body["components"] = options_.components;
  if (!options_.words.empty()) body["composition"] = word(0);
  return body;
}

int ReleaseCommand::deploy() {
  auto body = order();
  if (!body) return exit_usage;
  if (!options_.check) return follow(root + "/deployments", *body);
  (*body)["check"] = true;
  const auto plan = post(root + "/deployments", *body);
  if (!plan) return exit_errors;
  return show_plan(*plan);
}

int ReleaseCommand::rollback() {
  const auto body = order();
  if (!body) return exit_usage;
  const std::string id = options_.deployment.empty() ? "latest" : options_.deployment;
  return follow(root + "/deployments/" + encoded(id) + "/rollback", *body);
}

int ReleaseCommand::show_plan(const json& plan) {
  const bool changed = plan.value("changed", false);
  const int status = changed ? exit_differs : exit_ok;
  if (as_json()) return status;
  if (!changed) say("nothing to do: this node is at " + text_at(plan, "composition"));
  for (const json& container : plan.value("containers", json::array())) {
    if (changed) say(text_at(container, "action") + " " + text_at(container, "container"));
  }
  std::fputs(text_at(plan, "diff").c_str(), stdout);
  return status;
}

// The stream says what happens; the steps say how much of it is done.
void ReleaseCommand::count_steps(const std::string& id) {
  const Result<SocketAnswer> answer =
      send_to_socket(socket_, {"GET", root + "/deployments/" + encoded(id)});
  if (!answer || answer->status != 200) return;
  const json deployment = json::parse(answer->body, nullptr, false);
  if (!deployment.is_object()) return;
  done_ = total_ = 0;
  for (const json& step : deployment.value("steps", json::array())) {
    ++total_;
    if (text_at(step, "state") == "done") ++done_;
  }
}

int ReleaseCommand::follow(const std::string& target, const json& body) {
  SocketRequest request{"POST", target, {{"Content-Type", "application/json"}}, body.dump()};
  if (!options_.key.empty()) request.headers.emplace_back("Idempotency-Key", options_.key);
  if (options_.detach) {
    const auto started = ask(request);
    if (!started) return exit_errors;
    if (!as_json()) say(text_at(*started, "id"));
    return exit_ok;
  }
  request.headers.emplace_back("Accept", "application/x-ndjson");
  const bool bar = surroundings_.terminal_output && !as_json();
  Progress progress(bar ? Progress::Style::bar : Progress::Style::lines, stdout);
  std::string id;
  json last = json::object();
  const auto take = [&](std::string_view line) {
    if (as_json()) {
      std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
      std::fflush(stdout);
    }
    last = json::parse(line, nullptr, false);
    if (!last.is_object()) return;
    if (id.empty()) id = text_at(last, "deployment");
    if (as_json() || last.contains("deployment")) return;
    if (bar) count_steps(id);
    progress.show(last, done_, total_);
  };
  const Result<SocketAnswer> answer = send_to_socket(socket_, request, take);
  progress.clear();
  if (!answer) {
    const std::string hint =
        id.empty() ? "" : "; deployment " + id + " goes on without this command";
    return problem(answer.error().text + hint);
  }
  if (answer->status >= 300) {
    const json refused = json::parse(answer->body, nullptr, false);
    const std::string text = refused.is_object() ? text_at(refused, "message") : "";
    return problem(text.empty() ? "sealock answered " + std::to_string(answer->status) : text);
  }
  return finish(last);
}

int ReleaseCommand::finish(const json& end) {
  if (!end.is_object()) return problem("the stream ended in the middle of a line");
  const std::string state = text_at(end, "state");
  const std::string text = text_at(end, "text");
  if (state == "succeeded") {
    if (!as_json()) say(text_at(end, "composition") + ": " + (text.empty() ? "deployed" : text));
    return exit_ok;
  }
  return problem(text_at(end, "composition") + " " + state + ": " + text);
}

int ReleaseCommand::status() {
  const auto answer = get(root + "/status" + (options_.drift ? "?drift=1" : ""));
  if (!answer) return exit_errors;
  const json drift = answer->value("drift", json::array());
  const bool differs = options_.drift && drift.is_array() && !drift.empty();
  if (as_json()) return differs ? exit_differs : exit_ok;
  const std::string composition = text_at(*answer, "composition");
  say(composition.empty() ? "nothing has been deployed here yet" : "composition  " + composition);
  if (const std::string holder = text_at(*answer, "holder"); !holder.empty()) {
    say("under way    " + holder);
  }
  for (const json& container : answer->value("containers", json::array())) {
    say("  " + text_at(container, "container") + "  " + text_at(container, "state") + "  " +
        text_at(container, "image"));
  }
  for (const json& service : answer->value("services", json::array())) {
    const json replicas = service.value("replicas", json(nullptr));
    say("  " + text_at(service, "service") + "  " + service.value("running", json(0)).dump() +
        (replicas.is_null() ? "" : "/" + replicas.dump()) + "  " + text_at(service, "image"));
  }
  for (const json& one : drift) {
    std::string name = text_at(one, "container");
    if (name.empty()) name = text_at(one, "service");
    say("! " + (name.empty() ? text_at(one, "component") : name) + ": " + text_at(one, "text"));
  }
  if (options_.drift && !differs) say("no drift");
  return differs ? exit_differs : exit_ok;
}

int ReleaseCommand::cancel() {
  const std::string id = options_.words.empty() ? "latest" : word(0);
  const auto cancelled = ask({"POST", root + "/deployments/" + encoded(id) + "/cancel"});
  if (!cancelled) return exit_errors;
  if (!as_json()) say(text_at(*cancelled, "id") + ": is being put back");
  return exit_ok;
}

}  // namespace

int perform_release(Command command,
                    const ReleaseOptions& options,
                    const Surroundings& surroundings) {
  return ReleaseCommand(options, surroundings).perform(command);
}

}  // namespace sealock::proxy

#include "proxy/deploy/rollout/steps.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace sealock::proxy {
namespace {

using nlohmann::json;

class StepList {
public:
  StepList(const Plan& plan, std::string_view suffix) : plan_(plan), suffix_(suffix) {}

  std::vector<Step> make();

private:
  void add(const char* kind, const std::string& component, json arguments);
  void prepare();
  void close_gate();
  void stop_holders();
  void change(const PlannedContainer& planned);
  void await_dependencies(const PlannedContainer& planned);
  void await(const PlannedContainer& planned);
  void stop_old(const PlannedContainer& planned);
  void open_gate();
  void clean_up();
  [[nodiscard]] bool is_gate(const PlannedContainer& planned) const;
  // How later steps speak of the container that is to run: a new one by its key, an old one by its id.
  [[nodiscard]] json reference(const PlannedContainer& planned) const;

  const Plan& plan_;
  std::string suffix_;
  std::vector<Step> steps_;
  std::set<std::string> stopped_;  // ids
};

void StepList::add(const char* kind, const std::string& component, json arguments) {
  Step step;
  step.number = static_cast<int>(steps_.size()) + 1;
  step.kind = kind;
  step.component = component;
  step.arguments = std::move(arguments);
  steps_.push_back(std::move(step));
}

bool is_new(const PlannedContainer& planned) {
  return planned.action == PlannedAction::create || planned.action == PlannedAction::replace;
}

bool StepList::is_gate(const PlannedContainer& planned) const {
  if (!plan_.gate) return false;
  return planned.component == plan_.gate->container || planned.name == plan_.gate->container;
}

json StepList::reference(const PlannedContainer& planned) const {
  json arguments{{"name", planned.name}};
  if (is_new(planned)) {
    arguments["new"] = planned.key();
    arguments["temporary"] = planned.name + "_new_" + suffix_;
  } else {
    arguments["old"] = planned.old_id;
  }
  return arguments;
}

void StepList::prepare() {
  for (const std::string& image : plan_.images)
    add(step_kind::pull, "", {{"image", image}});
  for (const Resource& network : plan_.networks)
    add(step_kind::network, "", {{"name", network.name}});
  for (const Resource& volume : plan_.volumes)
    add(step_kind::volume, "", {{"name", volume.name}});
  for (const PlannedContainer& planned : plan_.containers) {
    if (is_new(planned)) add(step_kind::create, planned.component, reference(planned));
  }
}

void StepList::close_gate() {
  if (!plan_.gate || plan_.gate_container.empty()) return;
  add(step_kind::close_gate, "", {{"name", plan_.gate->container}, {"old", plan_.gate_container}});
  if (plan_.gate->drain.count() > 0) {
    add(step_kind::drain, "", {{"milliseconds", plan_.gate->drain.count()}});
  }
}

void StepList::stop_old(const PlannedContainer& planned) {
  if (!stopped_.insert(planned.old_id).second) return;
  add(step_kind::stop, planned.component,
      {{"name", planned.name}, {"old", planned.old_id}, {"running", planned.old_running}});
}

// A port that goes from one component to another must be free before the other one starts.
void StepList::stop_holders() {
  for (const PlannedContainer& wants : plan_.containers) {
    if (!is_new(wants)) continue;
    for (const PlannedContainer& holds : plan_.containers) {
      const bool goes =
          holds.action == PlannedAction::replace || holds.action == PlannedAction::remove;
      if (!goes || &holds == &wants) continue;
      const auto collides = [&](const PublishedPort& port) {
        return std::any_of(holds.old_ports.begin(), holds.old_ports.end(),
                           [&](const PublishedPort& held) { return ports_collide(port, held); });
      };
      if (std::any_of(wants.wanted.ports.begin(), wants.wanted.ports.end(), collides)) {
        stop_old(holds);
      }
    }
  }
}

void StepList::await(const PlannedContainer& planned) {
  json arguments = reference(planned);
  const Component& component = *planned.wanted.component;
  const auto milliseconds = [](std::chrono::nanoseconds time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  };
  arguments["completes"] = planned.wanted.completes;
  arguments["start_period"] = milliseconds(component.start_period);
  arguments["monitor"] =
      planned.action == PlannedAction::keep ? 0 : milliseconds(component.monitor);
  add(step_kind::wait, planned.component, std::move(arguments));
}

// What is replaced is waited for where it is replaced; what is kept may still be on its way up.
void StepList::await_dependencies(const PlannedContainer& planned) {
  for (const Dependency& dependency : planned.wanted.component->depends_on) {
    if (dependency.condition == Dependency::Condition::started) continue;
    for (const PlannedContainer& other : plan_.containers) {
      if (other.component == dependency.component && other.action == PlannedAction::keep) {
        await(other);
      }
    }
  }
}

void StepList::change(const PlannedContainer& planned) {
  if (planned.action == PlannedAction::keep || planned.action == PlannedAction::remove) return;
  await_dependencies(planned);
  const bool replaces = planned.action == PlannedAction::replace;
  const bool start_first = planned.wanted.start_first && !is_gate(planned);
  if (replaces && !start_first) stop_old(planned);
  add(step_kind::start, planned.component, reference(planned));
  await(planned);
  if (replaces && start_first) stop_old(planned);
  if (replaces) {
    add(step_kind::aside, planned.component,
        {{"name", planned.name},
         {"old", planned.old_id},
         {"aside", planned.name + "_old_" + suffix_}});
  }
  if (is_new(planned)) add(step_kind::take, planned.component, reference(planned));
}

void StepList::open_gate() {
  if (!plan_.gate || plan_.gate_container.empty()) return;
  for (const PlannedContainer& planned : plan_.containers) {
    if (!is_gate(planned)) continue;
    // Its successor runs already, or there is to be none.
    if (planned.action != PlannedAction::keep) return;
  }
  add(step_kind::open_gate, "", {{"name", plan_.gate->container}, {"old", plan_.gate_container}});
}

void StepList::clean_up() {
  for (const PlannedContainer& planned : plan_.containers) {
    const bool goes =
        planned.action == PlannedAction::replace || planned.action == PlannedAction::remove;
    if (!goes) continue;
    add(step_kind::remove, planned.component, {{"name", planned.name}, {"old", planned.old_id}});
  }
  for (const std::string& network : plan_.spare_networks)
    add(step_kind::remove_network, "", {{"network", network}});
}

std::vector<Step> StepList::make() {
  prepare();
  close_gate();
  stop_holders();
  for (const PlannedContainer& planned : plan_.containers) {
    if (!is_gate(planned)) change(planned);
  }
  for (auto planned = plan_.containers.rbegin(); planned != plan_.containers.rend(); ++planned) {
    if (planned->action == PlannedAction::remove) stop_old(*planned);
  }
  for (const PlannedContainer& planned : plan_.containers) {
    if (is_gate(planned)) change(planned);
  }
  open_gate();
  add(step_kind::commit, "", json::object());
  clean_up();
  return std::move(steps_);
}

}  // namespace

std::vector<Step> make_steps(const Plan& plan, std::string_view suffix) {
  return StepList(plan, suffix).make();
}

bool is_prepared(const std::vector<Step>& steps) {
  return std::all_of(steps.begin(), steps.end(), [](const Step& step) {
    const bool preparing = step.kind == step_kind::pull || step.kind == step_kind::network ||
                           step.kind == step_kind::volume || step.kind == step_kind::create ||
                           step.kind == step_kind::secret || step.kind == step_kind::service;
    return !preparing || step.state == StepState::done;
  });
}

}  // namespace sealock::proxy

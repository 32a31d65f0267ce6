#include "policy/rules/value_walk.hpp"

namespace sealock::policy {
namespace {

// A place in a document, with what the schema says about it.
struct Spot {
  const Value* value = nullptr;  // null: not there
  const Schema* schema = nullptr;
  const Neutral* neutral = nullptr;

  [[nodiscard]] bool is_set() const {
    return value != nullptr && !is_unset(*value, schema, neutral);
  }
};

const Schema* element_schema(const Schema* schema) {
  return schema == nullptr ? nullptr : schema->element;
}

// One step that leads to one place. False: what is there has no such step.
bool step_into(Spot& spot, const PathStep& step) {
  const Value* here = spot.value;
  const Schema* schema = spot.schema;
  spot = Spot{};
  if (step.kind == PathStep::Kind::member && schema != nullptr) {
    const Field* field = find_field(*schema, step.key);
    // A rule may name several operations; the body of one of them need not have the field. Then the
    // client cannot say it: the reader refuses unknown fields.
    if (field == nullptr) return true;
    spot.schema = field->schema;
    spot.neutral = field->neutral;
  } else {
    spot.schema = element_schema(schema);
  }
  if (here == nullptr || here->is_null()) return true;
  if (!here->is_object()) return false;
  spot.value = here->find(step.key);
  return true;
}

class Walk {
public:
  explicit Walk(Absent absent) : absent_(absent) {}

  // False when the value is unknown.
  bool gather(Spot spot, std::span<const PathStep> path) {
    for (std::size_t i = 0; i < path.size(); ++i) {
      const PathStep& step = path[i];
      const bool many =
          step.kind == PathStep::Kind::elements || step.kind == PathStep::Kind::map_values;
      if (many) return fan_out(spot, step.kind, path.subspan(i + 1));
      if (!step_into(spot, step)) return fail("there is no " + step.key + " in it");
      const bool optional = step.kind == PathStep::Kind::map_key || absent_ == Absent::unset;
      if (spot.value == nullptr && !optional) return fail("it has no " + step.key);
    }
    return end_at(spot);
  }

  FieldValue take() && { return std::move(result_); }

private:
  bool fail(std::string problem) {
    result_ = FieldValue::unknown(std::move(problem));
    return false;
  }

  bool fan_out(const Spot& spot, PathStep::Kind kind, std::span<const PathStep> rest) {
    result_.shape = FieldValue::Shape::list;
    inside_list_ = true;
    if (!spot.is_set()) return true;
    const Schema* schema = element_schema(spot.schema);
    if (kind == PathStep::Kind::elements) {
      const auto* list = spot.value->list();
      if (list == nullptr) return fail("it is no list");
      for (const Value& element : *list) {
        if (!gather(Spot{&element, schema, nullptr}, rest)) return false;
      }
      return true;
    }
    const auto* members = spot.value->object();
    if (members == nullptr) return fail("it is no map");
    for (const auto& [key, value] : *members) {
      if (!gather(Spot{&value, schema, nullptr}, rest)) return false;
    }
    return true;
  }

  bool end_at(const Spot& spot) {
    const bool set = spot.is_set();
    const Value::List* list = spot.value == nullptr ? nullptr : spot.value->list();
    if (!inside_list_) {
      result_.set = set;
      result_.neutral = spot.neutral;
      if (spot.schema != nullptr && spot.schema->kind == SchemaKind::list) {
        result_.shape = FieldValue::Shape::list;
      }
      if (!set) return true;
      if (list == nullptr) {
        result_.scalar = spot.value;
        return true;
      }
      result_.shape = FieldValue::Shape::list;
    }
    result_.set = result_.set || set;
    if (list == nullptr) {
      result_.elements.push_back(set ? spot.value : nullptr);
    } else if (set) {
      for (const Value& element : *list)
        result_.elements.push_back(&element);
    }
    return true;
  }

  Absent absent_;
  bool inside_list_ = false;
  FieldValue result_;
};

}  // namespace

FieldValue walk(const Value* root,
                const Schema* schema,
                std::span<const PathStep> path,
                Absent absent) {
  Walk walk(absent);
  (void)walk.gather(Spot{root, schema, nullptr}, path);
  return std::move(walk).take();
}

}  // namespace sealock::policy

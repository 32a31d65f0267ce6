// One place of an answer, with what happens there: the compiled form that the redactor walks.
//
// Nodes are a tree that follows the document. Where a value is of a shape that its node does not
// expect (an object where the schema says string), `stranger` takes over, so that an engine that
// changes a type cannot pass by.
//
// Threads: immutable after compile.

#pragma once

#include "policy/answer/mask.hpp"
#include "policy/answer/redaction_plan.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

// One rule's mask on the values of a map or the entries of an environment list.
struct MaskSelector {
  Treatment treatment = Treatment::mask;
  HiddenAs hidden_as = HiddenAs::mask;
  std::vector<std::string> names;   // only these (globs, any case); empty: all
  std::vector<std::string> except;  // but not these (globs, exact case)
};

struct RedactionPlan::Node {
  enum class Visit : std::uint8_t {
    copy,  // byte for byte, whatever it holds
    walk,
    drop,  // the key and the value go
  };
  struct Field {
    std::string name;
    const Node* node;
  };

  // A field as the sweep looks for it: small, and side by side with its neighbours, because a document
  // passes by them all (a thousand cache misses a document otherwise).
  struct Expected {
    std::uint64_t head = 0;       // the first eight bytes of name": in the machine's order
    std::uint64_t head_mask = 0;  // which of them count
    const Node* node = nullptr;
    std::uint32_t text = 0;  // where name": stands in `texts`
    std::uint16_t size = 0;  // its length
    bool passes = false;     // as the node's
  };

  Visit visit = Visit::walk;
  bool is_object = false;
  bool is_list = false;
  bool may_drop = false;                  // an object that can lose members
  bool needs_key = false;                 // an object whose keys decide
  bool free_keys = false;                 // a map: keys may have any length
  bool ordered = false;                   // no map: keys come in the order of `fields`, mostly
  bool hides_scalars = false;             // numbers become 0, booleans false
  bool filtered = false;                  // the ObjectFilter is asked
  bool passes = false;                    // a scalar here goes out as it is, whatever it says
  std::uint8_t place = 0;                 // which of the schema's filtered places this is
  Treatment treatment = Treatment::keep;  // of a string here
  HiddenAs hidden_as = HiddenAs::mask;
  std::string field;                    // where values are digested or sealed: ValuePlace::field
  std::vector<MaskSelector> selectors;  // not empty: these decide by name, not `treatment`

  std::vector<Expected> expected;       // object that is `ordered`: as `fields`
  std::string texts;                    // of `expected`
  std::vector<Field> fields;            // object
  const Node* other = nullptr;          // object: keys that are no field
  const Node* element = nullptr;        // list
  const Node* first_element = nullptr;  // list: where the first is treated differently
  const Node* stranger = nullptr;       // an object or list where this node expects none

  // By hash of the key; indexes into `fields` plus one, 0 is free. Size is a power of two.
  std::vector<std::uint16_t> slots;

  // The node for `key`. `guess` is the field expected next: engines write fields in one order.
  [[nodiscard]] const Node& find(std::string_view key, std::uint16_t& guess) const;
  void index_fields();
  // Once all nodes are what they will be.
  void finish();
};

struct Selected {
  Treatment treatment = Treatment::keep;
  HiddenAs hidden_as = HiddenAs::mask;

  // Of two that apply, the stronger; alike, the stronger way to hide.
  void strengthen(Treatment other, HiddenAs other_as);
};

// The treatment of a string called `name` at a node with selectors.
[[nodiscard]] Selected selected_treatment(const std::vector<MaskSelector>& selectors,
                                          std::string_view name);

struct RedactionPlan::Body {
  std::deque<Node> nodes;  // stable addresses
  const Node* root = nullptr;
  const Node* refusal_root = nullptr;
  const Node* error_root = nullptr;
  std::vector<const Node*> filtered;  // by Node::place
  bool disguises = false;             // some value is digested or sealed
  std::vector<std::string> rules;
};

}  // namespace sealock::policy

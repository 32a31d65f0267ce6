// Random answers, half of them unlike anything that an engine sends: each string in them is a
// token of its own, so that what may show and what may not can be told from the schema alone.

#include "policy/answer/answer_tree.hpp"
#include "policy/answer/json_text.hpp"
#include "tests/policy/answer/support.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <set>

namespace sealock::policy {
namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

// Writes one document and notes which tokens stand where the schema knows them to be safe.
class Author {
public:
  explicit Author(Random& random) : random_(random) {}

  std::string write(const AnswerPlace& place) {
    text_.clear();
    safe.clear();
    secret.clear();
    write_value(&place, 0);
    return text_;
  }

  std::set<std::string> safe;  // in fields that are known to be safe
  std::set<std::string>
      secret;  // in unknown fields, in wrong types, in fields that are masked whole

private:
  std::string token() { return "tok" + std::to_string(1000000 + count_++); }

  void space() {
    if (below(random_, 12) == 0) text_ += below(random_, 2) == 0 ? " " : "\n\t";
  }

  void write_string(const std::string& text) {
    text_ += '"';
    for (const char c : text) {
      if (below(random_, 40) == 0) {
        constexpr char digits[] = "0123456789abcdef";
        text_ += "\\u00";
        text_ += digits[static_cast<unsigned char>(c) >> 4U];
        text_ += digits[static_cast<unsigned char>(c) & 15U];
      } else {
        text_ += c;
      }
    }
    text_ += '"';
  }

  // A token is written plain, so that it can be searched for.
  void write_token(const AnswerPlace* place) {
    const std::string name = token();
    text_ += "\"" + name + "\"";
    if (place == nullptr || !place->is_leaf) {
      secret.insert(name);
      return;
    }
    switch (place->kind) {
    case FieldKind::plain:
    case FieldKind::reference:
    case FieldKind::address:
    case FieldKind::time:
    case FieldKind::encoded:
    case FieldKind::anything:
      safe.insert(name);
      return;
    case FieldKind::secret:
    case FieldKind::secret_bytes:
    case FieldKind::secret_tree:
    case FieldKind::status_text:
      secret.insert(name);
      return;
    default:
      return;  // by policy: seen to by other tests
    }
  }

  void write_scalar(const AnswerPlace* place) {
    static const char* const others[] = {"null", "true",    "false",
                                         "0",    "-1.5E+3", "9007199254740993"};
    if (below(random_, 3) != 0) return write_token(place);
    text_ += others[below(random_, std::size(others))];
  }

  static bool passes_whole(const AnswerPlace* place) {
    return place != nullptr && place->is_leaf &&
           (place->kind == FieldKind::anything || place->kind == FieldKind::secret_tree);
  }

  void write_value(const AnswerPlace* place, int depth) {
    space();
    const std::size_t choice = depth > 6 ? 0 : below(random_, 10);
    const bool can_object = place != nullptr && (!place->fields.empty() || place->values);
    const bool can_list = place != nullptr && place->elements;
    if (can_object && choice < 8) {
      write_object(place, depth);
    } else if (can_list && choice < 8) {
      write_list(place->elements.get(), depth);
    } else if (choice == 8) {
      write_object(passes_whole(place) || can_object ? place : nullptr, depth);
    } else if (choice == 9) {
      write_list(can_list ? place->elements.get() : passes_whole(place) ? place : nullptr, depth);
    } else {
      write_scalar(place);
    }
    space();
  }

  void write_list(const AnswerPlace* element, int depth) {
    text_ += '[';
    const std::size_t count = below(random_, 4);
    for (std::size_t i = 0; i < count; ++i) {
      if (i != 0) text_ += ',';
      write_value(element, depth + 1);
    }
    space();
    text_ += ']';
  }

  void write_object(const AnswerPlace* place, int depth) {
    text_ += '{';
    const std::size_t count = below(random_, 6);
    for (std::size_t i = 0; i < count; ++i) {
      if (i != 0) text_ += ',';
      space();
      const AnswerPlace* member = nullptr;
      std::string key = "Unknown" + std::to_string(below(random_, 5));
      if (place != nullptr && passes_whole(place)) {
        member = place;
      } else if (place != nullptr && place->values) {
        member = place->values.get();
      } else if (place != nullptr && !place->fields.empty() && below(random_, 8) != 0) {
        member = place->fields[below(random_, place->fields.size())].get();
        key = member->name;
      }
      write_string(key);
      space();
      text_ += ':';
      write_value(member, depth + 1);
    }
    space();
    text_ += '}';
  }

  Random& random_;
  std::string text_;
  std::size_t count_ = 0;
};

std::string redact_in_random_pieces(const RedactionPlan& plan,
                                    std::string_view input,
                                    Random& random,
                                    const Feed& feed) {
  Redactor redactor(plan, feed.document, feed.shape, feed.filter);
  std::string out;
  while (!input.empty()) {
    const std::size_t size = std::min(input.size(), 1 + below(random, 40));
    if (!redactor.feed(input.substr(0, size), out)) return "error";
    input.remove_prefix(size);
  }
  return redactor.finish(out) ? out : "error";
}

unsigned seed() {
  const char* given = std::getenv("SEALOCK_TEST_SEED");
  const unsigned made = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                                         : std::random_device{}();
  MESSAGE("seed " << made << " (SEALOCK_TEST_SEED repeats it)");
  return made;
}

constexpr const char* operations[] = {
    "ContainerInspect", "ContainerList", "ImageInspect",    "VolumeList",   "NetworkInspect",
    "SystemInfo",       "SystemEvents",  "SystemDataUsage", "ServiceList",  "TaskInspect",
    "PluginList",       "NodeInspect",   "ConfigList",      "SwarmInspect", "ImageCreate"};

TEST_CASE("property: secrets and unknown fields never show, safe fields always do") {
  Random random(seed());
  for (const char* name : operations) {
    const Operation& operation = *find_operation(name);
    const auto root = make_answer_tree(answer_schema(operation.id));
    const Plan plan = plan_of(name, {.mask = {"$secrets"}});
    const Plan open = plan_of(name, {.unknown_fields_masked = false});
    Author author(random);
    for (int round = 0; round < 150; ++round) {
      const std::string input = author.write(*root);
      CAPTURE(name);
      CAPTURE(input);
      const Feed feed;
      const std::string shown = redact_in_pieces(*plan, input, input.size(), feed);
      for (const std::string& token : author.secret) {
        CAPTURE(token);
        REQUIRE(shown.find(token) == std::string::npos);
      }
      for (const std::string& token : author.safe) {
        CAPTURE(token);
        REQUIRE(shown.find(token) != std::string::npos);
      }
      REQUIRE(redact_in_random_pieces(*plan, input, random, feed) == shown);
      // What is redacted once is redacted: nothing new shows, and it is still JSON.
      const std::string again = redact_in_pieces(*plan, shown, shown.size(), feed);
      REQUIRE(again.rfind("error", 0) == std::string::npos);
      REQUIRE(redact_in_random_pieces(*open, input, random, feed) == input);
    }
  }
}

TEST_CASE("property: what a keep does not name never shows") {
  Random random(seed());
  for (const char* name : operations) {
    const Operation& operation = *find_operation(name);
    const std::vector<std::string> fields = answer_fields(operation);
    for (int round = 0; round < 60; ++round) {
      Wishes wishes;
      for (std::size_t i = 0; i <= below(random, 4); ++i) {
        wishes.keep.push_back(fields[below(random, fields.size())]);
      }
      for (std::size_t i = 0; i < below(random, 3); ++i) {
        wishes.remove.push_back(fields[below(random, fields.size())]);
      }
      CAPTURE(name);
      CAPTURE(wishes.keep.front());
      const Plan plan = plan_of(name, wishes);
      const auto root = make_answer_tree(answer_schema(operation.id));
      Author author(random);
      const std::string input = author.write(*root);
      CAPTURE(input);
      const ObjectFilter half = [](const Value& object) {
        return object.object()->size() % 2 == 0;
      };
      for (const Feed& feed : {Feed{}, Feed{.filter = half}}) {
        const std::string shown = redact_in_pieces(*plan, input, input.size(), feed);
        REQUIRE(shown.rfind("error", 0) == std::string::npos);
        for (const std::string& token : author.secret) {
          if (shown.find(token) == std::string::npos) continue;
          // Only a secret that a path names itself.
          CAPTURE(token);
          CAPTURE(shown);
          const auto is_named = [&](const std::string& path) {
            const auto secrets = secret_fields(operation);
            return std::any_of(secrets.begin(), secrets.end(), [&path](const std::string& secret) {
              return secret.substr(0, secret.find('{')) == path.substr(0, path.find('{'));
            });
          };
          REQUIRE(std::any_of(wishes.keep.begin(), wishes.keep.end(), is_named));
        }
        REQUIRE(redact_in_random_pieces(*plan, input, random, feed) == shown);
        if (shown.find_first_not_of(" \n\t") == std::string::npos) continue;  // filtered whole
        REQUIRE(read_checked_json(input).is_object() == read_checked_json(shown).is_object());
      }
    }
  }
}

TEST_CASE("property: damaged answers are refused or stay redacted, never a crash") {
  Random random(seed());
  const Plan plan = plan_of("ContainerInspect", {.remove = {"Name"}, .mask = {"$secrets"}});
  const auto root = make_answer_tree(answer_schema(OperationId::container_inspect));
  Author author(random);
  constexpr std::string_view bytes = "{}[]\",:\\u0e1-+. \n\x1e\x01tfn\xff/";
  for (int round = 0; round < 3000; ++round) {
    std::string input = author.write(*root);
    for (std::size_t i = 0; i <= below(random, 4) && !input.empty(); ++i) {
      const std::size_t at = below(random, input.size());
      switch (below(random, 3)) {
      case 0:
        input[at] = bytes[below(random, bytes.size())];
        break;
      case 1:
        input.erase(at, 1 + below(random, 3));
        break;
      default:
        input.insert(at, 1, bytes[below(random, bytes.size())]);
      }
    }
    CAPTURE(input);
    const std::string whole =
        redact_in_pieces(*plan, input, std::max<std::size_t>(input.size(), 1), {});
    const std::string cut = redact_in_random_pieces(*plan, input, random, {});
    REQUIRE((whole == cut || (whole.rfind("error", 0) == 0 && cut == "error")));
  }
}

}  // namespace
}  // namespace sealock::policy

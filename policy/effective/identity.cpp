// As whom a process runs. Every spelling of user 0 and group 0 is "root" ("0", "00", "+0", ":0", ""
// and the name); other numbers are plain decimals; names stay names, and only the image's own passwd
// knows what they come to: a rule that wants to exclude root must demand numbers.
//
// Where nothing is said the image decides for a container and the container for an exec; an image or
// container that does not exist counts as root, as does a service's, which any node may run.
//
// Sources: engine-facts.md 3.2 (User); moby/sys/user GetExecUser; strconv.Atoi.

#include "policy/effective/body_places.hpp"
#include "policy/effective/text.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

#include <optional>

namespace sealock::policy::effective {
namespace {

constexpr std::string_view root = "root";

// "+007" is "7", "-0" is root; what Go's Atoi does not read is a name.
std::string normalise(std::string_view text) {
  if (text.empty()) return std::string(root);
  std::string_view digits = text;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  if (!all_digits(digits)) return std::string(text);
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string_view::npos) return std::string(root);
  return (negative ? "-" : "") + std::string(digits.substr(first));
}

bool is_number(std::string_view text) {
  return all_digits(text) || (text.starts_with('-') && all_digits(text.substr(1)));
}

std::string user_part(std::string_view text) {
  return normalise(cut(text, ':').first);
}

// The group that belongs to a name is known to the image's passwd alone. A number has the group of
// its entry there, or 0 when it has none, which is what most have.
std::optional<std::string> group_part(std::string_view text) {
  const auto [user, group] = cut(text, ':');
  if (!group.empty()) return normalise(group);
  const std::string who = normalise(user);
  if (who == root || is_number(who)) return std::string(root);
  return std::nullopt;
}

// The configuration in the inspect document of an image or a container.
Result<std::string_view> user_in_fact(const Facts& facts, ObjectKind kind, std::string_view name) {
  const Fact* fact = facts.find(kind, name);
  if (fact == nullptr || fact->failed) return nothing_known(name_of(kind), name);
  return text_of(fact->inspect.find("Config"), "User");
}

// The user as it is written; nothing when the operation runs no process.
Result<std::optional<std::string_view>> said_user(const Request& request, const Facts& facts) {
  const auto or_else_in = [&](ObjectKind kind,
                              std::string_view name) -> Result<std::optional<std::string_view>> {
    const std::string_view said = request.body.text("User");
    if (!said.empty() || name.empty()) return std::optional(said);
    const auto inherited = user_in_fact(facts, kind, name);
    if (!inherited) return tl::unexpected<Error>(inherited.error());
    return std::optional(*inherited);
  };
  if (is_operation(request, OperationId::container_create))
    return or_else_in(ObjectKind::image, request.body.text("Image"));
  if (is_operation(request, OperationId::container_exec))
    return or_else_in(ObjectKind::container, request.target);
  if (const Value* spec = container_spec(request)) return std::optional(spec->text("User"));
  const std::string_view committed =
      is_operation(request, OperationId::image_commit) ? request.body.text("User") : "";
  if (!committed.empty()) return std::optional(committed);
  return std::optional<std::string_view>();
}

}  // namespace

Result<Value> user(const Request& request, const Facts& facts) {
  const auto said = said_user(request, facts);
  if (!said) return tl::unexpected<Error>(said.error());
  return *said ? Value(user_part(**said)) : Value();
}

Result<Value> group(const Request& request, const Facts& facts) {
  const auto said = said_user(request, facts);
  if (!said) return tl::unexpected<Error>(said.error());
  if (!*said) return Value();
  auto group = group_part(**said);
  if (!group) return bad_request("only the image knows the group of a user that is a name");
  return Value(std::move(*group));
}

Result<Value> added_groups(const Request& request, const Facts& /*facts*/) {
  TextList list;
  const auto add = [&](const std::string& text) { list.add(normalise(text)); };
  for_each_text(host_config(request), "GroupAdd", add);
  for_each_text(container_spec(request), "Groups", add);
  return std::move(list).finish();
}

}  // namespace sealock::policy::effective

#include "policy/request/query.hpp"

#include "policy/request/names.hpp"
#include "policy/request/percent.hpp"
#include "policy/request/printable.hpp"
#include "policy/request/query_value.hpp"
#include "policy/request/utf8.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace sealock::policy {

namespace {

constexpr std::size_t parameter_limit = 1000;  // dockerode's longest has 30
constexpr std::size_t dropped_limit = 32;      // names that the audit record is told

// Percent-decodes once; nothing when an escape is broken.
std::optional<std::string> decode(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '%') {
      const auto decoded = decode_percent(raw.substr(i));
      if (!decoded) return std::nullopt;
      out += *decoded;
      i += 2;
    } else {
      out += raw[i] == '+' ? ' ' : raw[i];
    }
  }
  return out;
}

// Why no reader should be given `text`; empty when it is proper text.
std::string_view find_bad_text(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return "holds a NUL character";
  if (!is_utf8(text)) return "is no valid UTF-8";
  return {};
}

std::string_view find_bad_byte(std::string_view raw) {
  for (const char c : raw) {
    if (c <= 0x20 || c >= 0x7f) return "holds a byte that must be percent-encoded";
    if (c == '#') return "holds #; encode it as %23";
    if (c == ';') return "holds ;, which some take for a separator; encode it as %3B";
  }
  return {};
}

tl::unexpected<Error> refuse(std::string_view key, std::string_view why) {
  return bad_request("query parameter " + printable(key) + ": " + std::string(why));
}

void note_dropped(std::string_view key, Request& request) {
  auto& dropped = request.dropped_parameters;
  std::string name = printable(key);
  if (dropped.size() == dropped_limit || std::ranges::find(dropped, name) != dropped.end()) return;
  dropped.push_back(std::move(name));
}

// What the names in a parameter must look like: those of what is made or renamed (`name`), and
// those of objects that the operation works on. dockerd drops a slash at the start of a container's
// name and takes a link alias for one, so either would be judged as another name than it is.
enum class NameShape { any, object, reference };

NameShape shape_of(const Operation& operation, const Parameter& parameter) {
  if (parameter.refers_to != TargetKind::none) {
    return is_named_by_reference(parameter.refers_to) ? NameShape::reference : NameShape::object;
  }
  if (parameter.name != "name") return NameShape::any;
  return operation.path.starts_with("/plugins/") ? NameShape::reference : NameShape::object;
}

// Why `text` has not that shape; empty when it has. No name at all is dockerd's to refuse.
std::string_view find_bad_name(NameShape shape, std::string_view text) {
  if (text.empty() || shape == NameShape::any) return {};
  if (shape == NameShape::reference) {
    if (is_image_reference(text)) return {};
    return "is no reference; write [registry/]name[:tag][@digest]";
  }
  return is_object_name(text) ? std::string_view()
                              : "is no name; these are letters, digits, _ . and -";
}

// Adds a value where its parameter is repeated, and the parameter where it comes first.
void add_value(const Parameter& parameter, Value value, Request& request) {
  if (!parameter.repeated) {
    request.query.push_back({&parameter, std::move(value)});
    return;
  }
  for (QueryParameter& present : request.query) {
    if (present.parameter != &parameter) continue;
    present.value.list()->push_back(std::move(value));
    return;
  }
  Value::List values;
  values.push_back(std::move(value));
  request.query.push_back({&parameter, Value(std::move(values))});
}

// Reads the pieces of one query. What was given is remembered apart from what was kept: an empty
// integer is not kept, and dockerd would take it, the first, before a second one.
class QueryReader {
public:
  explicit QueryReader(Request& request) : request_(request) {}

  Result<void> read(std::string_view piece) {
    if (++count_ > parameter_limit) {
      return bad_request("query: more than " + std::to_string(parameter_limit) + " parameters");
    }
    const std::size_t equals = piece.find('=');
    const auto key = decode(piece.substr(0, equals));
    const auto text =
        decode(equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1));
    if (!key || !text) return refuse(piece, "has a broken percent-encoding");
    if (key->empty()) return bad_request("query: a parameter without a name");
    if (const auto why = find_bad_text(*key); !why.empty()) return refuse(*key, why);
    const Parameter* parameter = find_parameter(*request_.operation, *key);
    if (parameter == nullptr) {
      note_dropped(*key, request_);
      return {};
    }
    return read_known(*parameter, *text);
  }

private:
  Result<void> read_known(const Parameter& parameter, std::string_view text) {
    if (!parameter.repeated) {
      if (std::ranges::find(given_, &parameter) != given_.end()) {
        return refuse(parameter.name, "given twice; send it once (dockerd would take the first)");
      }
      given_.push_back(&parameter);
    }
    if (const auto why = find_bad_text(text); !why.empty()) return refuse(parameter.name, why);
    const NameShape shape = shape_of(*request_.operation, parameter);
    if (const auto why = find_bad_name(shape, text); !why.empty()) {
      return refuse(parameter.name, why);
    }
    auto value = read_query_value(parameter, text);
    if (!value) return refuse(parameter.name, value.error().text);
    if (*value) add_value(parameter, std::move(**value), request_);
    return {};
  }

  Request& request_;
  std::vector<const Parameter*> given_;
  std::size_t count_ = 0;
};

}  // namespace

Result<void> parse_query(std::string_view raw, Request& request) {
  if (request.operation == nullptr) return fail(ErrorKind::internal, "query without an operation");
  if (const auto why = find_bad_byte(raw); !why.empty()) {
    return bad_request("query: " + std::string(why));
  }
  QueryReader reader(request);
  while (!raw.empty()) {
    const std::size_t end = raw.find('&');
    const std::string_view piece = raw.substr(0, end);
    raw.remove_prefix(end == std::string_view::npos ? raw.size() : end + 1);
    if (piece.empty()) continue;  // every reader skips an empty piece
    if (auto read = reader.read(piece); !read) return read;
  }
  return {};
}

}  // namespace sealock::policy

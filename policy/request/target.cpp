#include "policy/request/target.hpp"

#include "policy/request/percent.hpp"
#include "policy/request/printable.hpp"

namespace sealock::policy {

namespace {

// RFC 3986 pchar without the unreserved characters and the escape.
constexpr std::string_view sub_delimiters_and_more = "!$&'()*+,;=:@";

tl::unexpected<Error> refuse(std::string_view raw, std::string_view why) {
  return bad_request("request target " + quoted(raw) + ": " + std::string(why));
}

// Why `raw` cannot be a target, whatever its form; empty when it can.
std::string_view find_bad_byte(std::string_view raw) {
  if (raw.empty()) return "is empty";
  for (const char c : raw) {
    if (is_unreserved(c)) continue;
    if (c <= 0x20 || c >= 0x7f) return "holds a byte that must be percent-encoded";
    if (c == '#') return "holds a fragment; encode # as %23, or leave it out";
    if (c == '\\') return "holds a backslash";
  }
  return {};
}

// The authority is thrown away; it only must end where every reader sees its end.
bool is_authority(std::string_view text) {
  constexpr std::string_view others = "!$&'()*+,;=:[]%";
  if (text.empty()) return false;
  for (const char c : text) {
    if (!is_unreserved(c) && others.find(c) == std::string_view::npos) return false;
  }
  return true;
}

// Path and query of an absolute-form target, of systeminformation's `http:/path` and of the origin
// form; empty when it is none of these. dockerd would take any scheme (engine-facts.md A8).
std::string_view strip_origin(std::string_view raw) {
  constexpr std::string_view scheme = "http:";
  if (!raw.starts_with(scheme)) return raw.starts_with('/') ? raw : std::string_view();
  raw.remove_prefix(scheme.size());
  if (!raw.starts_with("//")) return raw.starts_with('/') ? raw : std::string_view();
  raw.remove_prefix(2);
  const std::size_t end = raw.find_first_of("/?");
  if (end == std::string_view::npos || raw[end] != '/' || !is_authority(raw.substr(0, end))) {
    return {};
  }
  return raw.substr(end);
}

// May a path spell `c` as an escape? Letters need none; / and \ would become separators; % would be
// decoded again by somebody; ? and # end a path for others; the rest is in no name of Docker's.
bool may_be_encoded(char c) {
  constexpr std::string_view never = "/\\%?#";
  return c >= 0x20 && c < 0x7f && !is_unreserved(c) && never.find(c) == std::string_view::npos;
}

// Appends the decoded `raw` to `out`; the complaint, or empty when it is a proper segment.
std::string_view decode_segment(std::string_view raw, std::string& out) {
  if (raw.empty()) return "has an empty path segment (// or a slash at the end)";
  if (raw == "." || raw == "..") return "has a dot segment";
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const std::size_t first = i;
    while (i < raw.size() && is_unreserved(raw[i]))
      ++i;
    out.append(raw, first, i - first);
    if (i == raw.size()) break;
    char c = raw[i];
    if (c == '%') {
      const auto decoded = decode_percent(raw.substr(i));
      if (!decoded) return "has a broken percent-encoding";
      if (!may_be_encoded(*decoded)) {
        return "encodes a character that must not be, or need not be, encoded";
      }
      c = *decoded;
      i += 2;
    } else if (sub_delimiters_and_more.find(c) == std::string_view::npos) {
      return "holds a character that must be percent-encoded";
    }
    out += c;
  }
  return {};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "v1.41": exactly two digits, because dockerd reads v1.041, v01.41 and v1.41.0 as versions too.
bool is_version(std::string_view segment) {
  return segment.size() == 5 && segment.starts_with("v1.") && is_digit(segment[3]) &&
         is_digit(segment[4]);
}

// What dockerd, or somebody else, could take for a version. No path of the API starts so.
bool looks_like_version(std::string_view segment) {
  if (segment.starts_with('v') || segment.starts_with('V')) segment.remove_prefix(1);
  return segment.empty() || is_digit(segment[0]) || segment[0] == '.';
}

}  // namespace

Result<Target> parse_target(std::string_view raw) {
  if (const auto why = find_bad_byte(raw); !why.empty()) return refuse(raw, why);
  std::string_view path = strip_origin(raw);
  if (path.empty()) {
    return refuse(raw, "must be a path that starts with one slash, or an http:// URL of one");
  }
  Target target;
  target.segments.reserve(4);  // most paths have three
  if (const auto mark = path.find('?'); mark != std::string_view::npos) {
    target.query = path.substr(mark + 1);
    path = path.substr(0, mark);
  }
  path.remove_prefix(1);
  bool at_start = true;
  while (!path.empty() || !at_start) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    if (at_start && is_version(segment)) {
      target.version = segment.substr(1);
    } else {
      std::string decoded;
      if (const auto why = decode_segment(segment, decoded); !why.empty()) return refuse(raw, why);
      if (target.segments.empty() && looks_like_version(decoded)) {
        return refuse(raw, "has an odd API version; write /v1.NN with two digits, or none");
      }
      target.segments.push_back(std::move(decoded));
    }
    at_start = false;
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return target;
}

}  // namespace sealock::policy

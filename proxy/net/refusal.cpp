#include "proxy/net/refusal.hpp"

#include "policy/request/value.hpp"

namespace sealock::proxy {

int status_of(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::internal:
    return 500;
  case ErrorKind::bad_request:
    return 400;
  case ErrorKind::denied:
    return 403;
  case ErrorKind::not_found:
    return 404;
  case ErrorKind::conflict:
    return 409;
  case ErrorKind::too_large:
    return 413;
  case ErrorKind::head_too_large:
    return 431;
  case ErrorKind::engine_garbage:
    return 502;
  case ErrorKind::busy:
  case ErrorKind::engine_unreachable:
    return 503;
  case ErrorKind::engine_timeout:
    return 504;
  }
  return 500;
}

std::string_view reason_of(int status) {
  switch (status) {
  case 400:
    return "Bad Request";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 408:
    return "Request Timeout";
  case 409:
    return "Conflict";
  case 413:
    return "Payload Too Large";
  case 431:
    return "Request Header Fields Too Large";
  case 500:
    return "Internal Server Error";
  case 502:
    return "Bad Gateway";
  case 503:
    return "Service Unavailable";
  case 504:
    return "Gateway Timeout";
  default:
    return "Error";
  }
}

std::string build_refusal(int status, std::string_view text, unsigned minor, Then then) {
  std::string body = R"({"message":)";
  policy::write_json(policy::Value(text), body);
  body += "}\n";
  std::string out = minor == 0 ? "HTTP/1.0 " : "HTTP/1.1 ";
  out += std::to_string(status);
  out += " ";
  out += reason_of(status);
  out += "\r\nContent-Type: application/json\r\nContent-Length: ";
  out += std::to_string(body.size());
  out += then == Then::close ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n";
  out += body;
  return out;
}

}  // namespace sealock::proxy

// What a command may know of the process it runs in. main() fills it; nothing below reads the
// environment.
//
// Threads: plain values.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sealock::proxy {

struct Surroundings {
  // Where rules are looked for when nobody has named a folder, in this order.
  std::vector<std::filesystem::path> rules_places;
  std::string notify_socket;     // $NOTIFY_SOCKET, set by systemd
  std::string credentials;       // $CREDENTIALS_DIRECTORY, set by systemd for LoadCredential
  std::string socket;            // $SEALOCK_SOCKET: where the release commands connect to
  bool terminal_output = false;  // stdout is a terminal
  bool colour_output = false;    // stdout is a terminal and $NO_COLOR is not set
  bool colour_errors = false;    // the same of stderr
};

}  // namespace sealock::proxy

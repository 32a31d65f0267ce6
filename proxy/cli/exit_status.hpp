// The exit statuses of every command; part of what scripts rely on.

#pragma once

namespace sealock::proxy {

inline constexpr int exit_ok = 0;
// Errors in rules or configuration, a failed test, a proxy that could not start.
inline constexpr int exit_errors = 1;
// Wrong usage; or warnings only, under --strict.
inline constexpr int exit_usage = 2;
// All went well, and there is a difference: deploy --check, status --drift.
inline constexpr int exit_differs = 3;
inline constexpr int exit_warnings = 2;

}  // namespace sealock::proxy

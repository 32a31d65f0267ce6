// The pieces that the schema tables of this folder share: leaf types, the helpers that build a
// table, and the names of the tables.
//
// How to read a table: a line per JSON field, in the order of the Go struct that dockerd decodes
// into, whose name stands above it. A field that only one of the two sources has (Go struct, API
// document) is listed all the same; schema_test.cpp holds the tables against both API documents and
// keeps the list of fields that they do not mention.
//
// Everything is a constant expression, so that tables of one file may point into tables of another
// without an order of initialisation.
//
// Private: only this folder and body_schemas.cpp include it.
// Sources: moby api/types at 20.10 and at b985e2313a (2026-08), and the releases between them for
//          fields that came and went; ../shared/engine-api/v1.41.yaml, v1.55.yaml.

#pragma once

#include "policy/engine_api/schema.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sealock::policy::schemas {

[[nodiscard]] constexpr Schema object_of(std::span<const Field> fields) {
  return Schema{.kind = SchemaKind::object, .fields = fields};
}

[[nodiscard]] constexpr Schema list_of(const Schema& element) {
  return Schema{.kind = SchemaKind::list, .element = &element};
}

[[nodiscard]] constexpr Schema map_of(const Schema& element) {
  return Schema{.kind = SchemaKind::map, .element = &element};
}

// A struct that another embeds: Go reads the fields of both from one JSON object.
template <std::size_t N, std::size_t M>
[[nodiscard]] constexpr std::array<Field, N + M> join(const std::array<Field, N>& first,
                                                      const std::array<Field, M>& second) {
  std::array<Field, N + M> all{};
  for (std::size_t i = 0; i < N; ++i) {
    all[i] = first[i];
  }
  for (std::size_t i = 0; i < M; ++i) {
    all[N + i] = second[i];
  }
  return all;
}

// A field that a real client sends and no dockerd reads (schema.hpp, Field::dropped).
[[nodiscard]] constexpr Field dropped(std::string_view name, const Schema& schema) {
  return Field{.name = name, .schema = &schema, .dropped = true};
}

// Leaves. `text` also stands for Go types that decode from a string: netip.Addr, HardwareAddr.
inline constexpr Schema text{.kind = SchemaKind::string};
inline constexpr Schema boolean{.kind = SchemaKind::boolean};
inline constexpr Schema integer{.kind = SchemaKind::integer};  // int, int64, time.Duration
inline constexpr Schema unsigned_16{
    .kind = SchemaKind::integer, .minimum = 0, .maximum = UINT16_MAX};
inline constexpr Schema unsigned_32{
    .kind = SchemaKind::integer, .minimum = 0, .maximum = UINT32_MAX};
inline constexpr Schema unsigned_64{// uint, uint64
                                    .kind = SchemaKind::integer,
                                    .minimum = 0,
                                    .maximum_unsigned = UINT64_MAX};
inline constexpr Schema number{.kind = SchemaKind::number};
inline constexpr Schema bytes{.kind = SchemaKind::base64};
inline constexpr Schema empty{.kind = SchemaKind::empty};

inline constexpr Schema text_list = list_of(text);
inline constexpr Schema text_lists = list_of(text_list);
inline constexpr Schema text_map = map_of(text);
inline constexpr Schema empty_map = map_of(empty);
inline constexpr Schema nothing_list = list_of(empty);        // for what must not hold a name
inline constexpr Schema console_size = list_of(unsigned_64);  // [2]uint: height, width

// 0, false and {} are settings, because Go has a pointer here; only null and absent are unset.
inline constexpr Neutral pointer{.zero_is_set = true};

// Pieces that several bodies share.
extern const Schema container_config;   // container_config.cpp
extern const Schema healthcheck;        // container_config.cpp
extern const Schema host_config;        // host_config.cpp
extern const Schema ulimit_list;        // host_config.cpp
extern const Schema mount_list;         // mounts.cpp
extern const Schema endpoint_settings;  // networking.cpp
extern const Schema networking_config;  // networking.cpp
extern const Schema driver;             // swarm.cpp: Name and Options of a swarm driver

// Bodies, by the operation that has them.
extern const Schema container_create;     // container_config.cpp
extern const Schema image_commit;         // container_config.cpp
extern const Schema container_update;     // host_config.cpp
extern const Schema container_exec;       // exec.cpp
extern const Schema exec_start;           // exec.cpp
extern const Schema checkpoint_create;    // exec.cpp
extern const Schema network_create;       // networking.cpp
extern const Schema network_connect;      // networking.cpp
extern const Schema network_disconnect;   // networking.cpp
extern const Schema volume_create;        // volumes.cpp
extern const Schema volume_update;        // volumes.cpp
extern const Schema service_spec;         // service_spec.cpp
extern const Schema node_spec;            // swarm.cpp
extern const Schema swarm_init;           // swarm.cpp
extern const Schema swarm_join;           // swarm.cpp
extern const Schema swarm_spec;           // swarm.cpp
extern const Schema swarm_unlock;         // swarm.cpp
extern const Schema secret_spec;          // swarm.cpp
extern const Schema config_spec;          // swarm.cpp
extern const Schema plugin_privileges;    // plugins.cpp
extern const Schema plugin_settings;      // plugins.cpp
extern const Schema registry_login;       // plugins.cpp
extern const Schema composition_put;      // sealock.cpp
extern const Schema composition_label;    // sealock.cpp
extern const Schema release_tag;          // sealock.cpp
extern const Schema deployment_create;    // sealock.cpp
extern const Schema deployment_rollback;  // sealock.cpp

}  // namespace sealock::policy::schemas

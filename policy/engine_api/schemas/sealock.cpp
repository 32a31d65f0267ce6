// Bodies of sealock's own operations.
//
// CompositionPut is the one body that is not on the wire as it stands here: the client sends a
// Compose file, and rules see what it comes to, with the Docker bodies that would be sent for it.
//
// Source: proxy/deploy/compose_reader.hpp, which writes composition_put from a Compose file.

#include "policy/engine_api/schemas/schema_tables.hpp"

namespace sealock::policy::schemas {
namespace {

constexpr Field component_fields[] = {
    {"name", &text},
    {"image", &text},
    {"reference", &text},
    {"tag", &text},
    {"replicas", &integer},
    {"depends_on", &text_list},
    {"create", &container_create},
};
constexpr Schema component = object_of(component_fields);
constexpr Schema components = list_of(component);

constexpr Field network_fields[] = {
    {"name", &text},
    {"external", &boolean},
    {"create", &network_create},
};
constexpr Schema network = object_of(network_fields);
constexpr Schema networks = list_of(network);

constexpr Field volume_fields[] = {
    {"name", &text},
    {"external", &boolean},
    {"create", &volume_create},
};
constexpr Schema volume = object_of(volume_fields);
constexpr Schema volumes = list_of(volume);

constexpr Field composition_fields[] = {
    {"name", &text},         {"project", &text},    {"components", &components},
    {"networks", &networks}, {"volumes", &volumes},
};

constexpr Field label_fields[] = {{"label", &text}};

constexpr Field tag_fields[] = {
    {"image", &text},
    {"tag", &text},
    {"digest", &text},
    {"expect", &text},
};

constexpr Field gate_fields[] = {
    {"container", &text},
    {"drain", &text},
};
constexpr Schema gate = object_of(gate_fields);

constexpr std::array<Field, 5> deployment_fields{{
    {"composition", &text},
    {"gate", &gate},
    {"target", &text},
    {"timeout", &text},
    {"variables", &text_map},
}};
constexpr std::array<Field, 2> only_create_fields{{
    {"check", &boolean},
    {"components", &text_list},
}};
constexpr auto create_fields = join(deployment_fields, only_create_fields);

}  // namespace

const Schema composition_put = object_of(composition_fields);
const Schema composition_label = object_of(label_fields);
const Schema release_tag = object_of(tag_fields);
const Schema deployment_create = object_of(create_fields);
const Schema deployment_rollback = object_of(deployment_fields);

}  // namespace sealock::policy::schemas

// Plugins and registries: the privileges that a pull grants, the settings of a plugin, a login.

#include "policy/engine_api/schemas/schema_tables.hpp"

namespace sealock::policy::schemas {

namespace {

// Go: plugin.Privilege.
constexpr auto privilege_fields = std::to_array<Field>({
    {"Name", &text},
    {"Description", &text},
    {"Value", &text_list},
});
constexpr Schema privilege = object_of(privilege_fields);

// Go: registry.AuthConfig. email ended with API 1.52; docker-py sends null, and docker-java a null
// of its own.
constexpr auto login_fields = std::to_array<Field>({
    {"username", &text},
    {"password", &text},
    {"auth", &text},
    {"email", &text},
    {"serveraddress", &text},
    {"identitytoken", &text},
    {"registrytoken", &text},
    dropped("stackOrchestrator", text),
});

}  // namespace

constinit const Schema plugin_privileges = list_of(privilege);    // PluginPull, PluginUpgrade
constinit const Schema plugin_settings = list_of(text);           // PluginSet: "KEY=value"
constinit const Schema registry_login = object_of(login_fields);  // SystemAuth, ImagePush

}  // namespace sealock::policy::schemas

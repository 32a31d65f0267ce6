// Answers of the plugin operations (secrets.md 3.3).

#include "policy/answer/schemas/answer_tables.hpp"
#include "policy/answer/schemas/shared_fields.hpp"

namespace sealock::policy {
namespace {

constexpr AnswerField mount_fields_of_plugin[] = {
    {"Name", plain},        {"Description", plain}, {"Settable[]", plain}, {"Source", plain},
    {"Destination", plain}, {"Type", plain},        {"Options[]", plain},
};

constexpr AnswerField device_fields[] = {
    {"Name", plain},
    {"Description", plain},
    {"Settable[]", plain},
    {"Path", plain},
};

constexpr AnswerField plugin_fields[] = {
    {"Id", reference},
    {"Name", reference},
    {"Enabled", plain},
    {"PluginReference", reference},
    {"Settings.Mounts[]", mount_fields_of_plugin},
    {"Settings.Env[]", environment},
    {"Settings.Args[]", secret},
    {"Settings.Devices[]", device_fields},
    {"Config.DockerVersion", plain},
    {"Config.Description", free_text},
    {"Config.Documentation", free_text},
    // A text ("docker.volumedriver/1.0"), in old API documents an object.
    {"Config.Interface.Types[]", plain},
    {"Config.Interface.Types[].Prefix", plain},
    {"Config.Interface.Types[].Capability", plain},
    {"Config.Interface.Types[].Version", plain},
    {"Config.Interface.Socket", plain},
    {"Config.Interface.ProtocolScheme", plain},
    {"Config.Entrypoint[]", argument_vector},
    {"Config.WorkDir", plain},
    {"Config.User.UID", plain},
    {"Config.User.GID", plain},
    {"Config.Network.Type", plain},
    {"Config.Linux.Capabilities[]", plain},
    {"Config.Linux.AllowAllDevices", plain},
    {"Config.Linux.Devices[]", device_fields},
    {"Config.PropagatedMount", plain},
    {"Config.IpcHost", plain},
    {"Config.PidHost", plain},
    {"Config.Mounts[]", mount_fields_of_plugin},
    {"Config.Env[].Name", plain},
    {"Config.Env[].Description", plain},
    {"Config.Env[].Settable[]", plain},
    {"Config.Env[].Value", secret},
    {"Config.Args.Name", plain},
    {"Config.Args.Description", plain},
    {"Config.Args.Settable[]", plain},
    {"Config.Args.Value[]", secret},
    {"Config.rootfs.type", plain},
    {"Config.rootfs.diff_ids[]", plain},
};

constexpr AnswerField list_fields[] = {
    {"[]", plugin_fields},
};

constexpr AnswerField privilege_fields[] = {
    {"[].Name", plain},
    {"[].Description", plain},
    {"[].Value[]", plain},
};

constexpr std::string_view each[] = {"[]"};

constexpr AnswerSchema schemas[] = {
    {OperationId::plugin_list, "[]", list_fields, each},
    {OperationId::plugin_inspect, "", plugin_fields},
    {OperationId::plugin_delete, "", plugin_fields},
    {OperationId::get_plugin_privileges, "[]", privilege_fields},
};

}  // namespace

std::span<const AnswerSchema> plugin_answers() {
  return schemas;
}

}  // namespace sealock::policy

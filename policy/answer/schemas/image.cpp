// Answers of the image and build operations (secrets.md 3.2).

#include "policy/answer/schemas/answer_tables.hpp"
#include "policy/answer/schemas/shared_fields.hpp"

namespace sealock::policy {
namespace {

constexpr AnswerField inspect_fields[] = {
    {"Id", reference},
    {"RepoTags[]", reference},
    {"RepoDigests[]", reference},
    {"Parent", reference},
    {"Comment", free_text},
    {"Created", time},
    {"Container", reference},
    {"ContainerConfig", config_fields},
    {"DockerVersion", plain},
    {"Author", free_text},
    {"Config", config_fields},
    {"Architecture", plain},
    {"Variant", plain},
    {"Os", plain},
    {"OsVersion", plain},
    {"Size", plain},
    {"VirtualSize", plain},
    {"GraphDriver.Name", plain},
    {"GraphDriver.Data{}", plain},
    {"RootFS.Type", plain},
    {"RootFS.Layers[]", plain},
    {"RootFS.BaseLayer", plain},
    {"Metadata.LastTagTime", time},
    {"Descriptor", descriptor_fields},
    {"Manifests[]", manifest_fields},
    {"Identity", identity_fields},
};

constexpr AnswerField list_fields[] = {
    {"[]", image_summary_fields},
};

constexpr AnswerField history_fields[] = {
    {"[].Id", reference},     {"[].Created", plain}, {"[].CreatedBy", instruction},
    {"[].Tags[]", reference}, {"[].Size", plain},    {"[].Comment", free_text},
};

constexpr AnswerField delete_fields[] = {
    {"[].Untagged", reference},
    {"[].Deleted", reference},
};

constexpr AnswerField prune_fields[] = {
    {"ImagesDeleted[].Untagged", reference},
    {"ImagesDeleted[].Deleted", reference},
    {"SpaceReclaimed", plain},
};

constexpr AnswerField search_fields[] = {
    {"[].description", free_text}, {"[].is_official", plain},
    {"[].is_automated", plain},    {"[].name", plain},
    {"[].star_count", plain},
};

// One message of a pull, push, import or load. Aux is what the operation made; BuildKit puts
// protobuf in base64 there.
constexpr AnswerField progress_fields[] = {
    {"status", free_text},
    {"id", plain},
    {"progress", plain},
    {"progressDetail.current", plain},
    {"progressDetail.total", plain},
    {"progressDetail.start", plain},
    {"progressDetail.hidecounts", plain},
    {"progressDetail.units", plain},
    {"stream", free_text},
    {"error", status_text},
    {"errorDetail.code", plain},
    {"errorDetail.message", status_text},
    {"aux", secret_bytes},
    {"aux.ID", reference},
    {"aux.Tag", reference},
    {"aux.Digest", reference},
    {"aux.Size", plain},
    {"aux.manifestPushedInsteadOfIndex", plain},
    {"aux.originalIndex", descriptor_fields},
    {"aux.selectedManifest", descriptor_fields},
    {"aux.contentMissing", plain},
    {"aux.desc", descriptor_fields},
    {"from", reference},
    {"time", plain},
    {"timeNano", plain},
};

// The output of RUN and the instructions themselves stand in `stream`.
constexpr AnswerField build_fields[] = {
    {"", progress_fields},           {"stream", secret}, {"status", secret}, {"error", secret},
    {"errorDetail.message", secret},
};

constexpr AnswerField build_prune_fields[] = {
    {"CachesDeleted[]", reference},
    {"SpaceReclaimed", plain},
};

constexpr AnswerField commit_fields[] = {
    {"Id", reference},
};

// Statements can hold every build argument (SLSA provenance, mode=max).
constexpr AnswerField attestation_fields[] = {
    {"[].Descriptor", descriptor_fields},
    {"[].PredicateType", plain},
    {"[].Statement", secret_tree},
};

constexpr AnswerField distribution_fields[] = {
    {"Descriptor", descriptor_fields},
    {"Platforms[]", platform_fields},
};

constexpr std::string_view each[] = {"[]"};

constexpr AnswerSchema schemas[] = {
    {OperationId::image_list, "[]", list_fields, each},
    {OperationId::image_inspect, "", inspect_fields},
    {OperationId::image_history, "[]", history_fields},
    {OperationId::image_delete, "[]", delete_fields},
    {OperationId::image_prune, "", prune_fields},
    {OperationId::image_search, "[]", search_fields},
    {OperationId::image_create, "", progress_fields},
    {OperationId::image_push, "", progress_fields},
    {OperationId::image_load, "", progress_fields},
    {OperationId::image_build, "", build_fields},
    {OperationId::build_prune, "", build_prune_fields},
    {OperationId::image_commit, "", commit_fields},
    {OperationId::image_attestations, "[]", attestation_fields},
    {OperationId::distribution_inspect, "", distribution_fields},
    // Plugins are pulled and pushed with the same messages.
    {OperationId::plugin_pull, "", progress_fields},
    {OperationId::plugin_push, "", progress_fields},
    {OperationId::plugin_upgrade, "", progress_fields},
};

}  // namespace

std::span<const AnswerSchema> image_answers() {
  return schemas;
}

}  // namespace sealock::policy

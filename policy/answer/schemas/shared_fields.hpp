// Tables of fields that answers of several operations share.
//
// A file of data: longer than code files may be, because each row is one field of Docker's API.
//
// Sources: secrets.md 3; moby api/types (b985e2313a, 2026-08) and v20.10.24; API documents v1.25 to
//          v1.56. Address and base64 fields: secrets.md 9.

#pragma once

#include "policy/answer/answer_schema.hpp"

namespace sealock::policy {

using enum FieldKind;

// --- OCI: image-spec descriptors and platforms

inline constexpr AnswerField platform_fields[] = {
    {"architecture", plain},
    {"os", plain},
    {"'os.version'", plain},
    {"'os.features'[]", plain},
    {"variant", plain},
    {"features[]", plain},
    // Until API 1.39.
    {"Architecture", plain},
    {"OS", plain},
    {"OSVersion", plain},
    {"OSFeatures[]", plain},
    {"Variant", plain},
    {"Features[]", plain},
};

inline constexpr AnswerField descriptor_fields[] = {
    {"mediaType", plain},
    {"digest", reference},
    {"size", plain},
    {"urls[]", free_text},
    {"annotations{}", label},
    {"data", secret_bytes},
    {"platform", platform_fields},
    {"artifactType", plain},
    // Until API 1.39.
    {"MediaType", plain},
    {"Digest", reference},
    {"Size", plain},
    {"URLs[]", free_text},
};

inline constexpr AnswerField signature_fields[] = {
    {"Name", plain},
    {"Timestamps[].Type", plain},
    {"Timestamps[].URI", free_text},
    {"Timestamps[].Timestamp", time},
    {"KnownSigner", plain},
    {"DockerReference", plain},
    {"Signer.CertificateIssuer", plain},
    {"Signer.SubjectAlternativeName", free_text},
    {"Signer.Issuer", free_text},
    {"Signer.BuildSignerURI", free_text},
    {"Signer.BuildSignerDigest", plain},
    {"Signer.RunnerEnvironment", plain},
    {"Signer.SourceRepositoryURI", free_text},
    {"Signer.SourceRepositoryDigest", plain},
    {"Signer.SourceRepositoryRef", plain},
    {"Signer.SourceRepositoryIdentifier", plain},
    {"Signer.SourceRepositoryOwnerURI", free_text},
    {"Signer.SourceRepositoryOwnerIdentifier", plain},
    {"Signer.BuildConfigURI", free_text},
    {"Signer.BuildConfigDigest", plain},
    {"Signer.BuildTrigger", plain},
    {"Signer.RunInvocationURI", free_text},
    {"Signer.SourceRepositoryVisibilityAtSigning", plain},
    {"SignatureType", plain},
    {"Error", status_text},
    {"Warnings[]", free_text},
};

inline constexpr AnswerField identity_fields[] = {
    {"Signature[]", signature_fields},
    {"Pull[].Repository", plain},
    {"Build[].Ref", plain},
    {"Build[].CreatedAt", time},
};

inline constexpr AnswerField manifest_fields[] = {
    {"ID", reference},
    {"Descriptor", descriptor_fields},
    {"Available", plain},
    {"Size.Total", plain},
    {"Size.Content", plain},
    {"Kind", plain},
    {"ImageData.Platform", platform_fields},
    {"ImageData.Containers[]", reference},
    {"ImageData.Size.Unpacked", plain},
    {"ImageData.Identity", identity_fields},
    {"AttestationData.For", reference},
};

// --- containers

inline constexpr AnswerField healthcheck_fields[] = {
    {"Test[]", argument_vector}, {"Interval", plain},    {"Timeout", plain},
    {"Retries", plain},          {"StartPeriod", plain}, {"StartInterval", plain},
};

// Config of a container, and Config and ContainerConfig of an image.
inline constexpr AnswerField config_fields[] = {
    {"Hostname", plain},
    {"Domainname", plain},
    {"User", plain},
    {"AttachStdin", plain},
    {"AttachStdout", plain},
    {"AttachStderr", plain},
    {"ExposedPorts{}", plain},
    {"Tty", plain},
    {"OpenStdin", plain},
    {"StdinOnce", plain},
    {"Env[]", environment},
    {"Cmd[]", secret},  // all of it: behind an entrypoint the first one is an argument as well
    {"Healthcheck", healthcheck_fields},
    {"ArgsEscaped", plain},
    {"Image", reference},
    {"Volumes{}", plain},
    {"WorkingDir", plain},
    {"Entrypoint[]", argument_vector},
    {"NetworkDisabled", plain},
    {"MacAddress", address},
    {"OnBuild[]", secret},
    {"Labels{}", label},
    {"StopSignal", plain},
    {"StopTimeout", plain},
    {"Shell[]", secret},
    {"VolumeDriver", plain},  // API 1.24
    {"Memory", plain},        // written by very old engines into images
    {"MemorySwap", plain},
    {"CpuShares", plain},
    {"Cpuset", plain},
    {"PublishService", plain},
};

// Of a request's Mounts, as HostConfig and service specs give them back.
inline constexpr AnswerField mount_request_fields[] = {
    {"Type", plain},
    {"Source", plain},
    {"Target", plain},
    {"ReadOnly", plain},
    {"Consistency", plain},
    {"BindOptions.Propagation", plain},
    {"BindOptions.NonRecursive", plain},
    {"BindOptions.CreateMountpoint", plain},
    {"BindOptions.ReadOnlyNonRecursive", plain},
    {"BindOptions.ReadOnlyForceRecursive", plain},
    {"VolumeOptions.NoCopy", plain},
    {"VolumeOptions.Labels{}", label},
    {"VolumeOptions.Subpath", plain},
    {"VolumeOptions.DriverConfig.Name", plain},
    {"VolumeOptions.DriverConfig.Options{}", option},
    {"ImageOptions.Subpath", plain},
    {"TmpfsOptions.SizeBytes", plain},
    {"TmpfsOptions.Mode", plain},
    {"TmpfsOptions.Options[][]", plain},
    {"ClusterOptions{}", plain},
};

// MountPoint: what is mounted.
inline constexpr AnswerField mount_fields[] = {
    {"Type", plain},   {"Name", reference}, {"Source", plain}, {"Destination", plain},
    {"Driver", plain}, {"Mode", plain},     {"RW", plain},     {"Propagation", plain},
};

inline constexpr AnswerField ulimit_fields[] = {
    {"Name", plain},
    {"Soft", plain},
    {"Hard", plain},
};

inline constexpr AnswerField endpoint_fields[] = {
    {"IPAMConfig.IPv4Address", address},
    {"IPAMConfig.IPv6Address", address},
    {"IPAMConfig.LinkLocalIPs[]", address},
    {"Links[]", plain},
    {"Aliases[]", plain},
    {"MacAddress", address},
    {"DriverOpts{}", secret},
    {"GwPriority", plain},
    {"NetworkID", reference},
    {"EndpointID", reference},
    {"Gateway", address},
    {"IPAddress", address},
    {"IPPrefixLen", plain},
    {"IPv6Gateway", address},
    {"GlobalIPv6Address", address},
    {"GlobalIPv6PrefixLen", plain},
    {"DNSNames[]", plain},
};

inline constexpr AnswerField port_fields[] = {
    {"IP", address},
    {"PrivatePort", plain},
    {"PublicPort", plain},
    {"Type", plain},
};

// One element of ContainerList and of SystemDataUsage.
inline constexpr AnswerField container_summary_fields[] = {
    {"Id", reference},
    {"Names[]", reference},
    {"Image", reference},
    {"ImageID", reference},
    {"ImageManifestDescriptor", descriptor_fields},
    {"Command", command_line},
    {"Created", plain},
    {"Ports[]", port_fields},
    {"SizeRw", plain},
    {"SizeRootFs", plain},
    {"Labels{}", label},
    {"State", plain},
    {"Status", plain},
    {"HostConfig.NetworkMode", plain},
    {"HostConfig.Annotations{}", label},
    {"Health.Status", plain},
    {"Health.FailingStreak", plain},
    {"NetworkSettings.Networks{}", endpoint_fields},
    {"Mounts[]", mount_fields},
};

// --- images, volumes, build cache: one element of a list and of SystemDataUsage

inline constexpr AnswerField image_summary_fields[] = {
    {"Id", reference},
    {"ParentId", reference},
    {"RepoTags[]", reference},
    {"RepoDigests[]", reference},
    {"Created", plain},
    {"Size", plain},
    {"SharedSize", plain},
    {"VirtualSize", plain},
    {"Labels{}", label},
    {"Containers", plain},
    {"Manifests[]", manifest_fields},
    {"Descriptor", descriptor_fields},
};

inline constexpr AnswerField topology_fields[] = {
    {"Segments{}", plain},
};

// Container Storage Interface: the context of a driver may carry credentials.
inline constexpr AnswerField cluster_volume_fields[] = {
    {"ID", reference},
    {"Version.Index", plain},
    {"CreatedAt", time},
    {"UpdatedAt", time},
    {"Spec.Group", plain},
    {"Spec.AccessMode.Scope", plain},
    {"Spec.AccessMode.Sharing", plain},
    {"Spec.AccessMode.MountVolume.FsType", plain},
    {"Spec.AccessMode.MountVolume.MountFlags[]", secret},
    {"Spec.AccessMode.BlockVolume{}", plain},
    // The documents up to 1.55 put these into AccessMode, the engine beside it.
    {"Spec.AccessMode.Secrets[].Key", plain},
    {"Spec.AccessMode.Secrets[].Secret", reference},
    {"Spec.AccessMode.AccessibilityRequirements.Requisite[]", topology_fields},
    {"Spec.AccessMode.AccessibilityRequirements.Preferred[]", topology_fields},
    {"Spec.AccessMode.CapacityRange.RequiredBytes", plain},
    {"Spec.AccessMode.CapacityRange.LimitBytes", plain},
    {"Spec.AccessMode.Availability", plain},
    {"Spec.Secrets[].Key", plain},
    {"Spec.Secrets[].Secret", reference},
    {"Spec.AccessibilityRequirements.Requisite[]", topology_fields},
    {"Spec.AccessibilityRequirements.Preferred[]", topology_fields},
    {"Spec.CapacityRange.RequiredBytes", plain},
    {"Spec.CapacityRange.LimitBytes", plain},
    {"Spec.Availability", plain},
    {"Info.CapacityBytes", plain},
    {"Info.VolumeContext{}", secret},
    {"Info.VolumeID", plain},
    {"Info.AccessibleTopology[]", topology_fields},
    {"PublishStatus[].NodeID", reference},
    {"PublishStatus[].State", plain},
    {"PublishStatus[].PublishContext{}", secret},
};

inline constexpr AnswerField volume_fields[] = {
    {"Name", reference},
    {"Driver", plain},
    {"Mountpoint", plain},
    {"CreatedAt", time},
    {"Status", secret_tree},
    {"Labels{}", label},
    {"Scope", plain},
    {"Options{}", option},
    {"UsageData.Size", plain},
    {"UsageData.RefCount", plain},
    {"ClusterVolume", cluster_volume_fields},
};

inline constexpr AnswerField build_cache_fields[] = {
    {"ID", reference},
    {"Parent", reference},
    {"Parents[]", reference},
    {"' Parents'[]", reference},  // with a blank, as the engine really writes it
    {"Type", plain},
    {"Description", instruction},
    {"InUse", plain},
    {"Shared", plain},
    {"Size", plain},
    {"CreatedAt", time},
    {"LastUsedAt", time},
    {"UsageCount", plain},
};

// --- networks

inline constexpr AnswerField network_fields[] = {
    {"Name", reference},
    {"Id", reference},
    {"Created", time},
    {"Scope", plain},
    {"Driver", plain},
    {"EnableIPv4", plain},
    {"EnableIPv6", plain},
    {"IPAM.Driver", plain},
    {"IPAM.Options{}", secret},
    {"IPAM.Config[].Subnet", address},
    {"IPAM.Config[].IPRange", address},
    {"IPAM.Config[].Gateway", address},
    {"IPAM.Config[].AuxiliaryAddresses{}", address},
    {"Internal", plain},
    {"Attachable", plain},
    {"Ingress", plain},
    {"ConfigFrom.Network", reference},
    {"ConfigOnly", plain},
    {"Containers{}.Name", reference},
    {"Containers{}.EndpointID", reference},
    {"Containers{}.MacAddress", address},
    {"Containers{}.IPv4Address", address},
    {"Containers{}.IPv6Address", address},
    {"Options{}", option},
    {"Labels{}", label},
    {"Peers[].Name", plain},
    {"Peers[].IP", address},
    {"Services{}.VIP", address},
    {"Services{}.Ports[]", plain},
    {"Services{}.LocalLBIndex", plain},
    {"Services{}.Tasks[].Name", reference},
    {"Services{}.Tasks[].EndpointID", reference},
    {"Services{}.Tasks[].EndpointIP", address},
    {"Services{}.Tasks[].Info{}", plain},
    {"Status.IPAM.Subnets{}.IPsInUse", plain},
    {"Status.IPAM.Subnets{}.DynamicIPsAvailable", plain},
};

// --- swarm

inline constexpr AnswerField object_meta_fields[] = {
    {"ID", reference},
    {"Version.Index", plain},
    {"CreatedAt", time},
    {"UpdatedAt", time},
};

inline constexpr AnswerField driver_fields[] = {
    {"Name", plain},
    {"Options{}", option},
};

inline constexpr AnswerField generic_resource_fields[] = {
    {"NamedResourceSpec.Kind", plain},
    {"NamedResourceSpec.Value", plain},
    {"DiscreteResourceSpec.Kind", plain},
    {"DiscreteResourceSpec.Value", plain},
};

inline constexpr AnswerField tls_info_fields[] = {
    {"TrustRoot", plain},
    {"CertIssuerSubject", encoded},
    {"CertIssuerPublicKey", encoded},
};

// ClusterInfo: SystemInfo shows it without the join tokens, SwarmInspect with them.
inline constexpr AnswerField cluster_fields[] = {
    {"", object_meta_fields},
    {"Spec.Name", reference},
    {"Spec.Labels{}", label},
    {"Spec.Orchestration.TaskHistoryRetentionLimit", plain},
    {"Spec.Raft.SnapshotInterval", plain},
    {"Spec.Raft.KeepOldSnapshots", plain},
    {"Spec.Raft.LogEntriesForSlowFollowers", plain},
    {"Spec.Raft.ElectionTick", plain},
    {"Spec.Raft.HeartbeatTick", plain},
    {"Spec.Dispatcher.HeartbeatPeriod", plain},
    {"Spec.CAConfig.NodeCertExpiry", plain},
    {"Spec.CAConfig.ExternalCAs[].Protocol", plain},
    {"Spec.CAConfig.ExternalCAs[].URL", secret},
    {"Spec.CAConfig.ExternalCAs[].Options{}", secret},
    {"Spec.CAConfig.ExternalCAs[].CACert", secret},
    {"Spec.CAConfig.SigningCACert", secret},
    {"Spec.CAConfig.SigningCAKey", secret},
    {"Spec.CAConfig.ForceRotate", plain},
    {"Spec.EncryptionConfig.AutoLockManagers", plain},
    {"Spec.TaskDefaults.LogDriver", driver_fields},
    {"TLSInfo", tls_info_fields},
    {"RootRotationInProgress", plain},
    {"DefaultAddrPool[]", address},
    {"SubnetSize", plain},
    {"DataPathPort", plain},
};

}  // namespace sealock::policy

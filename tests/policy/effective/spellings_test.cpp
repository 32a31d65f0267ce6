#include "tests/policy/effective/request_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy::testing {
namespace {

using Id = OperationId;

const std::string id64(64, 'a');

struct Row {
  std::string_view host_config;
  std::string_view error;  // "" is right
};

void check_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.host_config);
    CHECK(spelling_error(make_create(row.host_config)) == row.error);
  }
}

TEST_CASE("spellings: capabilities with letters that dockerd folds (B15)") {
  constexpr std::string_view what =
      "HostConfig.CapAdd[0]: a capability is written in the letters A to Z and _";
  check_rows({
      {R"({"CapAdd":["SYS_ADMIN","cap_net_admin","aLL"],"CapDrop":["ALL"]})", ""},
      {R"({"CapAdd":["sys_adm\u0131n"]})", what},
      {R"({"CapAdd":["\u017fys_admin"]})", what},
      {R"({"CapAdd":[""]})", what},
      {R"({"CapAdd":["SYS ADMIN"]})", what},
      {R"({"CapAdd":["SYS-ADMIN"]})", what},
      {R"({"CapAdd":["SYS_ADMIN\n"]})", what},
      {R"({"CapAdd":["CHOWN","SYS_ADMIN2"]})",
       "HostConfig.CapAdd[1]: a capability is written in the letters A to Z and _"},
      {R"({"CapDrop":["\u017fys_admin"]})",
       "HostConfig.CapDrop[0]: a capability is written in the letters A to Z and _"},
  });
}

TEST_CASE("spellings: binds that dockerd refuses or nobody can read") {
  check_rows({
      {R"({"Binds":["/a:/b","/a:/b:ro","v:/b:rw,z","/b","/a:/b:","/a/../c:/b"]})", ""},
      {R"({"Binds":["a:b:c:d"]})", "HostConfig.Binds[0]: more than source:target:mode"},
      {R"({"Binds":["/a:/b:ro:x"]})", "HostConfig.Binds[0]: more than source:target:mode"},
      {R"({"Binds":[""]})", "HostConfig.Binds[0]: there is no source"},
      {R"({"Binds":[":/b"]})", "HostConfig.Binds[0]: there is no source"},
      {R"({"Binds":["/a:ro"]})", "HostConfig.Binds[0]: a source and a mode without a target"},
      {R"({"Binds":["/a:"]})", "HostConfig.Binds[0]: a source and a mode without a target"},
      {R"({"Binds":["/a:b"]})", "HostConfig.Binds[0]: the target is no absolute path"},
      {R"({"Binds":["data"]})", "HostConfig.Binds[0]: the target is no absolute path"},
      {R"({"Binds":["/a:/b:rw,ro"]})", "HostConfig.Binds[0]: no such mode"},
      {R"({"Binds":["/a:/b:RO"]})", "HostConfig.Binds[0]: no such mode"},
      {R"({"Binds":["/a:/b:rshared,shared"]})", "HostConfig.Binds[0]: no such mode"},
      {R"({"Binds":["/a:/b:z,Z"]})", "HostConfig.Binds[0]: no such mode"},
      {R"({"Binds":["/a:/b:exec"]})", "HostConfig.Binds[0]: no such mode"},
      {R"({"Binds":["/a:/b:ro,"]})", "HostConfig.Binds[0]: no such mode"},
      {R"({"Binds":["/a:/b: ro"]})", "HostConfig.Binds[0]: no such mode"},
      {R"({"Binds":["./a:/b"]})",
       "HostConfig.Binds[0]: the source is neither an absolute path nor the name of a volume"},
      {R"({"Binds":["a/b:/b"]})",
       "HostConfig.Binds[0]: the source is neither an absolute path nor the name of a volume"},
      {R"({"Binds":["..:/b"]})",
       "HostConfig.Binds[0]: the source is neither an absolute path nor the name of a volume"},
      {R"({"Binds":["\\:/h"]})",
       "HostConfig.Binds[0]: the source is neither an absolute path nor the name of a volume"},
      {R"({"Binds":["~:/h"]})",
       "HostConfig.Binds[0]: the source is neither an absolute path nor the name of a volume"},
      {R"({"Binds":[" /etc:/h"]})",
       "HostConfig.Binds[0]: the source is neither an absolute path nor the name of a volume"},
      {R"({"Binds":["C:\\x:/h"]})", "HostConfig.Binds[0]: the target is no absolute path"},
  });
}

TEST_CASE("spellings: mounts of unknown types, with foreign options, that climb out") {
  const struct {
    std::string_view mount;
    std::string_view error;
  } rows[] = {
      {R"({"Type":"bind","Source":"/a","Target":"/b"})", ""},
      {R"({"Type":"bind","Source":"/a","Target":"/b","Consistency":"cached","BindOptions":{"Propagation":"rslave"}})",
       ""},
      {R"({"Type":"volume","Target":"/b"})", ""},
      {R"({"Type":"volume","Source":"v","Target":"/b","VolumeOptions":{"Subpath":"a/b"}})", ""},
      {R"({"Type":"tmpfs","Target":"/b","TmpfsOptions":{"SizeBytes":1}})", ""},
      {R"({"Type":"image","Source":"alpine:3","Target":"/b"})", ""},
      {R"({"Type":"bind","Source":"/a","Target":"/b","VolumeOptions":{"DriverConfig":{"Name":"","Options":{}}}})",
       ""},
      {R"({"Type":"BIND","Source":"/a","Target":"/b"})", "no such Type"},
      {R"({"Type":"Bind","Source":"/a","Target":"/b"})", "no such Type"},
      {R"({"Type":"","Source":"/a","Target":"/b"})", "no such Type"},
      {R"({"Source":"/a","Target":"/b"})", "no such Type"},
      {R"({"Type":"overlay","Source":"/a","Target":"/b"})", "no such Type"},
      {R"({"Type":"bind ","Source":"/a","Target":"/b"})", "no such Type"},
      {R"({"Type":"bind","Source":"a","Target":"/b"})", "Source is no absolute path"},
      {R"({"Type":"bind","Source":"","Target":"/b"})", "Source is no absolute path"},
      {R"({"Type":"bind","Source":"/a"})", "Target is no absolute path"},
      {R"({"Type":"bind","Source":"/a","Target":"b"})", "Target is no absolute path"},
      {R"({"Type":"volume","Source":"/etc","Target":"/b"})", "Source is no name of a volume"},
      {R"({"Type":"volume","Source":"../x","Target":"/b"})", "Source is no name of a volume"},
      {R"({"Type":"tmpfs","Source":"/a","Target":"/b"})", "a tmpfs has no Source"},
      {R"({"Type":"image","Source":"Alpine","Target":"/b"})", "Source is no image reference"},
      {R"({"Type":"image","Source":"","Target":"/b"})", "Source is no image reference"},
      {R"({"Type":"bind","Source":"/a","Target":"/b","BindOptions":{"Propagation":"RSHARED"}})",
       "no such Propagation"},
      {R"({"Type":"bind","Source":"/a","Target":"/b","Consistency":"x"})", "no such Consistency"},
      {R"({"Type":"volume","Source":"v","Target":"/b","VolumeOptions":{"Subpath":"../../.."}})",
       "Subpath leaves the volume"},
      {R"({"Type":"volume","Source":"v","Target":"/b","VolumeOptions":{"Subpath":"a/../../b"}})",
       "Subpath leaves the volume"},
      {R"({"Type":"volume","Source":"v","Target":"/b","VolumeOptions":{"Subpath":"/etc"}})",
       "Subpath leaves the volume"},
      {R"({"Type":"image","Source":"x","Target":"/b","ImageOptions":{"Subpath":".."}})",
       "Subpath leaves the volume"},
      {R"({"Type":"volume","Target":"/b","BindOptions":{"Propagation":"rshared"}})",
       "BindOptions belong to the type bind"},
      {R"({"Type":"bind","Source":"/a","Target":"/b","VolumeOptions":{"DriverConfig":{"Options":{"o":"bind"}}}})",
       "VolumeOptions belong to the type volume"},
      {R"({"Type":"bind","Source":"/a","Target":"/b","TmpfsOptions":{"Mode":1}})",
       "TmpfsOptions belong to the type tmpfs"},
      {R"({"Type":"bind","Source":"/a","Target":"/b","ImageOptions":{"Subpath":"x"}})",
       "ImageOptions belong to the type image"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.mount);
    const std::string mount(row.mount);
    const std::string error(row.error);
    CHECK(spelling_error(make_create(R"({"Mounts":[)" + mount + "]}")) ==
          (error.empty() ? "" : "HostConfig.Mounts[0]: " + error));
    CHECK(spelling_error(make_request(Id::service_create, R"({"TaskTemplate":{"ContainerSpec":
        {"Mounts":[)" + mount + "]}}}")) ==
          (error.empty() ? "" : "TaskTemplate.ContainerSpec.Mounts[0]: " + error));
  }
}

TEST_CASE("spellings: other places of mounts") {
  check_rows({
      {R"({"VolumesFrom":["web","/web:ro","web:rw,z",")"
       "aaaaaaaaaaaa"
       R"("],"Tmpfs":{"/t":"size=1m"}})",
       ""},
      {R"({"VolumesFrom":[""]})", "HostConfig.VolumesFrom[0]: no container and mode"},
      {R"({"VolumesFrom":["a/b"]})", "HostConfig.VolumesFrom[0]: no container and mode"},
      {R"({"VolumesFrom":["web:rshared"]})", "HostConfig.VolumesFrom[0]: no container and mode"},
      {R"({"VolumesFrom":["web:nocopy"]})", "HostConfig.VolumesFrom[0]: no container and mode"},
      {R"({"VolumesFrom":["web:ro:x"]})", "HostConfig.VolumesFrom[0]: no container and mode"},
      {R"({"Tmpfs":{"t":""}})", "HostConfig.Tmpfs: a key is no absolute path"},
      {R"({"Tmpfs":{"/t:/u":""}})", "HostConfig.Tmpfs: a key has a colon"},
  });
  CHECK(spelling_error(make_request(Id::container_create, R"({"Image":"x","Volumes":{"/a":{}}})"))
            .empty());
  CHECK(spelling_error(
            make_request(Id::container_create, R"({"Image":"x","Volumes":{"/etc:/h":{}}})")) ==
        "Volumes: a key has a colon");
  CHECK(spelling_error(make_request(Id::volume_create, R"({"Name":"a.b-c_d"})")).empty());
  CHECK(spelling_error(make_request(Id::volume_create, R"({"Name":"a/b"})")) ==
        "Name: no name for a volume");
  CHECK(spelling_error(make_request(Id::volume_create, R"({"Name":"../etc"})")) ==
        "Name: no name for a volume");
}

TEST_CASE("spellings: names that look like ids take the place of others (A-134, A-136, A-139)") {
  constexpr std::string_view like_id =
      "a name of 12 or more hexadecimal digits could be taken for an id";
  const auto created = [](std::string_view name) {
    return spelling_error(
        make_request(Id::container_create, R"({"Image":"x"})", "name=" + std::string(name)));
  };
  const auto renamed = [](std::string_view name) {
    return spelling_error(make_request(Id::container_rename, "", "name=" + std::string(name)));
  };
  const auto network = [](std::string_view name) {
    return spelling_error(
        make_request(Id::network_create, R"({"Name":")" + std::string(name) + "\"}"));
  };
  for (const std::string_view name : {"web", "web_1", "a.b-c", "deadbeef", "abcdefabcde",
                                      "ABCDEFABCDEF", "abcdefabcdeg", "0", "container"}) {
    CAPTURE(name);
    CHECK(created(name).empty());
    CHECK(renamed(name).empty());
    CHECK(network(name).empty());
  }
  CHECK(created("").empty());
  for (const std::string& name :
       {std::string("abcdefabcdef"), std::string("0123456789ab"), id64, std::string(33, '0')}) {
    CAPTURE(name);
    CHECK(created(name) == "name: " + std::string(like_id));
    CHECK(renamed(name) == "name: " + std::string(like_id));
    CHECK(network(name) == "Name: " + std::string(like_id));
  }
  CHECK(network("host ") == "Name: no name for a network");
}

TEST_CASE("spellings: image names that look like ids (A-138), and what is no reference") {
  constexpr std::string_view like_id =
      "a name of 12 or more hexadecimal digits could be taken for an id";
  const struct {
    Id id;
    std::string_view query;
    std::string error;
  } rows[] = {
      {Id::image_tag, "repo=atk-bb&tag=1", ""},
      {Id::image_tag, "repo=cafe&tag=1", ""},
      {Id::image_tag, "repo=r.example/aaaaaaaaaaaa", ""},
      {Id::image_tag, "repo=aaaaaaaaaaaa&tag=latest", "repo: " + std::string(like_id)},
      {Id::image_tag, "repo=docker.io/library/aaaaaaaaaaaa", "repo: " + std::string(like_id)},
      {Id::image_tag, "repo=library/aaaaaaaaaaaa", "repo: " + std::string(like_id)},
      {Id::image_tag, "repo=sha256&tag=abc",
       "repo: a repository called sha256 could be taken for an id"},
      {Id::image_tag, "repo=Atk-bb", "repo: image reference: the repository must be in lower case"},
      {Id::image_tag, "repo=x&tag=a/b", "repo: image reference: no such tag"},
      {Id::image_commit, "container=web&repo=aaaaaaaaaaaa", "repo: " + std::string(like_id)},
      {Id::image_build, "t=ok:1&t=aaaaaaaaaaaa:1", "t: " + std::string(like_id)},
      {Id::image_build, "t=ok:1&t=A", "t: image reference: the repository must be in lower case"},
      {Id::image_create, "fromImage=aaaaaaaaaaaa&tag=latest", "fromImage: " + std::string(like_id)},
      {Id::image_create, "fromImage=alpine&tag=latest", ""},
      {Id::image_create, "fromImage=alpine:", ""},
      {Id::image_create, "fromImage=http://x", "fromImage: image reference: no such registry host"},
      {Id::image_create, "fromSrc=-&repo=aaaaaaaaaaaa", "repo: " + std::string(like_id)},
      {Id::image_search, "term=Nginx+Plus", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.query);
    CHECK(spelling_error(make_request(row.id, "", row.query)) == row.error);
  }
  const auto created = [](std::string_view image) {
    return spelling_error(
        make_request(Id::container_create, R"({"Image":)" + std::string(image) + "}"));
  };
  CHECK(created(R"("alpine")").empty());
  CHECK(created("\"" + id64 + "\"").empty());
  CHECK(created("\"sha256:" + id64 + "\"").empty());
  CHECK(created(R"("f")").empty());
  CHECK(created(R"("")") == "Image: name the image; without one a container is empty");
  CHECK(created("null") == "Image: name the image; without one a container is empty");
  CHECK(created(R"("sha256:f")") == "Image: image reference: write all 64 digits of an id");
  CHECK(created(R"("a b")") == "Image: image reference: no such repository name");
}

TEST_CASE("spellings: legacy links and aliases with slashes (A10, A11)") {
  constexpr std::string_view legacy =
      "HostConfig.Links: legacy links are refused; use a network of your own";
  check_rows({
      {R"({"Links":null})", ""},
      {R"({"Links":[]})", ""},
      {R"({"Links":["victim:stats"]})", legacy},
      {R"({"Links":["victim:../trusted"]})", legacy},
      {R"({"NetworkMode":"bridge","Links":["victim:db"]})", legacy},
      {R"({"NetworkMode":"default","Links":["victim"]})", legacy},
      {R"({"NetworkMode":"none","Links":["victim"]})", legacy},
      {R"({"NetworkMode":"container:x","Links":["victim"]})", legacy},
      // docker-compose 1.29 in its own network.
      {R"({"NetworkMode":"clidc_n","Links":["clidc_web_1:clidc_web_1","clidc_web_1:web","db"]})",
       ""},
      {R"({"NetworkMode":"clidc_n","Links":["victim:a/b"]})",
       "HostConfig.Links[0]: an alias is a plain name"},
      {R"({"NetworkMode":"clidc_n","Links":["victim:../trusted"]})",
       "HostConfig.Links[0]: an alias is a plain name"},
      {R"({"NetworkMode":"clidc_n","Links":["victim:"]})",
       "HostConfig.Links[0]: an alias is a plain name"},
      {R"({"NetworkMode":"clidc_n","Links":["/victim:/x/y"]})",
       "HostConfig.Links[0]: no name of a container"},
      {R"({"NetworkMode":"clidc_n","Links":["a:b:c"]})",
       "HostConfig.Links[0]: an alias is a plain name"},
  });
}

TEST_CASE("spellings: endpoints of create and connect") {
  const struct {
    std::string_view endpoint;
    std::string_view error;
  } rows[] = {
      {R"({"Aliases":["web","04aec6f0279e"],"Links":["db:x"]})", ""},
      {R"({"Aliases":["a/b"]})", ".Aliases[0]: an alias is a plain name"},
      {R"({"Aliases":[""]})", ".Aliases[0]: an alias is a plain name"},
      {R"({"Links":["db:a/b"]})", ".Links[0]: an alias is a plain name"},
      {R"({"NetworkID":"a/b"})", ".NetworkID: no name of a network"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.endpoint);
    const std::string endpoint(row.endpoint);
    const std::string error(row.error);
    CHECK(spelling_error(make_request(Id::container_create, R"({"Image":"x","NetworkingConfig":
        {"EndpointsConfig":{"n":)" + endpoint + "}}}")) ==
          (error.empty() ? "" : "NetworkingConfig.EndpointsConfig{}" + error));
    CHECK(spelling_error(
              make_request_on("n", Id::network_connect,
                              R"({"Container":"web","EndpointConfig":)" + endpoint + "}")) ==
          (error.empty() ? "" : "EndpointConfig" + error));
  }
  CHECK(spelling_error(make_request(Id::container_create, R"({"Image":"x","NetworkingConfig":
      {"EndpointsConfig":{"a b":{}}}})")) ==
        "NetworkingConfig.EndpointsConfig: no name of a network");
  CHECK(spelling_error(make_request_on("n", Id::network_connect, R"({"Container":"a/b"})")) ==
        "Container: no name of a container");
  CHECK(spelling_error(make_request_on("n", Id::network_disconnect, R"({"Container":"/web"})"))
            .empty());
}

TEST_CASE("spellings: namespace modes") {
  check_rows({
      {R"({"PidMode":"host","IpcMode":"shareable","UTSMode":"host","UsernsMode":"host",
          "CgroupnsMode":"host","NetworkMode":"host"})",
       ""},
      {R"({"PidMode":"container:web","IpcMode":"container:/web","NetworkMode":"container:aaaaaaaaaaaa",
          "Cgroup":"container:web"})",
       ""},
      {R"({"IpcMode":"none","CgroupnsMode":"private","NetworkMode":"my_net.1"})", ""},
      {R"({"PidMode":"HOST"})", "HostConfig.PidMode: no such mode"},
      {R"({"PidMode":"private"})", "HostConfig.PidMode: no such mode"},
      {R"({"PidMode":"host "})", "HostConfig.PidMode: no such mode"},
      {R"({"PidMode":"container:"})", "HostConfig.PidMode: no such mode"},
      {R"({"PidMode":"container:a/b"})", "HostConfig.PidMode: no such mode"},
      {R"({"PidMode":"Container:web"})", "HostConfig.PidMode: no such mode"},
      {R"({"PidMode":"container:web:x"})", "HostConfig.PidMode: no such mode"},
      {R"({"PidMode":"ns:/proc/1/ns/pid"})", "HostConfig.PidMode: no such mode"},
      {R"({"IpcMode":"container"})", "HostConfig.IpcMode: no such mode"},
      {R"({"UTSMode":"private"})", "HostConfig.UTSMode: no such mode"},
      {R"({"UTSMode":"container:web"})", "HostConfig.UTSMode: no such mode"},
      {R"({"UsernsMode":"keep-id"})", "HostConfig.UsernsMode: no such mode"},
      {R"({"CgroupnsMode":"Host"})", "HostConfig.CgroupnsMode: no such mode"},
      {R"({"Cgroup":"host"})", "HostConfig.Cgroup: no such mode"},
      {R"({"NetworkMode":"host "})",
       "HostConfig.NetworkMode: neither a network nor container:NAME"},
      {R"({"NetworkMode":"container:"})",
       "HostConfig.NetworkMode: neither a network nor container:NAME"},
      {R"({"NetworkMode":"container"})",
       "HostConfig.NetworkMode: name the container: container:NAME"},
      {R"({"NetworkMode":"ns:/proc/1/ns/net"})",
       "HostConfig.NetworkMode: neither a network nor container:NAME"},
      {R"({"NetworkMode":"slirp4netns:x"})",
       "HostConfig.NetworkMode: neither a network nor container:NAME"},
  });
  CHECK(spelling_error(make_request(Id::image_build, "", "networkmode=container:a/b")) ==
        "networkmode: neither a network nor container:NAME");
  CHECK(spelling_error(make_request(Id::image_build, "", "networkmode=host")).empty());
}

TEST_CASE("spellings: security options of unknown keys or without a value") {
  check_rows({
      {R"({"SecurityOpt":["no-new-privileges","no-new-privileges=false","seccomp=builtin",
          "seccomp={\"a\":1}","apparmor:docker-default","label=level:s0:c1,c2","disable",
          "writable-cgroups"]})",
       ""},
      {R"({"SecurityOpt":["systempaths=unconfined"]})",
       "HostConfig.SecurityOpt[0]: no such security option"},
      {R"({"SecurityOpt":["Seccomp=unconfined"]})",
       "HostConfig.SecurityOpt[0]: no such security option"},
      {R"({"SecurityOpt":["label:user=x"]})", "HostConfig.SecurityOpt[0]: no such security option"},
      {R"({"SecurityOpt":["seccomp"]})", "HostConfig.SecurityOpt[0]: no such security option"},
      {R"({"SecurityOpt":[""]})", "HostConfig.SecurityOpt[0]: no such security option"},
      {R"({"SecurityOpt":["seccomp="]})", "HostConfig.SecurityOpt[0]: name a profile"},
      {R"({"SecurityOpt":["apparmor="]})", "HostConfig.SecurityOpt[0]: name a profile"},
      {R"({"SecurityOpt":["label="]})", "HostConfig.SecurityOpt[0]: no such label option"},
      {R"({"SecurityOpt":["label=Disable"]})", "HostConfig.SecurityOpt[0]: no such label option"},
      {R"({"SecurityOpt":["no-new-privileges=off"]})",
       "HostConfig.SecurityOpt[0]: write true or false"},
      {R"({"SecurityOpt":["writable-cgroups="]})",
       "HostConfig.SecurityOpt[0]: write true or false"},
  });
}

TEST_CASE("spellings: devices, environment, user, sysctls, ports") {
  check_rows({
      {R"({"Devices":[{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/fuse","CgroupPermissions":"rwm"}]})",
       ""},
      {R"({"Devices":[{"PathOnHost":"/dev/../dev/mem"}]})",
       "HostConfig.Devices[]: PathOnHost is no plain absolute path"},
      {R"({"Devices":[{"PathOnHost":"dev/mem"}]})",
       "HostConfig.Devices[]: PathOnHost is no plain absolute path"},
      {R"({"Devices":[{"PathOnHost":""}]})",
       "HostConfig.Devices[]: PathOnHost is no plain absolute path"},
      {R"({"Devices":[{"PathOnHost":"/dev/x","CgroupPermissions":"rwx"}]})",
       "HostConfig.Devices[]: CgroupPermissions are r, w and m"},
      {R"({"DeviceCgroupRules":["a *:* rwm","c 10:229 r"]})", ""},
      {R"({"DeviceCgroupRules":["c 10:229"]})",
       "HostConfig.DeviceCgroupRules[0]: a rule is written 'c MAJOR:MINOR rwm'"},
      {R"({"DeviceCgroupRules":["d 1:1 r"]})",
       "HostConfig.DeviceCgroupRules[0]: a rule is written 'c MAJOR:MINOR rwm'"},
      {R"({"Sysctls":{"net.ipv4.ip_forward":"1","net/ipv4/conf/eth0.100/x":"1"}})", ""},
      {R"({"Sysctls":{"net/ipv4/../../kernel/core_pattern":"1"}})",
       "HostConfig.Sysctls: no name of a sysctl"},
      {R"({"Sysctls":{"/proc/sys/x":"1"}})", "HostConfig.Sysctls: no name of a sysctl"},
      {R"({"Sysctls":{"net.ipv4 .x":"1"}})", "HostConfig.Sysctls: no name of a sysctl"},
      {R"({"PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}],"8080":null,
          "8000-8010/udp":[{"HostIp":"::1","HostPort":"8000-8010"}]}})",
       ""},
      {R"({"PortBindings":{"80/TCP":null}})", "HostConfig.PortBindings: no such port"},
      {R"({"PortBindings":{"http":null}})", "HostConfig.PortBindings: no such port"},
      {R"({"PortBindings":{"80/tcp":[{"HostIp":"127.0.0.01","HostPort":"1"}]}})",
       "HostConfig.PortBindings: no such HostIp"},
      {R"({"PortBindings":{"80/tcp":[{"HostIp":"localhost","HostPort":"1"}]}})",
       "HostConfig.PortBindings: no such HostIp"},
      {R"({"PortBindings":{"80/tcp":[{"HostPort":"+80"}]}})",
       "HostConfig.PortBindings: no such HostPort"},
      {R"({"PortBindings":{"80/tcp":[{"HostPort":"90-80"}]}})",
       "HostConfig.PortBindings: no such HostPort"},
  });
  const auto created = [](std::string_view member) {
    return spelling_error(
        make_request(Id::container_create, R"({"Image":"x",)" + std::string(member) + "}"));
  };
  CHECK(created(R"("Env":["A=b","B","C=","D=x=y"])").empty());
  CHECK(created(R"("Env":["A=1","=x"])") == "Env[1]: a variable has a name");
  CHECK(created(R"("Env":[""])") == "Env[0]: a variable has a name");
  CHECK(created(R"("User":"0:0")").empty());
  CHECK(created(R"("User":"0:0:0")") == "User: write user:group");
  CHECK(spelling_error(make_request_on("web", Id::container_exec, R"({"Env":["=x"]})")) ==
        "Env[0]: a variable has a name");
  CHECK(spelling_error(make_request(Id::image_commit, R"({"Env":["=x"]})")) ==
        "Env[0]: a variable has a name");
  CHECK(spelling_error(
            make_request(Id::container_update, R"({"Devices":[{"PathOnHost":"/dev/.."}]})")) ==
        "Devices[]: PathOnHost is no plain absolute path");
}

TEST_CASE("spellings: services") {
  const auto spec = [](std::string_view member) {
    return spelling_error(make_request(
        Id::service_create, R"({"TaskTemplate":{"ContainerSpec":{)" + std::string(member) + "}}}"));
  };
  CHECK(spec(R"("Image":"x","User":"0","Env":["A=1"],"CapabilityAdd":["ALL"])").empty());
  CHECK(spec(R"("CapabilityAdd":["sys_adm\u0131n"])") ==
        "TaskTemplate.ContainerSpec.CapabilityAdd[0]: a capability is written in the letters A to "
        "Z and _");
  CHECK(spec(R"("Image":"X")") ==
        "TaskTemplate.ContainerSpec.Image: image reference: the repository must be in lower case");
  CHECK(spec(R"("Env":["=1"])") == "TaskTemplate.ContainerSpec.Env[0]: a variable has a name");
  CHECK(spec(R"("Sysctls":{"a..b":"1"})") ==
        "TaskTemplate.ContainerSpec.Sysctls: no name of a sysctl");
  CHECK(spelling_error(make_request(Id::service_create,
                                    R"({"TaskTemplate":{"Networks":[{"Target":"a b"}]}})")) ==
        "TaskTemplate.Networks[].Target: no name of a network");
}

TEST_CASE("spellings: subnets of a new network") {
  const auto subnet = [](std::string_view text) {
    return spelling_error(make_request(
        Id::network_create,
        R"({"Name":"n","IPAM":{"Config":[{"Subnet":")" + std::string(text) + R"("}]}})"));
  };
  for (const std::string_view text : {"10.77.0.0/24", "127.0.0.0/8", "fd00::/64", ""}) {
    CAPTURE(text);
    CHECK(subnet(text).empty());
  }
  for (const std::string_view text :
       {"10.77.0.0", "010.0.0.0/8", "10.0.0.0/33", "::ffff:127.0.0.0/104", "10.0.0.0/8/8", "x/8",
        "fd00::/129", "/8"}) {
    CAPTURE(text);
    CHECK(subnet(text) == "IPAM.Config[].Subnet: no such subnet");
  }
}

TEST_CASE("spellings: words of a published port that a swarm reads in any case") {
  const auto port = [](const std::string& fields) {
    return spelling_error(make_request(
        Id::service_create,
        R"({"EndpointSpec":{"Ports":[{"TargetPort":53},{)" + fields + R"(}]},"TaskTemplate":{}})"));
  };
  for (const char* fields :
       {R"("Protocol":"tcp")", R"("Protocol":"udp","PublishMode":"host")", R"("Protocol":"sctp")",
        R"("Protocol":"","PublishMode":"ingress")", R"("PublishMode":"")"}) {
    CAPTURE(fields);
    CHECK(port(fields).empty());
  }
  for (const char* fields :
       {R"("Protocol":"TCP")", R"("Protocol":"Udp")", R"("Protocol":"tcp ")"}) {
    CAPTURE(fields);
    CHECK(port(fields) == "EndpointSpec.Ports[].Protocol: write tcp, udp or sctp");
  }
  CHECK(port(R"("PublishMode":"HOST")") ==
        "EndpointSpec.Ports[].PublishMode: write ingress or host");
}

}  // namespace
}  // namespace sealock::policy::testing

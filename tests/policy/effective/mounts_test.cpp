#include "tests/policy/effective/request_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy::testing {
namespace {

using Id = OperationId;

// What an admin made on this engine: a volume that hides /etc, a plain one, a container with binds.
FakeEngine make_engine() {
  FakeEngine engine;
  engine.add(ObjectKind::volume, "plain", {},
             R"({"Name":"plain","Driver":"local","Options":null})");
  engine.add(ObjectKind::volume, "sized", {},
             R"({"Name":"sized","Driver":"local","Options":{"size":"1g"}})");
  engine.add(
      ObjectKind::volume, "hostvol", {},
      R"({"Name":"hostvol","Driver":"local","Options":{"type":"none","o":"bind","device":"/etc"}})");
  engine.add(ObjectKind::volume, "plugged", {},
             R"({"Name":"plugged","Driver":"vieux/sshfs:latest","Options":{}})");
  engine.add(ObjectKind::volume, id_of('7'), {},
             R"({"Name":")" + id_of('7') + R"(","Driver":"local","Options":null})");
  engine.add(ObjectKind::container, id_of('a'), {"hostmnt", "aaaaaaaaaaaa"},
             R"({"Name":"/hostmnt","Mounts":[
               {"Type":"bind","Source":"/srv/x","Destination":"/x","RW":true,"Propagation":"rprivate"},
               {"Type":"bind","Source":"/srv/y","Destination":"/y","RW":false,"Propagation":"rshared"},
               {"Type":"volume","Name":"hostvol","Source":"/var/lib/docker/volumes/hostvol/_data",
                "Destination":"/v","Driver":"local","RW":true,"Propagation":""}]})");
  engine.add(ObjectKind::container, id_of('b'), {"plainmnt"},
             R"({"Name":"/plainmnt","Mounts":[
               {"Type":"volume","Name":")" +
                 id_of('7') + R"(","Driver":"local","RW":true}]})");
  engine.add(ObjectKind::container, id_of('c'), {"nomounts"}, R"({"Name":"/nomounts"})");
  return engine;
}

struct Row {
  std::string_view host_config;
  std::string_view host_paths;
  std::string_view volumes;
  std::string_view special;
};

void check_rows(const std::vector<Row>& rows) {
  const FakeEngine engine = make_engine();
  for (const Row& row : rows) {
    CAPTURE(row.host_config);
    const Request request = make_create(row.host_config);
    const Facts facts = engine.ask(request);
    CHECK(show("host_paths", request, facts) == row.host_paths);
    CHECK(show("named_volumes", request, facts) == row.volumes);
    CHECK(show("special_mounts", request, facts) == row.special);
  }
}

TEST_CASE("host_paths: every spelling of Binds") {
  check_rows({
      {R"({})", "[]", "[]", "[]"},
      {R"({"Binds":null})", "[]", "[]", "[]"},
      {R"({"Binds":[]})", "[]", "[]", "[]"},
      {R"({"Binds":["/:/h"]})", R"(["/"])", "[]", "[]"},
      {R"({"Binds":["/:/h:ro"]})", R"(["/"])", "[]", "[]"},
      {R"({"Binds":["/:/h:rw"]})", R"(["/"])", "[]", "[]"},
      {R"({"Binds":["//:/h"]})", R"(["/"])", "[]", "[]"},
      {R"({"Binds":["/.:/h"]})", R"(["/"])", "[]", "[]"},
      {R"({"Binds":["/./:/h"]})", R"(["/"])", "[]", "[]"},
      {R"({"Binds":["/..:/h"]})", R"(["/"])", "[]", "[]"},
      {R"({"Binds":["/srv/../etc/:/h"]})", R"(["/etc"])", "[]", "[]"},
      {R"({"Binds":["/srv/apps/../../etc/x/..:/h:"]})", R"(["/etc"])", "[]", "[]"},
      {R"({"Binds":["/proc/self/root/:/h"]})", R"(["/proc/self/root"])", "[]", "[]"},
      {R"({"Binds":["/var/run/docker.sock:/s"]})", R"(["/var/run/docker.sock"])", "[]", "[]"},
      {R"({"Binds":["/tmp/atk-host:/etc/../h"]})", R"(["/tmp/atk-host"])", "[]", "[]"},
      {R"({"Binds":["/a:/b:ro,nocopy"]})", R"(["/a"])", "[]", "[]"},
      {R"({"Binds":["/a:/b:cached"]})", R"(["/a"])", "[]", "[]"},
      {R"({"Binds":["/a:/b:delegated,ro"]})", R"(["/a"])", "[]", "[]"},
      {R"({"Binds":["/a:/b:rprivate"]})", R"(["/a"])", "[]", "[]"},
      {R"({"Binds":["/a:/b:private"]})", R"(["/a"])", "[]", "[]"},
      {R"({"Binds":["/a:/b:rshared"]})", R"(["/a"])", "[]", R"(["rshared"])"},
      {R"({"Binds":["/a:/b:shared"]})", R"(["/a"])", "[]", R"(["shared"])"},
      {R"({"Binds":["/a:/b:rslave,ro"]})", R"(["/a"])", "[]", R"(["rslave"])"},
      {R"({"Binds":["/a:/b:slave"]})", R"(["/a"])", "[]", R"(["slave"])"},
      {R"({"Binds":["/a:/b:z"]})", R"(["/a"])", "[]", R"(["relabel"])"},
      {R"({"Binds":["/a:/b:ro,Z"]})", R"(["/a"])", "[]", R"(["relabel"])"},
      {R"({"Binds":["/a:/b","/c:/d","/a:/e"]})", R"(["/a","/c"])", "[]", "[]"},
      {R"({"Binds":["/data"]})", "[]", "[]", "[]"},  // an anonymous volume at /data
      {R"({"Binds":["new:/d"]})", "[]", R"(["new"])", "[]"},
      {R"({"Binds":["plain:/d:ro"]})", "[]", R"(["plain"])", "[]"},
      {R"({"Binds":["plain:/d:z"]})", "[]", R"(["plain"])", "[]"},
      {R"({"Binds":["plain:/d","plain:/e"]})", "[]", R"(["plain"])", "[]"},
      {R"({"Binds":["plain:/d:rshared"]})", "[]", R"(["plain"])", R"(["rshared"])"},
  });
}

TEST_CASE("host_paths: a volume's name may stand for a host directory (F1)") {
  check_rows({
      {R"({"Binds":["hostvol:/h:ro"]})", R"(["/etc"])", R"(["hostvol"])", "[]"},
      {R"({"Binds":["sized:/h"]})", "[]", R"(["sized"])", "[]"},
      {R"({"Binds":["plugged:/h"]})", "[]", R"(["plugged"])", R"(["volume-driver"])"},
      {R"({"Mounts":[{"Type":"volume","Source":"hostvol","Target":"/h"}]})", R"(["/etc"])",
       R"(["hostvol"])", "[]"},
      // Options in the request are ignored for a volume that exists; both are shown.
      {R"({"Mounts":[{"Type":"volume","Source":"hostvol","Target":"/h","VolumeOptions":{
          "DriverConfig":{"Options":{"type":"none","o":"bind","device":"/srv"}}}}]})",
       R"(["/etc","/srv"])", R"(["hostvol"])", "[]"},
  });
}

TEST_CASE("host_paths: every type and option of Mounts") {
  check_rows({
      {R"({"Mounts":[{"Type":"bind","Source":"/","Target":"/h"}]})", R"(["/"])", "[]", "[]"},
      {R"({"Mounts":[{"Type":"bind","Source":"/a/../b","Target":"/h","ReadOnly":true}]})",
       R"(["/b"])", "[]", "[]"},
      {R"({"Mounts":[{"Type":"bind","Source":"/a","Target":"/h","BindOptions":{"Propagation":"rshared"}}]})",
       R"(["/a"])", "[]", R"(["rshared"])"},
      {R"({"Mounts":[{"Type":"bind","Source":"/a","Target":"/h","BindOptions":{"Propagation":"rprivate",
          "NonRecursive":true,"CreateMountpoint":true}}]})",
       R"(["/a"])", "[]", "[]"},
      {R"({"Mounts":[{"Type":"volume","Target":"/h"}]})", "[]", "[]", "[]"},
      {R"({"Mounts":[{"Type":"volume","Source":"plain","Target":"/h","VolumeOptions":{"NoCopy":true}}]})",
       "[]", R"(["plain"])", "[]"},
      {R"({"Mounts":[{"Type":"volume","Source":"n","Target":"/h","VolumeOptions":{"Labels":{"owner":"me"}}}]})",
       "[]", R"(["n"])", R"(["volume-labels"])"},
      {R"({"Mounts":[{"Type":"volume","Target":"/h","VolumeOptions":{"DriverConfig":{"Name":"local"}}}]})",
       "[]", "[]", "[]"},
      {R"({"Mounts":[{"Type":"volume","Target":"/h","VolumeOptions":{"DriverConfig":{"Name":"vieux/sshfs"}}}]})",
       "[]", "[]", R"(["volume-driver"])"},
      {R"({"Mounts":[{"Type":"image","Source":"alpine","Target":"/h","ImageOptions":{"Subpath":"etc"}}]})",
       "[]", "[]", R"(["image"])"},
      {R"({"Mounts":[{"Type":"cluster","Source":"csi","Target":"/h"}]})", "[]", "[]",
       R"(["cluster"])"},
      {R"({"Mounts":[{"Type":"npipe","Source":"x","Target":"/h"}]})", "[]", "[]", R"(["npipe"])"},
      {R"({"Mounts":[{"Type":"BIND","Source":"/","Target":"/h"}]})", "[]", "[]", R"(["BIND"])"},
      {R"({"Mounts":[{"Source":"/","Target":"/h"}]})", "[]", "[]", R"(["unknown"])"},
      {R"({"Mounts":[{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":1048576}}]})", "[]",
       "[]", "[]"},
      {R"({"Tmpfs":{"/t":""}})", "[]", "[]", "[]"},
      {R"({"VolumeDriver":"vieux/sshfs","Binds":["n:/d"]})", "[]", R"(["n"])",
       R"(["volume-driver"])"},
      {R"({"VolumeDriver":"local","Binds":["n:/d"]})", "[]", R"(["n"])", "[]"},
  });
}

TEST_CASE("host_paths: a local volume's options are the arguments of mount(2)") {
  const struct {
    std::string_view options;
    std::string_view host_paths;
    std::string_view special;
  } rows[] = {
      {R"({"type":"none","o":"bind","device":"/"})", R"(["/"])", "[]"},
      {R"({"type":"tmpfs","o":"bind","device":"/etc"})", R"(["/etc"])", "[]"},
      {R"({"type":"nfs","o":"addr=1.2.3.4,bind","device":"/etc"})", R"(["/etc"])", "[]"},
      {R"({"type":"none","o":"ro,rbind","device":"/srv//x/.."})", R"(["/srv"])", "[]"},
      {R"({"o":"bind","device":"/etc"})", R"(["/etc"])", "[]"},
      {R"({"type":"none","o":"bind","device":"etc"})", R"(["/"])", "[]"},
      {R"({"type":"none","o":"bind"})", R"(["/"])", "[]"},
      {R"({"type":"none","o":"bind,rshared","device":"/srv"})", R"(["/srv"])", R"(["rshared"])"},
      {R"({"type":"none","o":"remount","device":"/srv"})", R"(["/srv"])", "[]"},
      {R"({"type":"none","o":"BIND","device":"/etc"})", R"(["/etc"])",
       R"(["filesystem-none"])"},  // no flag for mount(2): data, and fails
      {R"({"type":"none","o":" bind","device":"/etc"})", R"(["/etc"])", R"(["filesystem-none"])"},
      {R"({"type":"none","device":"/etc"})", R"(["/etc"])", R"(["filesystem-none"])"},
      {R"({"device":"/etc"})", R"(["/etc"])", R"(["filesystem-unknown"])"},
      {R"({"type":"overlay","o":"lowerdir=/etc:/root","device":"overlay"})", R"(["/etc","/root"])",
       R"(["filesystem-overlay"])"},
      {R"({"type":"overlay","o":"lowerdir=etc:/root,upperdir=/u,workdir=/w","device":"overlay"})",
       R"(["/","/root","/u","/w"])", R"(["filesystem-overlay"])"},
      {R"({"type":"overlay","o":"lowerdir+=/a,lowerdir+=/b","device":"x"})", R"(["/a","/b"])",
       R"(["filesystem-overlay"])"},
      {R"({"type":"proc","device":"proc"})", R"(["/proc"])", R"(["filesystem-proc"])"},
      {R"({"type":"proc","device":"x","o":"hidepid=0"})", R"(["/proc"])", R"(["filesystem-proc"])"},
      {R"({"type":"sysfs","device":"sysfs"})", R"(["/sys"])", R"(["filesystem-sysfs"])"},
      {R"({"type":"devtmpfs","device":"devtmpfs"})", R"(["/dev"])", R"(["filesystem-devtmpfs"])"},
      {R"({"type":"devpts","device":"devpts"})", R"(["/dev/pts"])", R"(["filesystem-devpts"])"},
      {R"({"type":"cgroup","o":"memory","device":"cgroup"})", R"(["/sys/fs/cgroup"])",
       R"(["filesystem-cgroup"])"},
      {R"({"type":"cgroup2","device":"none"})", R"(["/sys/fs/cgroup"])",
       R"(["filesystem-cgroup2"])"},
      {R"({"type":"debugfs","device":"d"})", R"(["/sys/kernel/debug"])",
       R"(["filesystem-debugfs"])"},
      {R"({"type":"ext4","o":"ro","device":"/dev/vda"})", R"(["/dev/vda"])",
       R"(["filesystem-ext4"])"},
      {R"({"type":"ext4","device":"dev/vda"})", R"(["/"])", R"(["filesystem-ext4"])"},
      {R"({"type":"9p","o":"trans=virtio","device":"host0"})", "[]", R"(["filesystem-9p"])"},
      {R"({"type":"nfs","o":"addr=169.254.169.254","device":":/x"})", "[]",
       R"(["filesystem-nfs"])"},
      {R"({"type":"cifs","o":"username=x,password=y","device":"//h/s"})", "[]",
       R"(["filesystem-cifs"])"},
      {R"({"type":"cifs","o":"credentials=/root/.smb","device":"//h/s"})", R"(["/root/.smb"])",
       R"(["filesystem-cifs"])"},
      {R"({"type":"tmpfs","o":"size=100m","device":"tmpfs"})", "[]", R"(["filesystem-tmpfs"])"},
      {R"({"type":"newfs2030","device":"none"})", R"(["/"])", R"(["filesystem-newfs2030"])"},
      {R"({"size":"1g"})", "[]", "[]"},
      {R"({})", "[]", "[]"},
      {R"({"Type":"none","O":"bind","Device":"/etc"})", "[]", R"(["volume-options"])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.options);
    const std::string options(row.options);
    const Request in_mounts = make_create(
        R"({"Mounts":[{"Type":"volume","Target":"/h","VolumeOptions":{"DriverConfig":{"Name":"","Options":)" +
        options + "}}}]}");
    CHECK(show("host_paths", in_mounts) == row.host_paths);
    CHECK(show("special_mounts", in_mounts) == row.special);

    const Request created = make_request(
        Id::volume_create, R"({"Name":"v","Driver":"local","DriverOpts":)" + options + "}");
    CHECK(show("host_paths", created) == row.host_paths);
    CHECK(show("special_mounts", created) == row.special);

    FakeEngine engine;
    engine.add(ObjectKind::volume, "v", {},
               R"({"Name":"v","Driver":"local","Options":)" + options + "}");
    const Request by_name = make_create(R"({"Binds":["v:/h"]})");
    CHECK(show("host_paths", by_name, engine.ask(by_name)) == row.host_paths);
    CHECK(show("special_mounts", by_name, engine.ask(by_name)) == row.special);
  }
}

TEST_CASE("volumes/create: an existing name hands out the old volume (C-276)") {
  const FakeEngine engine = make_engine();
  const struct {
    std::string_view body;
    std::string_view host_paths;
    std::string_view volumes;
    std::string_view special;
  } rows[] = {
      {R"({"Name":"hostvol"})", R"(["/etc"])", R"(["hostvol"])", "[]"},
      {R"({"Name":"plain"})", "[]", R"(["plain"])", "[]"},
      {R"({"Name":"plugged"})", "[]", R"(["plugged"])", R"(["volume-driver"])"},
      {R"({"Name":"new"})", "[]", "[]", "[]"},
      {R"({})", "[]", "[]", "[]"},
      {R"({"Name":"new","Driver":"vieux/sshfs","DriverOpts":{"password":"x"}})", "[]", "[]",
       R"(["volume-driver","volume-options"])"},
      {R"({"Name":"new","ClusterVolumeSpec":{}})", "[]", "[]", R"(["cluster"])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    const Request request = make_request(Id::volume_create, row.body);
    const Facts facts = engine.ask(request);
    CHECK(show("host_paths", request, facts) == row.host_paths);
    CHECK(show("named_volumes", request, facts) == row.volumes);
    CHECK(show("special_mounts", request, facts) == row.special);
  }
}

TEST_CASE("VolumesFrom: takes over what another container has mounted") {
  check_rows({
      {R"({"VolumesFrom":["hostmnt"]})", R"(["/srv/x","/srv/y","/etc"])", R"(["hostvol"])",
       R"(["rshared"])"},
      {R"({"VolumesFrom":["/hostmnt"]})", R"(["/srv/x","/srv/y","/etc"])", R"(["hostvol"])",
       R"(["rshared"])"},
      {R"({"VolumesFrom":["hostmnt:ro"]})", R"(["/srv/x","/srv/y","/etc"])", R"(["hostvol"])",
       R"(["rshared"])"},
      {R"({"VolumesFrom":["aaaaaaaaaaaa:rw"]})", R"(["/srv/x","/srv/y","/etc"])", R"(["hostvol"])",
       R"(["rshared"])"},
      {R"({"VolumesFrom":["nosuch"]})", "[]", "[]", "[]"},
  });
  const FakeEngine engine = make_engine();
  const Request plain = make_create(R"({"VolumesFrom":["plainmnt"]})");
  CHECK(show("named_volumes", plain, engine.ask(plain)) == R"([")" + id_of('7') + R"("])");
}

TEST_CASE("VolumesFrom: an answer without mounts, or none at all, is an error and not nothing") {
  const FakeEngine engine = make_engine();
  const Request request = make_create(R"({"VolumesFrom":["nomounts"]})");
  CHECK(show("host_paths", request, engine.ask(request)).starts_with("error"));
  const Request by_name = make_create(R"({"VolumesFrom":["hostmnt"]})");
  CHECK(show("host_paths", by_name, Facts()).starts_with("error"));
  // The container is known, the options of its volume are not.
  Facts first;
  for (const Lookup& lookup : needed_lookups(by_name, false))
    first.add(engine.answer(lookup));
  CHECK(show("host_paths", by_name, first).starts_with("error"));
}

TEST_CASE("host_paths: a volume that the engine does not describe is an error") {
  const Request request = make_create(R"({"Binds":["plain:/d"]})");
  CHECK(show("host_paths", request, Facts()).starts_with("error"));
  Facts failed;
  Fact fact;
  fact.lookup = {ObjectKind::volume, "plain"};
  fact.failed = true;
  failed.add(fact);
  CHECK(show("host_paths", request, failed).starts_with("error"));
  CHECK(show("named_volumes", request, failed).starts_with("error"));
}

TEST_CASE("writable_host_paths: what is not read-only") {
  const FakeEngine engine = make_engine();
  const struct {
    std::string_view host_config;
    std::string_view writable;
  } rows[] = {
      {R"({"Binds":["/a:/b","/c:/d:ro","/e:/f:rw"]})", R"(["/a","/e"])"},
      {R"({"Binds":["/a:/b:ro","/a:/c"]})", R"(["/a"])"},
      {R"({"Mounts":[{"Type":"bind","Source":"/a","Target":"/b"},
                     {"Type":"bind","Source":"/c","Target":"/d","ReadOnly":true}]})",
       R"(["/a"])"},
      {R"({"Binds":["hostvol:/b:ro"]})", "[]"},
      {R"({"Binds":["hostvol:/b"]})", R"(["/etc"])"},
      {R"({"VolumesFrom":["hostmnt"]})", R"(["/srv/x","/etc"])"},
      {R"({"VolumesFrom":["hostmnt:ro"]})", "[]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host_config);
    const Request request = make_create(row.host_config);
    CHECK(show("writable_host_paths", request, engine.ask(request)) == row.writable);
  }
}

TEST_CASE("host_paths: a path and where its links lead, however the mount is spelt (F2)") {
  const FakeEngine engine = make_engine();
  for (const std::string_view host_config :
       {R"({"Binds":["/srv/link:/b"]})",
        R"({"Mounts":[{"Type":"bind","Source":"/srv//./link","Target":"/b"}]})",
        R"({"Mounts":[{"Type":"volume","Target":"/b","VolumeOptions":{"DriverConfig":
            {"Name":"local","Options":{"type":"none","o":"bind","device":"/srv/link"}}}}]})"}) {
    CAPTURE(host_config);
    const Request request = make_create(host_config);
    Facts facts = engine.ask(request);
    CHECK(places_to_follow(request, facts) == std::vector<std::string>{"/srv/link"});
    facts.add_place({"/srv/link", "/etc"});
    CHECK(show("host_paths", request, facts) == R"(["/srv/link","/etc"])");
    CHECK(show("writable_host_paths", request, facts) == R"(["/srv/link","/etc"])");
  }
  // Behind a volume's name, and read-only.
  const Request named = make_create(R"({"Binds":["hostvol:/b:ro"]})");
  Facts facts = engine.ask(named);
  facts.add_place({"/etc", "/real/etc"});
  CHECK(show("host_paths", named, facts) == R"(["/etc","/real/etc"])");
  CHECK(show("writable_host_paths", named, facts) == "[]");
}

TEST_CASE("host_paths: a place that cannot be told is an error and not nothing") {
  const FakeEngine engine = make_engine();
  const Request request = make_create(R"({"Binds":["/srv/round:/b"]})");
  Facts facts = engine.ask(request);
  facts.add_place({"/srv/round", std::nullopt});
  CHECK(show("host_paths", request, facts).starts_with("error"));
}

TEST_CASE("tmpfs: targets, options that loosen, sizes") {
  const struct {
    std::string_view host_config;
    std::string_view targets;
    std::string_view options;
    std::string_view bytes;
  } rows[] = {
      {R"({})", "[]", "[]", "null"},
      {R"({"Tmpfs":{"/t":""}})", R"(["/t"])", "[]", "null"},
      {R"({"Tmpfs":{"/t":"exec,suid,dev,size=100g"}})", R"(["/t"])", R"(["exec","suid","dev"])",
       "107374182400"},
      {R"({"Tmpfs":{"/t":"rw,noexec,nosuid,nodev,size=64m,mode=1777,uid=1,gid=2"}})", R"(["/t"])",
       "[]", "67108864"},
      {R"({"Tmpfs":{"/t":"size=1024"}})", R"(["/t"])", "[]", "1024"},
      {R"({"Tmpfs":{"/t":"size=1K","/u":"size=1k"}})", R"(["/t","/u"])", "[]", "2048"},
      {R"({"Tmpfs":{"/t":"size=0"}})", R"(["/t"])", R"(["size=0"])", "null"},
      {R"({"Tmpfs":{"/t":"size=50%"}})", R"(["/t"])", R"(["size=50%"])",
       "error: a tmpfs size in percent depends on the memory of the host"},
      {R"({"Tmpfs":{"/t":"size=99999999999999999999"}})", R"(["/t"])",
       R"(["size=99999999999999999999"])", "null"},
      {R"({"Tmpfs":{"/t":"size=99999999999999e"}})", R"(["/t"])", "[]", "9223372036854775807"},
      {R"({"Tmpfs":{"/t":"nr_blocks=0"}})", R"(["/t"])", R"(["nr_blocks=0"])", "null"},
      {R"({"Tmpfs":{"/t":"EXEC"}})", R"(["/t"])", R"(["EXEC"])", "null"},
      {R"({"Tmpfs":{"/t":"bind"}})", R"(["/t"])", R"(["bind"])", "null"},
      {R"({"Mounts":[{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":1048576,"Mode":448}}]})",
       R"(["/t"])", "[]", "1048576"},
      {R"({"Mounts":[{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"Options":[["exec"],["a","b"]]}}]})",
       R"(["/t"])", R"(["exec","a=b"])", "null"},
      {R"({"Mounts":[{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":-1}}]})",
       R"(["/t"])", R"(["size=unlimited"])", "null"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host_config);
    const Request request = make_create(row.host_config);
    CHECK(show("tmpfs", request) == row.targets);
    CHECK(show("tmpfs_options", request) == row.options);
    CHECK(show("tmpfs_bytes", request) == row.bytes);
  }
}

TEST_CASE("mounts: services say them in their ContainerSpec") {
  const Request request = make_request(Id::service_create, R"({"TaskTemplate":{"ContainerSpec":{
      "Image":"x","Mounts":[{"Type":"bind","Source":"/","Target":"/h"},
        {"Type":"volume","Target":"/v","VolumeOptions":{"DriverConfig":{"Options":
          {"type":"none","o":"bind","device":"/root"}}}},
        {"Type":"tmpfs","Target":"/t"},{"Type":"npipe","Source":"x","Target":"/n"}]}}})");
  CHECK(show("host_paths", request) == R"(["/","/root"])");
  CHECK(show("special_mounts", request) == R"(["npipe"])");
  CHECK(show("tmpfs", request) == R"(["/t"])");
}

TEST_CASE("mounts: drivers, propagation and images have views of their own") {
  const Request request = make_create(R"({"VolumeDriver":"d1","Binds":["/a:/b:rslave"],"Mounts":[
      {"Type":"volume","Target":"/v","VolumeOptions":{"DriverConfig":{"Name":"d2"}}},
      {"Type":"bind","Source":"/c","Target":"/d","BindOptions":{"Propagation":"rprivate"}},
      {"Type":"image","Source":"alpine:3","Target":"/i"}]})");
  CHECK(show("volume_drivers", request) == R"(["d2","d1"])");
  CHECK(show("mount_propagation", request) == R"(["rslave","rprivate"])");
  CHECK(show("mounted_images", request) == R"(["alpine:3"])");
}

}  // namespace
}  // namespace sealock::policy::testing

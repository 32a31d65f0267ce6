#include "policy/effective/ownership.hpp"

#include "policy/request/request.hpp"
#include "tests/policy/effective/request_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy::testing {
namespace {

using Id = OperationId;

const Owner owner{"o", "me"};

TEST_CASE("ownership: the label set by the client is seen wherever it stands") {
  struct Row {
    Id operation;
    std::string_view body;
    bool sets;
  };
  const Row rows[] = {
      {Id::container_create, R"({"Image":"a"})", false},
      {Id::container_create, R"({"Image":"a","Labels":{"p":"me"}})", false},
      {Id::container_create, R"({"Image":"a","Labels":{"O":"you"}})", false},  // another label
      {Id::container_create, R"({"Image":"a","Labels":{"o":"you"}})", true},
      {Id::container_create, R"({"Image":"a","Labels":{"o":""}})", true},
      {Id::container_create, R"({"Image":"a","Labels":{"o":"me"}})",
       false},  // as inspect showed it
      {Id::container_create,
       R"({"Image":"a","HostConfig":{"Mounts":[{"Type":"volume","Target":"/v",
           "VolumeOptions":{"Labels":{"o":"you"}}}]}})",
       true},
      {Id::network_create, R"({"Name":"n","Labels":{"o":"you"}})", true},
      {Id::volume_create, R"({"Name":"v","Labels":{"o":"you"}})", true},
      {Id::image_commit, R"({"Labels":{"o":"you"}})", true},
      {Id::service_create, R"({"Name":"s","Labels":{"o":"you"}})", true},
      {Id::service_create,
       R"({"Name":"s","TaskTemplate":{"ContainerSpec":{"Image":"a","Labels":{"o":"you"}}}})", true},
      {Id::secret_create, R"({"Name":"s","Labels":{"o":"you"}})", true},
      {Id::config_create, R"({"Name":"s","Labels":{"o":"you"}})", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    CHECK(sets_owner_label(make_request(row.operation, row.body), owner) == row.sets);
  }
}

TEST_CASE("ownership: a forged label of a deployment is seen wherever it stands") {
  struct Row {
    Id operation;
    std::string_view body;
    std::string_view query;
    std::string_view label;
  };
  const Row rows[] = {
      {Id::container_create, R"({"Image":"a","Labels":{"sealock":"b","io.sealock.owner":"c"}})", "",
       ""},
      {Id::container_create, R"({"Image":"a","Labels":{"sealock.component":"b"}})", "",
       "sealock.component"},
      {Id::service_create, R"({"Name":"s","Labels":{"sealock.deployment":"d_1"}})", "",
       "sealock.deployment"},
      {Id::service_create,
       R"({"Name":"s","TaskTemplate":{"ContainerSpec":{"Image":"a","Labels":{"sealock.x":""}}}})",
       "", "sealock.x"},
      {Id::volume_create, R"({"Labels":{"sealock.component":"b"}})", "", "sealock.component"},
      {Id::image_build, "", R"(labels={"sealock.component":"b"})", "sealock.component"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    CHECK(reserved_label(make_request(row.operation, row.body, row.query)) == row.label);
  }
}

TEST_CASE("ownership: a label forged by build parameters and Dockerfile instructions") {
  struct Row {
    Id operation;
    std::string_view query;
    bool sets;
  };
  const Row rows[] = {
      {Id::image_build, R"(labels={"a":"b"})", false},
      {Id::image_build, R"(labels={"o":"you"})", true},
      {Id::image_commit, "container=a&changes=ENV%20A=b", false},
      {Id::image_commit, "container=a&changes=LABEL%20o=you", true},
      {Id::image_commit, "container=a&changes=%20label%20%22o%22=you", true},
      {Id::image_commit, "container=a&changes=ENV%20A=b&changes=Label%20o=you", true},
      {Id::image_commit, "container=a&changes=ONBUILD%20LABEL%20o=you", true},
      {Id::image_commit, "container=a&changes=ENV%20A=b%0ALABEL%20o=you", true},
      {Id::image_commit, "container=a&changes=LAB%5C%0AEL%20o=you", true},
      {Id::image_create, "fromSrc=-&changes=LABEL%20o=you", true},
      {Id::image_create, "fromSrc=-&changes=CMD%20LABEL", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.query);
    CHECK(sets_owner_label(make_request(row.operation, "", row.query), owner) == row.sets);
  }
}

TEST_CASE("ownership: what is created is stamped, and what is pruned is one's own") {
  struct Row {
    Id operation;
    std::string_view body;
    std::string_view query;
    std::string_view body_sent;
    std::string_view target_sent;
  };
  const Row rows[] = {
      {Id::container_create, R"({"Image":"a"})", "", R"({"Image":"a","Labels":{"o":"me"}})",
       "/containers/create"},
      {Id::container_create, R"({"Image":"a","Labels":{"p":"q"}})", "",
       R"({"Image":"a","Labels":{"p":"q","o":"me"}})", "/containers/create"},
      {Id::container_create, R"({"Image":"a","Labels":null})", "",
       R"({"Image":"a","Labels":{"o":"me"}})", "/containers/create"},
      {Id::volume_create, "{}", "", R"({"Labels":{"o":"me"}})", "/volumes/create"},
      {Id::network_create, R"({"Name":"n"})", "", R"({"Name":"n","Labels":{"o":"me"}})",
       "/networks/create"},
      {Id::service_create, R"({"Name":"s","TaskTemplate":{"ContainerSpec":{"Image":"a"}}})", "",
       R"({"Name":"s","TaskTemplate":{"ContainerSpec":{"Image":"a","Labels":{"o":"me"}}},"Labels":{"o":"me"}})",
       "/services/create"},
      {Id::secret_create, R"({"Name":"s"})", "", R"({"Name":"s","Labels":{"o":"me"}})",
       "/secrets/create"},
      // A container inherits the labels of its image: what is built carries another value.
      {Id::image_commit, "", "container=a", R"({"Labels":{"o":"image:me"}})",
       "/commit?container=a"},
      {Id::image_build, "", "t=a", "", R"(/build?t=a&labels=%7B%22o%22%3A%22image%3Ame%22%7D)"},
      {Id::image_build, "", R"(labels={"p":"q"})", "",
       R"(/build?labels=%7B%22p%22%3A%22q%22%2C%22o%22%3A%22image%3Ame%22%7D)"},
      {Id::image_create, "", "fromSrc=-&repo=a", "",
       R"(/images/create?fromSrc=-&repo=a&changes=LABEL%20%22o%22%3D%22image%3Ame%22)"},
      {Id::image_create, "", "fromImage=a&tag=1", "", "/images/create?fromImage=a&tag=1"},
      {Id::container_prune, "", "", "",
       R"(/containers/prune?filters=%7B%22label%22%3A%7B%22o%3Dme%22%3Atrue%7D%7D)"},
      {Id::volume_prune, "", R"(filters={"label":["p=q"],"all":["1"]})", "",
       R"(/volumes/prune?filters=%7B%22label%22%3A%7B%22p%3Dq%22%3Atrue%2C%22o%3Dme%22%3Atrue%7D%2C%22all%22%3A%7B%221%22%3Atrue%7D%7D)"},
      {Id::image_prune, "", R"(filters={"dangling":{"false":true}})", "",
       R"(/images/prune?filters=%7B%22dangling%22%3A%7B%22false%22%3Atrue%7D%2C%22label%22%3A%7B%22o%3Dimage%3Ame%22%3Atrue%7D%7D)"},
      {Id::container_list, "", "all=1", "", "/containers/json?all=1"},
  };
  for (const Row& row : rows) {
    Request request = make_request(row.operation, row.body, row.query);
    stamp_owner(request, owner);
    CAPTURE(row.target_sent);
    CHECK(engine_body(request) == row.body_sent);
    CHECK(engine_target(request) == row.target_sent);
  }
}

TEST_CASE("ownership: a volume of somebody else is not handed out by creating it again") {
  FakeEngine engine;
  engine.add(ObjectKind::volume, "mine", {}, R"({"Name":"mine","Labels":{"o":"me"}})");
  engine.add(ObjectKind::volume, "yours", {}, R"({"Name":"yours","Options":{"o":"password=x"}})");
  for (const auto& [name, foreign] :
       {std::pair<std::string, bool>{"mine", false}, {"yours", true}, {"new", false}}) {
    const Request request = make_request(Id::volume_create, R"({"Name":")" + name + "\"}");
    Facts facts = engine.ask(request);
    facts.mark_ownership(owner);
    CHECK(takes_foreign_volume(request, facts) == foreign);
  }
}

TEST_CASE("ownership: a container does not belong to who built its image") {
  FakeEngine engine;
  engine.add(ObjectKind::container, id_of('a'), {"theirs"},
             R"({"Config":{"Labels":{"o":"image:me"}}})");
  engine.add(ObjectKind::image, "sha256:" + id_of('3'), {"built"},
             R"({"Config":{"Labels":{"o":"image:me"}}})");
  Facts facts;
  facts.add(engine.answer({ObjectKind::container, "theirs"}));
  facts.add(engine.answer({ObjectKind::image, "built"}));
  facts.mark_ownership(owner);
  CHECK(facts.find(ObjectKind::container, "theirs")->ownership == Ownership::foreign);
  CHECK(facts.find(ObjectKind::image, "built")->ownership == Ownership::own);
}

}  // namespace
}  // namespace sealock::policy::testing

// Reads `target.X` of an object, whichever of its shapes the engine gave.
//
// The object that a path names is known by its inspect document, the objects of lists and streams
// by what is shown there, and Docker spells the same thing differently in each: the labels of a
// container are Config.Labels in inspect, Labels in a list and part of Actor.Attributes in an
// event. Rules say
//
//   target.Labels[key]   containers, images, networks, volumes; services, nodes, secrets, configs
//                        (their Spec.Labels); container and image events
//   target.Name          without the leading slash; for events the object's name
//   target.Image         of containers and their events: the reference it was created from
//   target.State         of containers: the word ("running")
//   target.Id            containers, images, networks; events: the object's id
//   target.Type          of events: "container", "image", ...
//   target.HostAccess    of containers: what of the host they hold (host_access.hpp), a list
//   target.HostPaths     of containers: host paths that are mounted into them, a list
//
// and any other path as the document at hand has it (target.HostConfig.Privileged). For an exec,
// what is not the exec's own (target.ProcessConfig.privileged) is its container's.
//
// Errors:  an object of a list or stream that does not carry the field at all makes it unknown,
//          never unset: a list shows less than inspect. In an inspect document an absent member is
//          unset, as Go omits it when empty.
// Threads: pure.
// Sources: secrets.md 3; moby api/types/container, api/types/events (2026-08).

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/engine_api/operation.hpp"
#include "policy/rules/condition.hpp"
#include "policy/rules/field_value.hpp"

#include <list>
#include <optional>
#include <string>
#include <vector>

namespace sealock::policy {

// `made` keeps values that stand nowhere in the document (a name without its slash).
[[nodiscard]] FieldValue read_inspected(const Value& document,
                                        TargetKind kind,
                                        const std::vector<PathStep>& path,
                                        std::list<Value>& made);

[[nodiscard]] FieldValue read_shown(const Value& object,
                                    const std::vector<PathStep>& path,
                                    std::list<Value>& made);

// Whether an object of a list or stream is the owner's, by the label that it shows; unknown when it
// shows none of its labels.
[[nodiscard]] FieldValue read_owned(const Value& object,
                                    const std::optional<Owner>& owner,
                                    std::list<Value>& made);

// "container/web" for an object of this operation's list or stream, as disguises are bound to it;
// empty when it shows no name.
[[nodiscard]] std::string shown_object(OperationId id, const Value& object);

// Do conditions on target.* choose the objects of this operation's answer (a list, or the events)
// instead of judging the object in the path?
[[nodiscard]] bool filters_answer(OperationId id);

}  // namespace sealock::policy

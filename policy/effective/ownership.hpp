// The label by which a client's own objects are told from those of others (rules.md 4.7): sealock
// writes it on what the client creates, and the client itself may not.
//
// Containers, networks, volumes, services with their tasks, secrets and configs carry Owner::value;
// images that the client builds, commits or imports carry Owner::image_value(), since a container
// inherits the labels of its image. What is pulled or loaded is stamped with nothing: its content
// was made elsewhere. A prune is narrowed to the client's own by a filter.
//
// Known limit: an image can bring the label along (LABEL in a Dockerfile that was built elsewhere).
// Whoever runs such an image outside of sealock gives the container to that owner, who wrote what
// runs in it anyway. Through sealock, a build's own label wins over that of its Dockerfile.
//
// Errors:  none; a request that sets the label itself is told by sets_owner_label(), and denied.
// Threads: pure.
// Sources: engine-facts.md F4; moby builder/dockerfile/builder.go (labels of the query come last),
//          daemon/commit.go merge, daemon/prune.go matchLabels (all label filters must match).

#pragma once

#include "policy/effective/facts.hpp"

#include <string>

namespace sealock::policy {

struct Request;

// Does the request set the owner's label to another value, or can that not be known (LABEL and
// ONBUILD in `changes`)? The same value is harmless: tools send back what inspect showed them.
[[nodiscard]] bool sets_owner_label(const Request& request, const Owner& owner);

// The first label called sealock.*, which only sealock's deployments write: whoever forged one would
// have a deployment take a stranger for its own, or a service pass that no deployment made. Empty
// when there is none. Not asked of what sealock itself sends.
[[nodiscard]] std::string reserved_label(const Request& request);

// VolumeCreate answers with the volume when there is one of that name: not with another's.
[[nodiscard]] bool takes_foreign_volume(const Request& request, const Facts& facts);

// Is the operation one that stamp_owner() narrows to the client's own objects?
[[nodiscard]] bool is_narrowed_by_owner(const Request& request);

// Writes the label on what the request creates, and narrows a prune. To be called after the
// decision: what is added is not the client's, and no rule need name it.
void stamp_owner(Request& request, const Owner& owner);

}  // namespace sealock::policy

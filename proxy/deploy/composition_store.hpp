// What is kept of compositions: each with its source and its digests, the labels that were given to
// it, and the tags that were moved.
//
// Nothing here is ever changed: a composition is added whole or not at all, a label is added once,
// and what is removed was unused.
//
// Errors:  StoreError, thrown (disk full, file damaged).
// Threads: any; the store's lock serialises.
// Time:    wall-clock time is written for people only; nothing is decided by it but the order of lists.

#pragma once

#include "proxy/deploy/composition.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::proxy {

class Store;

struct StoredComposition {
  Composition composition;
  std::string source;  // the Compose file as it was put
  std::string created;
  std::string created_by;
  std::vector<std::string> labels;  // "rc", "prod", in the order in which they were given
};

struct TagMove {
  std::string image;
  std::string tag;
  std::string digest;
  std::string before;  // empty: there was no such tag
  std::string by;
};

// An image that some composition holds.
struct VouchedImage {
  std::string image;   // as it was written: "shop/web:20150619_1504"
  std::string pinned;  // Component::pinned_image
};

class CompositionStore {
public:
  explicit CompositionStore(Store& store);

  // By its own name or that of a label ("rc_20150619_1504").
  [[nodiscard]] std::optional<StoredComposition> find(std::string_view name);
  // The newest first; without sources.
  [[nodiscard]] std::vector<StoredComposition> list();

  // False when the name is taken: by a composition, or by a label of one.
  [[nodiscard]] bool add(const StoredComposition& stored);
  // False when the name of the label is taken.
  [[nodiscard]] bool add_label(std::string_view label_name,
                               std::string_view label,
                               std::string_view composition,
                               std::string_view by);
  void remove(std::string_view name);

  // The images of this digest, as compositions name and pin them.
  [[nodiscard]] std::vector<VouchedImage> find_vouched(std::string_view digest);
  void add_tag(const TagMove& move);

private:
  [[nodiscard]] std::vector<std::string> labels_of(std::string_view composition);

  Store& store_;
};

// "c" of "c_20150619_1504"; the whole name when it has no '_'.
[[nodiscard]] std::string_view prefix_of(std::string_view name);
// "rc_20150619_1504" for the label "rc" of "c_20150619_1504".
[[nodiscard]] std::string label_name(std::string_view composition, std::string_view label);

}  // namespace sealock::proxy

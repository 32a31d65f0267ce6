#include "proxy/deploy/composition_store.hpp"

#include "proxy/deploy/store.hpp"

#include <utility>

namespace sealock::proxy {
namespace {

constexpr std::string_view tables = R"(
CREATE TABLE IF NOT EXISTS compositions (
  name TEXT PRIMARY KEY,
  document TEXT NOT NULL,
  source TEXT NOT NULL,
  created TEXT NOT NULL,
  created_by TEXT NOT NULL,
  number INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS components (
  composition TEXT NOT NULL REFERENCES compositions (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  pinned_image TEXT NOT NULL,
  PRIMARY KEY (composition, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS components_by_digest ON components (digest);
CREATE TABLE IF NOT EXISTS labels (
  name TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  composition TEXT NOT NULL REFERENCES compositions (name) ON DELETE CASCADE,
  created TEXT NOT NULL,
  created_by TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS tags (
  number INTEGER PRIMARY KEY,
  image TEXT NOT NULL,
  tag TEXT NOT NULL,
  digest TEXT NOT NULL,
  before TEXT NOT NULL,
  moved TEXT NOT NULL,
  moved_by TEXT NOT NULL
);
)";

StoredComposition read_row(const Statement& row) {
  StoredComposition stored;
  stored.composition = composition_from_json(nlohmann::json::parse(row.text(0)));
  stored.source = row.text(1);
  stored.created = row.text(2);
  stored.created_by = row.text(3);
  return stored;
}

bool is_taken(Store& store, std::string_view name) {
  Statement rows(
      store, "SELECT 1 FROM compositions WHERE name = ? UNION SELECT 1 FROM labels WHERE name = ?");
  rows.bind(name).bind(name);
  return rows.next();
}

}  // namespace

CompositionStore::CompositionStore(Store& store) : store_(store) {
  store_.create_tables(tables);
}

std::optional<StoredComposition> CompositionStore::find(std::string_view name) {
  const Transaction reading(store_, Transaction::Purpose::read);
  std::optional<StoredComposition> found;
  {
    Statement rows(store_,
                   "SELECT document, source, created, created_by FROM compositions WHERE name = "
                   "coalesce((SELECT composition FROM labels WHERE name = ?), ?)");
    rows.bind(name).bind(name);
    if (rows.next()) found = read_row(rows);
  }
  if (found) found->labels = labels_of(found->composition.name);
  return found;
}

std::vector<StoredComposition> CompositionStore::list() {
  const Transaction reading(store_, Transaction::Purpose::read);
  std::vector<StoredComposition> all;
  {
    Statement rows(store_,
                   "SELECT document, '', created, created_by FROM compositions "
                   "ORDER BY number DESC");
    while (rows.next())
      all.push_back(read_row(rows));
  }
  for (StoredComposition& one : all)
    one.labels = labels_of(one.composition.name);
  return all;
}

std::vector<std::string> CompositionStore::labels_of(std::string_view composition) {
  std::vector<std::string> labels;
  Statement rows(store_, "SELECT label FROM labels WHERE composition = ? ORDER BY rowid");
  rows.bind(composition);
  while (rows.next())
    labels.push_back(rows.text(0));
  return labels;
}

bool CompositionStore::add(const StoredComposition& stored) {
  Transaction writing(store_, Transaction::Purpose::write);
  const Composition& composition = stored.composition;
  if (is_taken(store_, composition.name)) return false;
  Statement(store_,
            "INSERT INTO compositions VALUES (?, ?, ?, ?, ?, "
            "(SELECT coalesce(max(number), 0) + 1 FROM compositions))")
      .bind(composition.name)
      .bind(to_json(composition).dump())
      .bind(stored.source)
      .bind(stored.created)
      .bind(stored.created_by)
      .run();
  for (const Component& component : composition.components) {
    Statement(store_, "INSERT INTO components VALUES (?, ?, ?, ?)")
        .bind(composition.name)
        .bind(component.name)
        .bind(component.digest)
        .bind(component.pinned_image)
        .run();
  }
  writing.commit();
  return true;
}

bool CompositionStore::add_label(std::string_view label_name,
                                 std::string_view label,
                                 std::string_view composition,
                                 std::string_view by) {
  Transaction writing(store_, Transaction::Purpose::write);
  if (is_taken(store_, label_name)) return false;
  Statement(store_, "INSERT INTO labels VALUES (?, ?, ?, ?, ?)")
      .bind(label_name)
      .bind(label)
      .bind(composition)
      .bind(time_now())
      .bind(by)
      .run();
  writing.commit();
  return true;
}

void CompositionStore::remove(std::string_view name) {
  Transaction writing(store_, Transaction::Purpose::write);
  Statement(store_, "DELETE FROM compositions WHERE name = ?").bind(name).run();
  writing.commit();
}

std::vector<VouchedImage> CompositionStore::find_vouched(std::string_view digest) {
  const Transaction reading(store_, Transaction::Purpose::read);
  Statement rows(store_,
                 "SELECT DISTINCT json_extract(part.value, '$.image'), components.pinned_image "
                 "FROM components JOIN compositions ON compositions.name = components.composition "
                 "JOIN json_each(compositions.document, '$.components') AS part "
                 "WHERE components.digest = ? AND json_extract(part.value, '$.name') = "
                 "components.name ORDER BY 1");
  rows.bind(digest);
  std::vector<VouchedImage> all;
  while (rows.next())
    all.push_back({rows.text(0), rows.text(1)});
  return all;
}

void CompositionStore::add_tag(const TagMove& move) {
  Statement(
      store_,
      "INSERT INTO tags (image, tag, digest, before, moved, moved_by) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(move.image)
      .bind(move.tag)
      .bind(move.digest)
      .bind(move.before)
      .bind(time_now())
      .bind(move.by)
      .run();
}

std::string_view prefix_of(std::string_view name) {
  return name.substr(0, name.find('_'));
}

std::string label_name(std::string_view composition, std::string_view label) {
  const std::size_t end = composition.find('_');
  const std::string_view rest =
      end == std::string_view::npos ? composition : composition.substr(end + 1);
  return std::string(label) + "_" + std::string(rest);
}

}  // namespace sealock::proxy

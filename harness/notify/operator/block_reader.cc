#include "notify/operator/block_reader.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/parts_yaml.h"
#include "template/format/unicode.h"
#include "yaml/decode.h"

namespace firedrill::notify {

using yaml::Node;

namespace {

// An address that nobody can have (RFC 2606).
constexpr std::string_view kNowhere = "https://secret.invalid/";
// Where the operator mounts files.
constexpr std::string_view kAssets = "/etc/alertmanager/certs/";

}  // namespace

std::string BlockReader::text_of(const Node& node, std::string_view what) {
  const bool other = !node.is_scalar() || scalar_number(node) || scalar_boolean(node);
  if (other && !node.is_null()) {
    const bool truth = node.is_scalar() && scalar_boolean(node);  // yes and y, too
    report(diagnostics_, node.where(),
           truth ? format("'{}' must be a text, and {} is a truth value", what, node.text)
                 : format("'{}' must be a text, and is {}", what, node.describe()),
           node.is_scalar() ? "put it in quotes" : "expected a text");
    return {};
  }
  return node.text;
}

Node& BlockReader::block(const Node& node, const ResourceForm& form, std::span<const std::string_view> elsewhere) {
  Node& into = maker_.mapping(node);
  if (node.is_null() || !yaml::expect_mapping(node, form.name, diagnostics_)) return into;
  // In the order of the form: of two fields that become the same the first counts.
  for (const ResourceField& each : form.fields) {
    const Node::Entry* entry = node.entry(each.name);
    if (entry != nullptr && !entry->value->is_null()) field(*entry, each, into);
  }
  if (!form.also.empty()) {
    maker_.put(into, std::string(form.also), node, maker_.truth(true, node));
  }
  std::vector<std::string_view> known(elsewhere.begin(), elsewhere.end());
  for (const ResourceField& each : form.fields) known.push_back(each.name);
  refuse_unknown(node, known, form.name, diagnostics_);
  return into;
}

void BlockReader::field(const Node::Entry& entry, const ResourceField& field, Node& into) {
  const Node* value = value_of(*entry.value, field);
  if (value == nullptr) return;
  maker_.put(into, field.becomes.empty() ? snake_case(field.name) : std::string(field.becomes), *entry.key_node,
             *value);
}

const Node* BlockReader::value_of(const Node& node, const ResourceField& field) {
  switch (field.shape) {
    case ResourceShape::text:
      return text_of(node, field.name).empty() ? nullptr : &node;
    case ResourceShape::kept_text:
      text_of(node, field.name);
      return &node;
    case ResourceShape::lower_text:
      return &maker_.text(templates::to_lower(text_of(node, field.name)), node);
    case ResourceShape::scalar:
    case ResourceShape::texts:
    case ResourceShape::text_map:
      return &node;  // Alertmanager's own decoder says what is wrong with it
    case ResourceShape::pairs:
      return pairs(node, field.name);
    case ResourceShape::secret:
    case ResourceShape::secret_url:
      return secret(node, field.name, field.shape == ResourceShape::secret_url);
    case ResourceShape::secrets_by_name:
      return secrets_by_name(node, field.name);
    case ResourceShape::reference:
      return reference(node, field.name, {});
    case ResourceShape::asset:
      return field.name == "keySecret" ? secret(node, field.name, false) : reference(node, field.name, kAssets);
    case ResourceShape::block:
      return &block(node, *field.form);
    case ResourceShape::blocks:
      return list(node, field);
  }
  return nullptr;
}

const Node* BlockReader::list(const Node& node, const ResourceField& field) {
  if (!yaml::expect_sequence(node, format("'{}'", field.name), diagnostics_)) return nullptr;
  Node& items = maker_.sequence(node);
  for (const Node* item : node.items) items.items.push_back(&block(*item, *field.form));
  return &items;
}

const Node* BlockReader::pairs(const Node& node, std::string_view what) {
  if (!yaml::expect_sequence(node, format("'{}'", what), diagnostics_)) return nullptr;
  Node& map = maker_.mapping(node);
  std::set<std::string> seen;
  for (const Node* item : node.items) {
    const Node* key = item->find("key");
    const Node* value = item->find("value");
    if (key == nullptr || value == nullptr || item->entries.size() != 2) {
      report(diagnostics_, item->where(), format("an entry of '{}' is no pair", what), "expected {key: …, value: …}");
      continue;
    }
    // The operator puts them into a map, so that of two the last one counts.
    const std::string name = text_of(*key, "key");
    text_of(*value, "value");
    const auto same = std::ranges::find(map.entries, name, &Node::Entry::key);
    if (same != map.entries.end()) {
      same->value = value;
    } else {
      maker_.put(map, name, *key, *value);
    }
  }
  return &map;
}

const Node* BlockReader::secret(const Node& node, std::string_view what, bool address) {
  constexpr std::string_view kKeys[] = {"name", "key", "optional"};
  const Node* name = node.find("name");
  const Node* key = node.find("key");
  if (key == nullptr || key->text.empty()) {
    if (node.is_scalar() && !node.text.empty()) spilled_.emplace_back(node.text);
    report(diagnostics_, node.where(), format("'{}' names a Secret, and is {}", what, node.describe()),
           "expected {name: …, key: …}: what it says stands in the Secret");
    return nullptr;
  }
  for (const Node::Entry& entry : node.entries) {
    if (std::ranges::find(kKeys, entry.key) != std::end(kKeys)) continue;
    report(diagnostics_, entry.key_node->where(), format("unknown field '{}' in '{}'", entry.key, what),
           "expected name and key");
  }
  const std::string from = format("{}/{}", name == nullptr ? std::string() : name->text, key->text);
  return &maker_.text(address ? format("{}{}", kNowhere, from) : format("secret:{}", from), node);
}

const Node* BlockReader::reference(const Node& node, std::string_view what, std::string_view before) {
  for (const std::string_view kind : {"secret", "configMap"}) {
    const Node* one = node.find(kind);
    if (one == nullptr || one->is_null()) continue;
    const Node* named = secret(*one, kind, false);
    return named == nullptr ? nullptr : &maker_.text(format("{}{}", before, named->text), node);
  }
  report(diagnostics_, node.where(), format("'{}' names neither a Secret nor a ConfigMap", what),
         "expected {secret: {name: …, key: …}} or {configMap: {name: …, key: …}}");
  return nullptr;
}

const Node* BlockReader::secrets_by_name(const Node& node, std::string_view what) {
  if (!yaml::expect_mapping(node, format("'{}'", what), diagnostics_)) return nullptr;
  Node& map = maker_.mapping(node);
  for (const Node::Entry& entry : node.entries) {
    Node& values = maker_.sequence(*entry.value);
    if (!yaml::expect_sequence(*entry.value, format("'{}' of '{}'", entry.key, what), diagnostics_)) continue;
    for (const Node* item : entry.value->items) {
      if (const Node* value = secret(*item, entry.key, false)) values.items.push_back(value);
    }
    maker_.put(map, entry.key, *entry.key_node, values);
  }
  return &map;
}

}  // namespace firedrill::notify

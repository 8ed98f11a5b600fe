#include "yaml/decode.h"

#include <algorithm>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::yaml {
namespace {

// "add `target: …`: what it hits (expected a mapping such as …)".
std::string how_to_add(const FieldSpec& spec) {
  if (spec.doc.empty()) return format("add `{}: …`", spec.name);
  std::string doc(spec.doc);
  if (doc.ends_with('.')) doc.pop_back();
  const bool word = doc.size() > 1 && doc[1] >= 'a' && doc[1] <= 'z';
  if (word && doc[0] >= 'A' && doc[0] <= 'Z') doc[0] = static_cast<char>(doc[0] - 'A' + 'a');
  return format("add `{}: …`: {}", spec.name, doc);
}

// An editor's hint, where the schema of a file of ours is.
bool is_editors_hint(const Node::Entry& entry, const Node& mapping, Nulls nulls) {
  return entry.key == kSchemaKey && nulls == Nulls::strict && &mapping == &mapping.document->root();
}

void report_unknown(const Node::Entry& entry, std::span<const FieldSpec> table, const OtherKeys& other,
                    std::string_view what, Diagnostics& diagnostics) {
  const auto is_later = [&](std::string_view name) {
    return std::ranges::find(other.later, name, &LaterKey::name) != other.later.end();
  };
  if (std::ranges::find(other.known, entry.key) != other.known.end() || is_later(entry.key)) return;
  if (other.ignore_unknown) return;
  std::vector<std::string> names;
  for (const FieldSpec& spec : table) names.emplace_back(spec.name);
  names.insert(names.end(), other.known.begin(), other.known.end());
  report(diagnostics, entry.key_node->where(), format("unknown key '{}' in {}", entry.key, what),
         suggest_one(entry.key, names, diagnostics));
}

// Whether the mapping has keys that a later version reads, which are told.
bool report_later(const Node& mapping, std::span<const LaterKey> later, Diagnostics& diagnostics) {
  bool any = false;
  for (const LaterKey& key : later) {
    const Node::Entry* entry = mapping.entry(key.name);
    if (entry == nullptr) continue;
    any = true;
    report(diagnostics, entry->key_node->where(),
           format("'{}' ({}) is not supported by this version of firedrill", key.name, key.doc), "remove it");
  }
  return any;
}

// Whether an absent value is no mistake: `faults:` with all its entries commented out.
bool may_be_empty(FieldType type) {
  return type == FieldType::texts || type == FieldType::text_map;
}

// A list of texts as go-yaml reads it: an item with nothing in it is an empty text.
std::optional<FieldValue> decode_texts_of_go(const Node& list, const FieldSpec& spec, Diagnostics& diagnostics) {
  FieldSpec one = spec;
  one.type = FieldType::text;
  std::vector<std::string> texts;
  for (const Node* item : list.items) {
    if (!item->is_null()) {
      if (auto text = decode_value(*item, one, diagnostics)) texts.push_back(std::get<std::string>(*std::move(text)));
    } else if (spec.choices.empty()) {
      texts.emplace_back();
    } else {
      report(diagnostics, item->where(), format("an item of '{}' has no value", spec.name), expected_form(one));
    }
  }
  return texts;
}

class BlockDecoder {
 public:
  BlockDecoder(const Block& block, Diagnostics& diagnostics) : block_(block), diagnostics_(diagnostics) {}

  DecodedBlock decode(const Node& mapping, std::string_view what) {
    DecodedBlock decoded;
    decoded.node = &mapping;
    decoded.where = mapping.where();
    const std::size_t before = diagnostics_.size();
    std::vector<std::string_view> known;
    for (const ChildBlock& child : block_.children) known.push_back(child.name);
    known.insert(known.end(), block_.elsewhere.begin(), block_.elsewhere.end());
    decoded.fields = decode_fields(mapping, block_.fields(), {known, block_.later}, what, block_.nulls, diagnostics_);
    if (mapping.is_mapping()) {
      for (const ChildBlock& child : block_.children) decode_child(mapping, child, what, decoded);
    }
    decoded.sound = diagnostics_.size() == before;
    return decoded;
  }

 private:
  void decode_child(const Node& mapping, const ChildBlock& child, std::string_view what, DecodedBlock& decoded) {
    const Node::Entry* entry = mapping.entry(child.name);
    if (entry == nullptr) {
      if (child.required) {
        report(diagnostics_, mapping.where(), format("{} lacks '{}'", what, child.name),
               format("add `{}: …`: {}", child.name, child.doc));
      }
      return;
    }
    if (entry->value->is_null() && (child.shape != Shape::one || block_.nulls == Nulls::absent)) return;
    if (child.shape == Shape::one_or_value && !entry->value->is_mapping()) return;  // the field's
    std::vector<DecodedBlock>& blocks = decoded.children[std::string(child.name)];
    const std::string name = format("'{}' of {}", child.name, what);
    if (child.shape == Shape::one || child.shape == Shape::one_or_value) {
      add(blocks, *child.block, *entry->value, entry->key_node->where(), {}, name);
    } else if (child.shape == Shape::list_or_one && entry->value->is_mapping()) {
      add(blocks, *child.block, *entry->value, entry->key_node->where(), {}, format("{} 1", child.block->name));
    } else if (child.shape == Shape::list || child.shape == Shape::list_or_one) {
      if (!expect_sequence(*entry->value, name, diagnostics_) || !expect_few(*entry->value, name, diagnostics_)) return;
      for (std::size_t i = 0; i < entry->value->items.size(); ++i) {
        const Node& item = *entry->value->items[i];
        add(blocks, *child.block, item, item.where(), {}, format("{} {}", child.block->name, i + 1));
      }
    } else if (expect_mapping(*entry->value, name, diagnostics_) && expect_few(*entry->value, name, diagnostics_)) {
      for (const Node::Entry& named : entry->value->entries) {
        add(blocks, *child.block, *named.value, named.key_node->where(), named.key,
            format("{} '{}'", child.block->name, named.key));
      }
    }
  }

  void add(std::vector<DecodedBlock>& blocks, const Block& block, const Node& node, Position where, std::string key,
           std::string_view what) {
    DecodedBlock decoded = BlockDecoder(block, diagnostics_).decode(node, what);
    decoded.key = std::move(key);
    decoded.where = std::move(where);
    blocks.push_back(std::move(decoded));
  }

  const Block& block_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool expect_mapping(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  if (node.is_mapping()) return true;
  report(diagnostics, node.where(), format("{} must be a mapping, found {}", what, node.describe()),
         "write its keys below it, one `key: value` a line");
  return false;
}

bool expect_sequence(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  if (node.is_sequence()) return true;
  report(diagnostics, node.where(), format("{} must be a list, found {}", what, node.describe()),
         "begin each item with `- `, or write them as [a, b]");
  return false;
}

void refuse_keys_merged_again(const Node& mapping, Diagnostics& diagnostics) {
  for (const Node::Entry& entry : mapping.entries) {
    if (!entry.merged_again) continue;
    report(diagnostics, entry.key_node->where(), format("key '{}' already set in map", entry.key),
           "Prometheus takes no key of such a map beside a merge key that brings it; write the map out");
  }
}

bool expect_few(const Node& collection, std::string_view what, Diagnostics& diagnostics) {
  const std::size_t count = std::max(collection.items.size(), collection.entries.size());
  if (count <= kMaxEntries) return true;
  report(diagnostics, collection.where(), format("{} has {} entries", what, count),
         format("at most {} are read", kMaxEntries));
  return false;
}

Fields decode_fields(const Node& mapping, std::span<const FieldSpec> table, const OtherKeys& other,
                     std::string_view what, Nulls nulls, Diagnostics& diagnostics) {
  Fields fields;
  fields.set_block(mapping.where());
  // `checkout:` alone is a block in which everything has its default.
  if (!mapping.is_null() && !expect_mapping(mapping, what, diagnostics)) return fields;
  const bool of_later_version = report_later(mapping, other.later, diagnostics);
  for (const Node::Entry& entry : mapping.entries) {
    const auto spec = std::ranges::find(table, entry.key, &FieldSpec::name);
    const bool is_block = std::ranges::find(other.known, entry.key) != other.known.end();  // as well
    if (spec == table.end() && is_editors_hint(entry, mapping, nulls)) continue;
    if (spec == table.end()) {
      report_unknown(entry, table, other, what, diagnostics);
    } else if (is_block && entry.value->is_mapping()) {
      continue;  // decoded as that
    } else if (nulls == Nulls::absent && spec->type == FieldType::texts && entry.value->is_scalar()) {
      expect_sequence(*entry.value, format("'{}'", entry.key), diagnostics);
    } else if (nulls == Nulls::absent && spec->type == FieldType::texts && !spec->required &&
               entry.value->is_sequence()) {
      if (auto value = decode_texts_of_go(*entry.value, *spec, diagnostics)) {
        fields.set(spec->name, *std::move(value), entry.value->where());
      }
    } else if (!entry.value->is_null()) {
      if (auto value = decode_value(*entry.value, *spec, diagnostics)) {
        fields.set(spec->name, *std::move(value), entry.value->where());
      } else if (is_block) {
        diagnostics.back().remedy += ", or a mapping";
      }
    } else if (nulls == Nulls::strict && !may_be_empty(spec->type)) {
      report(diagnostics, entry.key_node->where(), format("'{}' has no value", entry.key), expected_form(*spec));
    }
  }
  for (const FieldSpec& spec : table) {
    const Node* written = mapping.find(spec.name);
    if (written != nullptr && !written->is_null()) continue;
    if (spec.required && !of_later_version && (written == nullptr || nulls == Nulls::absent)) {
      report(diagnostics, mapping.where(), format("{} lacks '{}'", what, spec.name), how_to_add(spec));
    } else if (!spec.default_text.empty()) {
      fields.set(spec.name, default_value(spec), mapping.where());
    }
  }
  return fields;
}

std::vector<Position> places_of_items(const Node* list) {
  std::vector<Position> where;
  if (list == nullptr) return where;
  if (!list->is_sequence()) return {list->where()};
  for (const Node* item : list->items) where.push_back(item->where());
  return where;
}

DecodedBlock decode_block(const Node& mapping, const Block& block, std::string_view what, Diagnostics& diagnostics) {
  return BlockDecoder(block, diagnostics).decode(mapping, what);
}

std::span<const DecodedBlock> DecodedBlock::all(std::string_view name) const {
  const auto found = children.find(name);
  return found == children.end() ? std::span<const DecodedBlock>() : std::span<const DecodedBlock>(found->second);
}

const DecodedBlock* DecodedBlock::one(std::string_view name) const {
  const auto found = all(name);
  return found.empty() ? nullptr : &found.front();
}

FieldValue default_value(const FieldSpec& spec) {
  Diagnostics diagnostics;
  const auto document = Document::parse(make_source("<default>", std::string(spec.default_text)), diagnostics);
  if (document != nullptr) {
    if (auto value = decode_value(document->root(), spec, diagnostics)) return *std::move(value);
  }
  return std::string(spec.default_text);
}

Position position_of_path(const Node& root, std::span<const std::string> path) {
  const Node* node = &root;
  Position where = root.where();
  for (const std::string& step : path) {
    if (node->is_mapping()) {
      const Node::Entry* entry = node->entry(step);
      if (entry == nullptr) break;
      node = entry->value;
      where = node->is_scalar() ? node->where() : entry->key_node->where();
    } else if (node->is_sequence()) {
      const auto index = parse_int(step);
      if (!index || *index < 0 || static_cast<std::size_t>(*index) >= node->items.size()) break;
      node = node->items[static_cast<std::size_t>(*index)];
      where = node->where();
    } else {
      break;
    }
  }
  return where;
}

}  // namespace firedrill::yaml

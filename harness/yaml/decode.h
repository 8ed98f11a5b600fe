// From nodes to typed values by field tables (base/fields.h): every error of a block at once, each with what was
// expected and what was probably meant.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "yaml/document.h"

namespace firedrill::yaml {

// Entries of one list or of one mapping by name, faults or services for instance: more are a mistake, and what is
// checked entry against entry would take long.
inline constexpr std::size_t kMaxEntries = 1000;

// At the root of any file of ours and of Kubernetes resources, where editors look for the schema.
inline constexpr std::string_view kSchemaKey = "$schema";

enum class Nulls {
  strict,  // `key:` without a value is an error where a value is expected; an empty list or mapping is fine
  absent,  // as if the key were not there: how go-yaml reads the files of Prometheus and Kubernetes
};

// How a block may appear in the block around it. Of `list_or_one`, a single one stands for a list of one; in place of
// `one_or_value` there may be a value of the field of the same name.
enum class Shape { one, list, list_or_one, by_name, one_or_value };

struct Block;
struct ChildBlock {
  std::string_view name;
  Shape shape = Shape::one;
  const Block* block = nullptr;
  bool required = false;
  std::string_view doc{};
};

// A key that the contract of the files has and this version does not read: told apart from unknown ones.
struct LaterKey {
  std::string_view name;
  std::string_view doc;
};

// A block of a file: its fields and the blocks inside it. A table of these is a file's form; decoding and JSON Schema
// both follow it.
struct Block {
  std::string_view name;  // in messages: "service", "route"
  std::string_view doc;
  std::span<const FieldSpec> (*fields)();
  std::span<const ChildBlock> children{};
  Nulls nulls = Nulls::strict;
  std::span<const LaterKey> later{};
  std::span<const std::string_view> elsewhere{};  // keys that are decoded apart from it
};

struct DecodedBlock {
  std::string key;  // of a block by name
  const Node* node = nullptr;
  Position where;     // of its key, else of its first line
  bool sound = true;  // no error in it or in the blocks inside it
  Fields fields;
  std::map<std::string, std::vector<DecodedBlock>, std::less<>> children;  // in the order of the file

  std::span<const DecodedBlock> all(std::string_view name) const;
  const DecodedBlock* one(std::string_view name) const;  // null if absent
};

// Keys of a mapping beside the fields of its table.
struct OtherKeys {
  std::span<const std::string_view> known{};  // decoded elsewhere
  std::span<const LaterKey> later{};          // told as not supported
  bool ignore_unknown = false;                // any other key is passed over
};

// A mapping by a table. `what` is the block in words: "fault 'db-refuses'". Fields with a default are present
// afterwards; those in error are not.
Fields decode_fields(const Node& mapping, std::span<const FieldSpec> table, const OtherKeys& other,
                     std::string_view what, Nulls nulls, Diagnostics& diagnostics);

DecodedBlock decode_block(const Node& mapping, const Block& block, std::string_view what, Diagnostics& diagnostics);

// Keys that a mapping of texts has besides the merge key that brings them: go-yaml v2, which reads Prometheus's
// configuration and promtool's unit tests, refuses them, though not in a block.
void refuse_keys_merged_again(const Node& mapping, Diagnostics& diagnostics);

// One value. Nothing if it is in error, which is then told.
std::optional<FieldValue> decode_value(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics);
// A default, as a file would say it; must be right.
FieldValue default_value(const FieldSpec& spec);

// "expected a duration such as 30s, 5m or 1h30m": what a field takes, for messages.
std::string expected_form(const FieldSpec& spec);

// False, and told, if the node is not of the kind. A null node is told as missing its value.
bool expect_mapping(const Node& node, std::string_view what, Diagnostics& diagnostics);
bool expect_sequence(const Node& node, std::string_view what, Diagnostics& diagnostics);

// The place of a block inside a document by keys and list indices, as far down as it exists: of its key where it has
// one.
Position position_of_path(const Node& root, std::span<const std::string> path);

// The places of a list's items, or of the one value that stands for a list; none of a null pointer.
std::vector<Position> places_of_items(const Node* list);

// False, and told, if there are more than kMaxEntries.
bool expect_few(const Node& collection, std::string_view what, Diagnostics& diagnostics);

}  // namespace firedrill::yaml

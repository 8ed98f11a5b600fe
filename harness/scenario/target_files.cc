#include "scenario/target_files.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "base/text/utf8.h"
#include "template/format/unicode.h"
#include "yaml/decode.h"

namespace firedrill::scenario {
namespace {

using yaml::Node;
using enum FieldType;

constexpr std::array<std::string_view, 2> kKeys = {"targets", "labels"};
constexpr std::string_view kExpected = "expected a list of groups: `- targets: ['checkout:8080']`";

bool is_group(const Node* item) {
  return item->find(kKeys[0]) != nullptr || item->find(kKeys[1]) != nullptr;
}
bool holds_nothing(const Node* item) {
  return item->is_null() || (item->is_mapping() && item->entries.empty());
}
bool is_list_of_groups(const Node& root) {
  return root.is_sequence() &&
         (std::ranges::any_of(root.items, is_group) || std::ranges::all_of(root.items, holds_nothing));
}

constinit const yaml::FileForm kTargetsForm = {.name = "file of targets",
                                               .keys = kKeys,
                                               .expected = kExpected,
                                               .merges_in_order = true,
                                               .claims = is_list_of_groups};

void refuse_label_name(std::string_view name, const Position& where, promql::Version version,
                       Diagnostics& diagnostics) {
  const bool legacy = version == promql::Version::v2;
  if (legacy ? model::is_legacy_label_name(name)
             : !name.empty() && first_invalid_utf8(name) == std::string_view::npos) {
    return;
  }
  report(diagnostics, where, format("{} is not a valid label name", model::quote(name)),
         legacy ? "expected letters, digits and underscores, not beginning with a digit" : "name the label");
}

void report_null_group(std::size_t index, const Position& where, Diagnostics& diagnostics) {
  report(diagnostics, where, format("nil target group item found (index {})", index), "remove it");
}

std::vector<TargetGroup> from_yaml(const Node& root, promql::Version version, Diagnostics& diagnostics) {
  constexpr std::array kFields{FieldSpec{.name = "targets", .type = texts, .doc = {}},
                               FieldSpec{.name = "labels", .type = text_map, .doc = {}}};
  std::vector<TargetGroup> groups;
  if (root.is_null() || !expect_sequence(root, "a file of targets", diagnostics)) return groups;
  for (std::size_t i = 0; i < root.items.size(); ++i) {
    const Node& item = *root.items[i];
    if (item.is_null()) {
      report_null_group(i, item.where(), diagnostics);
      continue;
    }
    decode_fields(item, kFields, {}, format("group {} of targets", i + 1), yaml::Nulls::absent, diagnostics);
    if (const Node* labels = item.find("labels"); labels != nullptr && labels->is_mapping()) {
      yaml::refuse_keys_merged_again(*labels, diagnostics);
      for (const Node::Entry& label : labels->entries) {
        refuse_label_name(label.key, label.key_node->where(), version, diagnostics);
      }
    }
    groups.push_back(target_group(item));
  }
  return groups;
}

// Go finds the field of a key whatever its case.
std::string field_of(std::string_view key) {
  return templates::to_lower(key);
}

class JsonTargets {
 public:
  JsonTargets(const SourcePtr& source, promql::Version version, Diagnostics& diagnostics)
      : where_(position_at(source, 0)), version_(version), diagnostics_(diagnostics) {}

  std::vector<TargetGroup> read(const json::value& root) {
    std::vector<TargetGroup> groups;
    if (root.is_null()) return groups;
    if (!is_list_of_json_groups(root)) {
      refuse("this is no file of targets", std::string(kExpected));
      return groups;
    }
    for (std::size_t i = 0; i < root.get_array().size(); ++i) {
      const json::value& item = root.get_array()[i];
      if (item.is_null()) {
        report_null_group(i, where_, diagnostics_);
      } else if (!item.is_object()) {
        refuse(format("group {} is no mapping", i + 1), std::string(kExpected));
      } else {
        groups.push_back(group(item.get_object(), i));
      }
    }
    return groups;
  }

 private:
  static bool is_list_of_json_groups(const json::value& root) {
    const auto group = [](const json::value& item) {
      return item.is_object() && std::ranges::any_of(item.get_object(), [](const auto& entry) {
               return std::ranges::find(kKeys, field_of(entry.key())) != kKeys.end();
             });
    };
    const auto nothing = [](const json::value& item) {
      return item.is_null() || (item.is_object() && item.get_object().empty());
    };
    return root.is_array() &&
           (std::ranges::any_of(root.get_array(), group) || std::ranges::all_of(root.get_array(), nothing));
  }

  void refuse(std::string what, std::string remedy) {
    report(diagnostics_, where_, std::move(what), std::move(remedy));
  }

  // Null is an empty text. Nothing, and told, of what is none.
  std::optional<std::string> text(const json::value& value, const std::string& what) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_null()) return std::string();
    refuse(format("{} is no text", what), "put it in quotes");
    return std::nullopt;
  }

  TargetGroup group(const json::object& item, std::size_t index) {
    TargetGroup group;
    const std::string of = format("of group {}", index + 1);
    for (const auto& entry : item) {
      const std::string field = field_of(entry.key());
      const json::value& value = entry.value();
      const bool right = value.is_null() || (field == "targets" ? value.is_array() : value.is_object());
      if (std::ranges::find(kKeys, field) == kKeys.end()) {
        refuse(format("unknown field {} {}", model::quote(std::string(entry.key())), of),
               "a group has `targets` and `labels`");
      } else if (!right) {
        refuse(format("'{}' {} is no {}", field, of, field == "targets" ? "list" : "mapping"), std::string(kExpected));
      } else if (value.is_array()) {
        for (std::size_t i = 0; i < value.get_array().size(); ++i) {
          if (auto target = text(value.get_array()[i], format("target {} {}", i + 1, of))) {
            group.targets.push_back({*std::move(target), where_});
          }
        }
      } else if (value.is_object()) {
        for (const auto& label : value.get_object()) {
          const std::string name(label.key());
          refuse_label_name(name, where_, version_, diagnostics_);
          auto content = text(label.value(), format("the label '{}' {}", name, of));
          if (content) group.labels.push_back({name, *std::move(content)});
        }
      }
    }
    return group;
  }

  Position where_;
  promql::Version version_;
  Diagnostics& diagnostics_;
};

}  // namespace

TargetGroup target_group(const Node& group) {
  TargetGroup made;
  const Node* targets = group.find("targets");
  if (targets != nullptr && targets->is_sequence()) {
    for (const Node* target : targets->items) made.targets.push_back({target->text, target->where()});
  }
  const Node* labels = group.find("labels");
  if (labels == nullptr || !labels->is_mapping()) return made;
  for (const Node::Entry& label : labels->entries) made.labels.push_back({label.key, label.value->text});
  return made;
}

std::vector<std::string> find_target_files(const yaml::Inputs& inputs, std::string_view pattern,
                                           std::string_view written, const Position& named_at,
                                           Diagnostics& diagnostics) {
  return inputs.expand(pattern, written, kTargetsForm, named_at, diagnostics);
}

std::vector<TargetGroup> read_target_file(yaml::Inputs& inputs, std::string_view path, const Position& named_at,
                                          promql::Version version, Diagnostics& diagnostics) {
  if (!templates::to_lower(path).ends_with(".json")) {
    const yaml::Document* document = inputs.read(path, named_at, kTargetsForm, yaml::Dialect::prometheus, diagnostics);
    return document == nullptr ? std::vector<TargetGroup>() : from_yaml(document->root(), version, diagnostics);
  }
  const auto source = inputs.scope().read_mentioned(path);
  if (!source) {
    for (const Diagnostic& error : source.error()) {
      report(diagnostics, named_at, format("the file of targets '{}' {}", path, error.what), error.remedy);
    }
    return {};
  }
  const auto value = read_json(*source);
  if (!value) {
    diagnostics.insert(diagnostics.end(), value.error().begin(), value.error().end());
    return {};
  }
  return JsonTargets(*source, version, diagnostics).read(*value);
}

}  // namespace firedrill::scenario

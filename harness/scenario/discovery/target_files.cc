#include "scenario/discovery/target_files.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/json_members.h"
#include "scenario/prometheus/client_refusals.h"
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
    refuse_label_names(item.find("labels"), version, diagnostics);
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

  std::vector<TargetGroup> read(const JsonNode& root) {
    std::vector<TargetGroup> groups;
    if (root.kind == Kind::null) return groups;
    if (!is_list_of_json_groups(root)) {
      refuse("this is no file of targets", std::string(kExpected));
      return groups;
    }
    for (std::size_t i = 0; i < root.items.size(); ++i) {
      const JsonNode& item = root.items[i];
      if (item.kind == Kind::null) {
        report_null_group(i, where_, diagnostics_);
      } else if (item.kind != Kind::object) {
        refuse(format("group {} is no mapping", i + 1), std::string(kExpected));
      } else {
        groups.push_back(group(item, i));
      }
    }
    return groups;
  }

 private:
  using Kind = JsonNode::Kind;

  static bool is_list_of_json_groups(const JsonNode& root) {
    const auto group = [](const JsonNode& item) {
      return std::ranges::any_of(item.members, [](const JsonMember& member) {
        return std::ranges::find(kKeys, field_of(member.key)) != kKeys.end();
      });
    };
    const auto nothing = [](const JsonNode& item) {
      return item.kind == Kind::null || (item.kind == Kind::object && item.members.empty());
    };
    return root.kind == Kind::list &&
           (std::ranges::any_of(root.items, group) || std::ranges::all_of(root.items, nothing));
  }

  void refuse(std::string what, std::string remedy) {
    report(diagnostics_, where_, std::move(what), std::move(remedy));
  }

  // Nothing, and told, of what is neither a text nor null.
  std::optional<std::string> text(const JsonNode& value, const std::string& what) {
    if (value.kind == Kind::text) return value.text;
    if (value.kind == Kind::null) return std::string();
    refuse(format("{} is no text", what), "put it in quotes");
    return std::nullopt;
  }

  // A field that stands there twice has the later value, as Go reads it; what is wrong with the earlier one is refused
  // all the same.
  TargetGroup group(const JsonNode& item, std::size_t index) {
    TargetGroup group;
    const std::string of = format("of group {}", index + 1);
    for (const auto& [key, value] : item.members) {
      const std::string field = field_of(key);
      const bool right = value.kind == Kind::null || value.kind == (field == "targets" ? Kind::list : Kind::object);
      if (std::ranges::find(kKeys, field) == kKeys.end()) {
        refuse(format("unknown field {} {}", model::quote(key), of), "a group has `targets` and `labels`");
      } else if (!right) {
        refuse(format("'{}' {} is no {}", field, of, field == "targets" ? "list" : "mapping"), std::string(kExpected));
      } else if (field == "targets") {
        read_targets(value, of, group);
      } else {
        read_labels(value, of, group);
      }
    }
    return group;
  }

  // A null is an empty text, or leaves what an earlier list had in its place.
  void read_targets(const JsonNode& value, const std::string& of, TargetGroup& group) {
    std::vector<TargetGroup::Target> read;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      auto target = text(value.items[i], format("target {} {}", i + 1, of));
      if (!target) continue;
      const bool kept = value.items[i].kind == Kind::null && i < group.targets.size();
      read.push_back({kept ? group.targets[i].address : *std::move(target), where_});
    }
    group.targets = std::move(read);
  }

  void read_labels(const JsonNode& value, const std::string& of, TargetGroup& group) {
    group.labels.clear();
    for (const auto& [name, content] : value.members) {
      refuse_label_name(name, where_, version_, diagnostics_);
      auto read = text(content, format("the label '{}' {}", name, of));
      if (!read) continue;
      const auto known = std::ranges::find(group.labels, name, &model::Label::name);
      if (known != group.labels.end()) {
        known->value = *std::move(read);
      } else {
        group.labels.push_back({name, *std::move(read)});
      }
    }
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
  const auto value = read_json_members(*source);
  if (!value) {
    diagnostics.insert(diagnostics.end(), value.error().begin(), value.error().end());
    return {};
  }
  return JsonTargets(*source, version, diagnostics).read(*value);
}

}  // namespace firedrill::scenario

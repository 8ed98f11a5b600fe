#include "alerting/rules_yaml.h"

#include <algorithm>
#include <array>

#include "base/report.h"
#include "base/text/format.h"
#include "yaml/decode.h"

namespace firedrill::alerting {
namespace {

using yaml::Document;
using yaml::Node;
using yaml::Nulls;
using enum FieldType;

// Prometheus: model/rulefmt/rulefmt.go. What is required is finish's to say, in Prometheus's words.
constexpr std::array kGroupFields{
    FieldSpec{.name = "name", .doc = "name of the group, once in a file"},
    FieldSpec{.name = "interval", .type = duration, .doc = "how often its rules are evaluated"},
    FieldSpec{.name = "query_offset", .type = duration, .doc = "how far in the past its rules are evaluated"},
    FieldSpec{.name = "labels", .type = text_map, .doc = "labels of all its rules"},
    FieldSpec{.name = "limit", .type = integer, .doc = "most alerts or series that a rule may give; 0: any"},
};
constexpr std::array kRuleFields{
    FieldSpec{.name = "record", .doc = "name of the series that a recording rule writes"},
    FieldSpec{.name = "alert", .doc = "name of the alert"},
    FieldSpec{.name = "expr", .doc = "the expression"},
    FieldSpec{.name = "for", .type = duration, .doc = "how long the expression must hold"},
    FieldSpec{.name = "keep_firing_for", .type = duration, .doc = "how long the alert goes on afterwards"},
    FieldSpec{.name = "labels", .type = text_map, .doc = "labels to add"},
    FieldSpec{.name = "annotations", .type = text_map, .doc = "annotations to add"},
};
constexpr std::array<std::string_view, 2> kRulesKeys = {"rules", "limit"};
constexpr std::array<std::string_view, 2> kFormKeys = {"groups", "apiVersion"};
constexpr std::array<std::string_view, 1> kGroupsKey = {"groups"};
// Thanos's, which the operator's resource has too.
constexpr std::array<std::string_view, 3> kResourceRulesKeys = {"rules", "partial_response_strategy", "limit"};
constexpr std::array<std::string_view, 6> kResourceKeys = {"apiVersion", "kind",   "metadata",
                                                           "spec",       "status", yaml::kSchemaKey};

Text text_of(const Node& node) {
  return {node.text, node.where()};
}

std::optional<Text> text_at(const Node& mapping, std::string_view key) {
  const Node* node = mapping.find(key);
  if (node == nullptr || !node->is_scalar()) return std::nullopt;
  return text_of(*node);
}

// An empty value stays: it removes the label of that name.
std::vector<NamedText> named_texts(const Node& mapping, std::string_view key) {
  std::vector<NamedText> named;
  const Node* node = mapping.find(key);
  if (node == nullptr || !node->is_mapping()) return named;
  for (const Node::Entry& entry : node->entries) {
    if (entry.value->is_scalar() || entry.value->is_null())
      named.push_back({entry.key, text_of(*entry.value), entry.key_node->where()});
  }
  return named;
}

// An empty text and an absent one are the same to Prometheus.
std::optional<Text> non_empty(std::optional<Text> text) {
  return text && text->value.empty() ? std::nullopt : text;
}

// What follows a key in the file, behind its colon.
std::string_view text_behind(const Node& key) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::string_view file = key.document->source()->text;
  const std::size_t colon = file.find(':', key.offset + key.length - 1);
  const std::size_t begin = colon == std::string_view::npos ? colon : file.find_first_not_of(kBlanks, colon + 1);
  return begin == std::string_view::npos ? std::string_view() : file.substr(begin);
}

// Version 2 keeps the texts of a rule as YAML's raw nodes, and takes of each what is written there: the word of a null,
// and of an alias its name.
std::optional<Text> raw_text_at(const Node& mapping, std::string_view key, Diagnostics& diagnostics) {
  constexpr std::string_view kNameCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz-";
  const Node::Entry* entry = mapping.entry(key);
  if (entry == nullptr) return std::nullopt;
  const std::string_view behind = text_behind(*entry->key_node);
  if (behind.starts_with('*')) {
    const std::string name(behind.substr(1, behind.find_first_not_of(kNameCharacters, 1) - 1));
    warn(diagnostics, entry->key_node->where(), format("Prometheus 2 takes the alias's name for the text: '{}'", name),
         "write the text out");
    return Text{name, entry->key_node->where()};
  }
  if (!entry->value->is_null()) return text_at(mapping, key);
  const std::string_view word = behind.substr(0, entry->value->length);
  const bool null = word == "~" || word == "null" || word == "Null" || word == "NULL";
  return null ? std::optional(Text{std::string(word), entry->value->where()}) : std::nullopt;
}

Rule decode_rule(const Node& node, std::string_view what, const RuleFileOptions& options, Diagnostics& diagnostics) {
  Rule rule;
  rule.where = node.where();
  rule.expr.where = node.where();
  const Fields fields = decode_fields(node, kRuleFields, {.ignore_unknown = options.ignore_unknown_fields}, what,
                                      Nulls::absent, diagnostics);
  const bool raw = options.promql.version == promql::Version::v2;
  const auto text = [&](std::string_view key) {
    return raw ? raw_text_at(node, key, diagnostics) : text_at(node, key);
  };
  rule.record = non_empty(text("record"));
  rule.alert = non_empty(text("alert"));
  if (auto expr = text("expr")) rule.expr = *std::move(expr);
  rule.hold = fields.duration("for");
  rule.keep_firing_for = fields.duration("keep_firing_for");
  rule.labels = named_texts(node, "labels");
  rule.annotations = named_texts(node, "annotations");
  return rule;
}

// An item with nothing in it is no item to Prometheus.
bool is_passed_over(const Node& item, std::string_view what, Diagnostics& diagnostics) {
  if (item.is_null()) warn(diagnostics, item.where(), format("a {} with nothing in it is passed over", what));
  return item.is_null();
}

// The whole part of a limit that has one, as Prometheus takes it.
std::optional<std::int64_t> cut_limit(const Node& group, Diagnostics& diagnostics) {
  constexpr double kTooMuch = 9223372036854775808.0;
  const Node* limit = group.find("limit");
  if (limit == nullptr || scalar_integer(*limit)) return std::nullopt;
  const auto number = scalar_number(*limit);
  if (!number || !(*number < kTooMuch)) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(std::max(0.0, *number));
  warn(diagnostics, limit->where(), format("the limit {} is taken for {}", limit->text, whole));
  return whole;
}

// What version 2.42 does not know, with nothing in it either.
void refuse_newer_fields(const Node& group, Diagnostics& diagnostics) {
  for (const std::string_view field : {"query_offset", "labels"}) {
    const Node::Entry* entry = group.entry(field);
    if (entry == nullptr) continue;
    report(diagnostics, entry->key_node->where(), format("Prometheus 2 does not know the field '{}' of a group", field),
           "remove it, or test with --promql-version 3");
  }
}

RuleGroup decode_group(const Node& node, std::size_t number, bool resource, const RuleFileOptions& options,
                       Diagnostics& diagnostics) {
  RuleGroup group;
  group.where = node.where();
  group.name = text_at(node, "name").value_or(Text{{}, node.where()});
  const std::string what =
      group.name.value.empty() ? format("group {}", number) : format("group '{}'", group.name.value);
  const auto limit = cut_limit(node, diagnostics);
  const std::span<const FieldSpec> specs = std::span(kGroupFields).first(kGroupFields.size() - (limit ? 1 : 0));
  std::span<const std::string_view> extra = kRulesKeys;
  if (resource) extra = kResourceRulesKeys;
  if (!limit) extra = extra.first(extra.size() - 1);
  const Fields fields =
      decode_fields(node, specs, {extra, {}, options.ignore_unknown_fields}, what, Nulls::absent, diagnostics);
  if (options.promql.version == promql::Version::v2) refuse_newer_fields(node, diagnostics);
  if (fields.has("interval")) group.interval = fields.duration("interval");
  if (fields.has("query_offset")) group.query_offset = fields.duration("query_offset");
  // Prometheus takes a negative one for none.
  group.limit = limit.value_or(std::max<std::int64_t>(0, limit ? 0 : fields.integer("limit")));
  group.labels = named_texts(node, "labels");
  const Node* rules = node.find("rules");
  if (rules == nullptr || rules->is_null() || !expect_sequence(*rules, format("'rules' of {}", what), diagnostics)) {
    return group;
  }
  for (std::size_t i = 0; i < rules->items.size(); ++i) {
    if (is_passed_over(*rules->items[i], "rule", diagnostics)) continue;
    group.rules.push_back(decode_rule(*rules->items[i], format("rule {} of {}", i + 1, what), options, diagnostics));
  }
  return group;
}

bool is_kind(const Node& root, std::string_view wanted) {
  const Node* kind = root.find("kind");
  return kind != nullptr && kind->text == wanted;
}

bool is_resource(const Node& root) {
  return root.find("apiVersion") != nullptr || is_kind(root, "PrometheusRule");
}

void decode_groups(const Node& root, std::string_view what, bool resource, const RuleFileOptions& options,
                   RuleFile& file, Diagnostics& diagnostics) {
  if (root.is_null()) return;
  decode_fields(root, {}, {kGroupsKey, {}, options.ignore_unknown_fields}, what, Nulls::absent, diagnostics);
  const Node* groups = root.find("groups");
  if (groups == nullptr || groups->is_null() || !expect_sequence(*groups, "'groups'", diagnostics)) return;
  for (std::size_t i = 0; i < groups->items.size(); ++i) {
    const Node& item = *groups->items[i];
    if (is_passed_over(item, "group", diagnostics)) continue;
    if (!item.is_mapping()) {
      expect_mapping(item, format("group {}", i + 1), diagnostics);
      continue;
    }
    file.groups.push_back(decode_group(item, i + 1, resource, options, diagnostics));
  }
}

// A PrometheusRule, or a list of such. The operator makes a rule file of each, so that groups of two may have one name.
void decode_resource(const Node& root, const RuleFileOptions& options, RuleFile& file, Diagnostics& diagnostics,
                     int depth) {
  if (root.is_null()) return;
  if (!expect_mapping(root, "a resource", diagnostics)) return;
  const Node* items = root.find("items");
  if (items != nullptr && !is_kind(root, "PrometheusRule") && depth == 0) {
    if (items->is_null() || !expect_sequence(*items, "'items'", diagnostics)) return;
    for (const Node* item : items->items) decode_resource(*item, options, file, diagnostics, depth + 1);
    return;
  }
  if (!is_kind(root, "PrometheusRule")) {
    const Node* kind = root.find("kind");
    warn(diagnostics, root.where(),
         format("a resource of kind '{}' is not read", kind == nullptr ? std::string() : kind->text),
         "expected a PrometheusRule, or a List of them");
    return;
  }
  ++file.resources;
  RuleFile one;
  one.source = file.source;
  decode_fields(root, {}, {kResourceKeys, {}, options.ignore_unknown_fields}, "the PrometheusRule", Nulls::absent,
                diagnostics);
  if (const Node* spec = root.find("spec")) decode_groups(*spec, "'spec'", true, options, one, diagnostics);
  for (Diagnostic& found : finish(one, options.promql)) diagnostics.push_back(std::move(found));
  for (RuleGroup& group : one.groups) file.groups.push_back(std::move(group));
}

}  // namespace

void refuse_another_kind(const RuleFile& file, const Document& document, Diagnostics& diagnostics) {
  if (!file.of_another_kind() || has_errors(diagnostics)) return;
  report(diagnostics, document.root().where(), "there are no rules in this file",
         "expected `groups:` with a list of groups, or a PrometheusRule");
}

constinit const yaml::FileForm kRuleForm = {"rule file", kFormKeys, "expected `groups:` with a list of groups"};

RuleFile decode_rule_file(const Document& document, const RuleFileOptions& options, Diagnostics& diagnostics) {
  RuleFile file;
  file.source = document.source();
  const Node& root = document.root();
  if (root.is_mapping() && is_resource(root)) {
    file.resource = true;
    for (const auto& each : Document::parse_all(document.source(), diagnostics)) {
      decode_resource(each->root(), options, file, diagnostics, 0);
    }
  } else {
    decode_groups(root, "the rule file", false, options, file, diagnostics);
    for (Diagnostic& found : finish(file, options.promql)) diagnostics.push_back(std::move(found));
  }
  if (file.groups.empty() && !file.of_another_kind() && !has_errors(diagnostics)) {
    warn(diagnostics, root.where(), "the file has no rule groups", "expected `groups:` with a list of groups");
  }
  return file;
}

}  // namespace firedrill::alerting

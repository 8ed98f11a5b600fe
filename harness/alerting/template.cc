#include "alerting/template.h"

#include <algorithm>
#include <utility>

#include "alerting/template/exec.h"
#include "alerting/template/functions.h"
#include "alerting/template/label_uses.h"
#include "alerting/template/parser.h"
#include "base/text/format.h"

namespace firedrill::alerting {
namespace {

// What Prometheus puts before every template of a rule; it counts in the columns of error messages.
constexpr std::string_view kDefinitions =
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";

constexpr std::size_t kMaxTemplateBytes = 256 * 1024;

std::shared_ptr<const StringMap> to_map(const model::Labels& labels) {
  auto map = std::make_shared<StringMap>();
  for (const model::Label& label : labels) map->emplace_hint(map->end(), label.name, label.value);
  return map;
}

template <typename Visitor>
void walk(const Node& node, const Visitor& visit) {
  visit(node);
  for (const auto* nodes : {&node.children, &node.declared}) {
    for (const NodePtr& child : *nodes) walk(*child, visit);
  }
  for (const NodePtr* child : {&node.pipe, &node.list, &node.otherwise}) {
    if (*child) walk(**child, visit);
  }
}

}  // namespace

struct Template::Parsed {
  std::string text;  // as in the rule
  std::string name;
  std::string whole;  // with the definitions
  Trees trees;
  std::string error;  // why it could not be parsed
  bool constant = false;
  bool calls_query = false;
  bool depends_on_value = false;
};

std::expected<Template, std::string> Template::parse(std::string_view alert, std::string_view text,
                                                     promql::Version version) {
  auto parsed = std::make_shared<Parsed>();
  parsed->text = text;
  parsed->constant = text.find("{{") == std::string_view::npos;
  parsed->name = "__alert_" + std::string(alert);
  if (text.size() > kMaxTemplateBytes) {
    return std::unexpected(format("template: {}: larger than {} bytes", parsed->name, kMaxTemplateBytes));
  }
  if (!parsed->constant) {
    parsed->whole = std::string(kDefinitions) + std::string(text);
    auto trees = parse_template(parsed->name, parsed->whole, version);
    if (!trees) return std::unexpected(trees.error());
    parsed->trees = std::move(*trees);
    for (const auto& [name, tree] : parsed->trees) {
      walk(*tree, [&](const Node& node) {
        if (node.position < kDefinitions.size()) return;
        if (node.kind == NodeKind::identifier) {
          parsed->calls_query = parsed->calls_query || node.value == "query";
          parsed->depends_on_value = parsed->depends_on_value || node.value == "query" || node.value == "now";
        }
        const bool labels_only = (node.kind == NodeKind::variable || node.kind == NodeKind::field) &&
                                 (node.names[0] == "$labels" || node.names[0] == "Labels" ||
                                  node.names[0].starts_with("$external") || node.names[0].starts_with("External"));
        const bool reads =
            node.kind == NodeKind::variable || node.kind == NodeKind::field || node.kind == NodeKind::dot;
        parsed->depends_on_value = parsed->depends_on_value || (reads && !labels_only);
      });
    }
  }
  Template result;
  result.parsed_ = std::move(parsed);
  return result;
}

Template Template::broken(std::string_view alert, std::string_view text, std::string error) {
  auto parsed = std::make_shared<Parsed>();
  parsed->text = text;
  parsed->name = "__alert_" + std::string(alert);
  parsed->error = std::move(error);
  Template result;
  result.parsed_ = std::move(parsed);
  return result;
}

std::expected<std::string, std::string> Template::try_render(const TemplateData& data, const TemplateWorld& world,
                                                             Time t) const {
  if (parsed_->constant) return parsed_->text;
  if (!parsed_->error.empty()) {
    return std::unexpected(format("error parsing template {}: {}", parsed_->name, parsed_->error));
  }
  const Value root = make_root({to_map(data.labels), to_map(world.external_labels), world.external_url, data.value});
  auto result = execute_template(parsed_->name, parsed_->whole, parsed_->trees, root, {world, t});
  if (!result) return std::unexpected(format("error executing template {}: {}", parsed_->name, result.error()));
  return result;
}

std::string Template::render(const TemplateData& data, const TemplateWorld& world, Time t) const {
  auto result = try_render(data, world, t);
  return result ? std::move(*result) : "<error expanding template: " + result.error() + ">";
}

bool Template::constant() const {
  return parsed_->constant;
}
bool Template::calls_query() const {
  return parsed_->calls_query;
}
bool Template::depends_on_value() const {
  return parsed_->depends_on_value;
}
const std::string& Template::text() const {
  return parsed_->text;
}

std::vector<LabelUse> Template::labels_used() const {
  return label_uses(parsed_->trees, parsed_->name, kDefinitions.size());
}

}  // namespace firedrill::alerting

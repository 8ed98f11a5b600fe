#include "alerting/annotations/rule_template.h"

#include <memory>
#include <utility>

#include "alerting/annotations/label_uses.h"
#include "alerting/annotations/prometheus_functions.h"
#include "alerting/annotations/rule_values.h"
#include "base/text/format.h"
#include "template/template_set.h"

namespace firedrill::alerting {
namespace {

// What Prometheus puts before every template of a rule; it counts in the columns of error messages.
constexpr std::string_view kDefinitions =
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";

constexpr std::size_t kMaxTemplateBytes = 256 * 1024;

using templates::Node;
using templates::NodeKind;
using templates::NodePtr;

templates::Language language(promql::Version version) {
  const bool old = version == promql::Version::v2;
  return {old ? templates::GoVersion::go1_19 : templates::GoVersion::go1_24, prometheus_functions(version)};
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
  templates::TemplateSet set;  // its text with the definitions, under its name
  std::string error;           // why it could not be parsed
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
    parsed->set = templates::TemplateSet(language(version));
    const auto added = parsed->set.add(parsed->name, std::string(kDefinitions) + std::string(text));
    if (!added) return std::unexpected(added.error());
    for (const auto& [name, definition] : parsed->set.definitions()) {
      walk(*definition->tree, [&](const Node& node) {
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
  const auto root = std::make_shared<const RuleRoot>(to_map(data.labels), to_map(world.external_labels),
                                                     world.external_url, data.value);
  const RuleHost host{world, t};
  auto result = parsed_->set.execute(parsed_->name, templates::make_object(root, kRuleRootType), {&host, world.budget});
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
  return label_uses(parsed_->set.definitions(), parsed_->name, kDefinitions.size());
}

}  // namespace firedrill::alerting

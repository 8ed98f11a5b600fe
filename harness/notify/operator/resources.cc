#include "notify/operator/resources.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/parts_yaml.h"
#include "notify/operator/block_reader.h"
#include "notify/operator/maker.h"
#include "notify/operator/resource_form.h"
#include "yaml/decode.h"
#include "yaml/secrets.h"

namespace firedrill::notify {
namespace {

using yaml::Document;
using yaml::Node;

constexpr std::string_view kGroup = "monitoring.coreos.com/";
constexpr std::string_view kResource = "AlertmanagerConfig";
constexpr std::string_view kNamespace = "namespace";
constexpr std::string_view kNobody = "null";

constexpr std::string_view kResourceKeys[] = {"apiVersion", "kind", "metadata", "spec", "status", yaml::kSchemaKey};
constexpr std::string_view kSpecKeys[] = {"route", "receivers", "inhibitRules", "muteTimeIntervals"};
constexpr std::string_view kNewSpecKeys[] = {"route", "receivers", "inhibitRules", "timeIntervals"};
constexpr std::string_view kRouteKeys[] = {
    "receiver", "groupBy", "groupWait",         "groupInterval",       "repeatInterval",
    "matchers", "routes",  "muteTimeIntervals", "activeTimeIntervals", "continue"};
constexpr std::string_view kMatcherKeys[] = {"name", "value", "matchType", "regex"};
constexpr std::string_view kRuleKeys[] = {"sourceMatch", "targetMatch", "equal"};
constexpr std::string_view kIntervalKeys[] = {"name", "timeIntervals"};
constexpr std::string_view kTimeKeys[] = {"times", "weekdays", "daysOfMonth", "months", "years", "location"};
constexpr std::string_view kOperators[] = {"=", "!=", "=~", "!~"};

std::string_view text_at(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

bool is_kind(const Node& root, std::string_view kind) {
  return text_at(root, "kind") == kind;
}

// Which alerts the routes and inhibitions of a resource are for (Alertmanager.spec.alertmanagerConfigMatcherStrategy).
struct Strategy {
  enum class Of { its_namespace, all, others_namespace };
  Of of = Of::its_namespace;
  std::string alertmanager;  // the namespace of the Alertmanager
};

// The text of a matcher's value between its quotes.
std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    text += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return text + '"';
}

// One resource, added to the configuration.
class ResourceReader {
 public:
  struct Parts {
    Node& routes;
    Node& receivers;
    Node& inhibit_rules;
    Node& intervals;
  };

  ResourceReader(const Node& root, const Strategy& strategy, Maker& maker, std::vector<Secret>& spilled,
                 Diagnostics& diagnostics)
      : root_(root), maker_(maker), blocks_(maker, spilled, diagnostics), diagnostics_(diagnostics) {
    const Node* metadata = root.find("metadata");
    if (metadata != nullptr) {
      name_ = text_at(*metadata, "name");
      namespace_ = text_at(*metadata, kNamespace);
      if (const Node* node = metadata->find(kNamespace)) namespace_at_ = node;
    }
    enforced_ = strategy.of == Strategy::Of::its_namespace ||
                (strategy.of == Strategy::Of::others_namespace && namespace_ != strategy.alertmanager);
  }

  // The operator takes resources in this order.
  std::string identifier() const { return format("{}/{}", namespace_, name_); }

  void check() {
    refuse_unknown(root_, kResourceKeys, "the AlertmanagerConfig", diagnostics_);
    const Node* metadata = root_.find("metadata");
    const Position& where = metadata == nullptr ? root_.where() : metadata->where();
    if (name_.empty()) report(diagnostics_, where, "the resource has no name", "add `metadata: {name: …}`");
    if (namespace_.empty()) {
      namespace_ = "default";
      warn(diagnostics_, where, "the resource names no namespace, and is taken to stand in 'default'",
           "add `namespace: …` to its metadata: its routes take the alerts of that namespace alone");
    }
  }

  void refuse_twice() {
    const Node* metadata = root_.find("metadata");
    report(diagnostics_, (metadata == nullptr ? root_ : *metadata).where(),
           format("there are two AlertmanagerConfigs '{}'", identifier()),
           "in a cluster the later one takes the earlier one's place; keep one, or name them apart");
  }

  void add_to(const Parts& parts) {
    const Node* spec = root_.find("spec");
    if (spec == nullptr || spec->is_null()) {
      report(diagnostics_, root_.where(), "the resource has no 'spec'", "add `spec: {route: …, receivers: […]}`");
      return;
    }
    const bool is_new = text_at(root_, "apiVersion").ends_with("v1beta1");
    if (!yaml::expect_mapping(*spec, "'spec'", diagnostics_)) return;
    if (is_new) {
      refuse_unknown(*spec, kNewSpecKeys, "'spec'", diagnostics_);
    } else {
      refuse_unknown(*spec, kSpecKeys, "'spec'", diagnostics_);
    }
    each(*spec, "inhibitRules", [&](const Node& rule) { parts.inhibit_rules.items.push_back(&inhibit_rule(rule)); });
    const Node* top = spec->find("route");
    if (top == nullptr || top->is_null()) return;  // then nobody is told by the rest of it
    parts.routes.items.push_back(&top_route(*top));
    each(*spec, "receivers", [&](const Node& one) { parts.receivers.items.push_back(&receiver(one)); });
    each(*spec, is_new ? "timeIntervals" : "muteTimeIntervals",
         [&](const Node& one) { parts.intervals.items.push_back(&interval(one)); });
  }

 private:
  void each(const Node& mapping, std::string_view key, const auto& visit) {
    const Node* list = mapping.find(key);
    if (list == nullptr || list->is_null() || !yaml::expect_sequence(*list, format("'{}'", key), diagnostics_)) return;
    for (const Node* item : list->items) {
      if (yaml::expect_mapping(*item, format("an entry of '{}'", key), diagnostics_)) visit(*item);
    }
  }

  const Node& named(const Node& node, std::string_view what) {
    const std::string name = blocks_.text_of(node, what);
    return name.empty() ? node : maker_.text(format("{}/{}", identifier(), name), node);
  }

  // Under its new name, as it is.
  void take(const Node& from, std::string_view key, Node& into) {
    const Node::Entry* entry = from.entry(key);
    if (entry != nullptr && !entry->value->is_null()) {
      maker_.put(into, snake_case(key), *entry->key_node, *entry->value);
    }
  }

  void take_names(const Node& from, std::string_view key, Node& into) {
    const Node::Entry* entry = from.entry(key);
    if (entry == nullptr || entry->value->is_null()) return;
    Node& names = maker_.sequence(*entry->value);
    if (!yaml::expect_sequence(*entry->value, format("'{}'", key), diagnostics_)) return;
    for (const Node* item : entry->value->items) names.items.push_back(&named(*item, key));
    maker_.put(into, snake_case(key), *entry->key_node, names);
  }

  const Node& matcher(const Node& node) {
    refuse_unknown(node, kMatcherKeys, "a matcher", diagnostics_);
    const Node* name = node.find("name");
    const Node* value = node.find("value");
    const Node* type = node.find("matchType");
    if (name == nullptr || name->text.empty()) {
      report(diagnostics_, node.where(), "a matcher has no 'name'", "add the name of the label");
      return maker_.text(format("{}=\"\"", kNamespace), node);
    }
    const std::string label = blocks_.text_of(*name, "name");
    const std::string text = value == nullptr ? std::string() : blocks_.text_of(*value, "value");
    std::string_view op = text_at(node, "regex") == "true" ? "=~" : "=";
    if (type != nullptr && !type->text.empty()) {
      op = type->text;
      if (std::ranges::find(kOperators, op) == std::end(kOperators)) {
        report(diagnostics_, type->where(), format("'{}' is no matchType", op), "expected =, !=, =~ or !~");
        op = "=";
      }
    }
    return maker_.text(format("{}{}{}", label, op, quoted(text)), value == nullptr ? node : *value);
  }

  Node& matchers(const Node& mapping, std::string_view key) {
    const Node* list = mapping.find(key);
    Node& all = maker_.sequence(list == nullptr ? mapping : *list);
    each(mapping, key, [&](const Node& item) { all.items.push_back(&matcher(item)); });
    return all;
  }

  void keep_to_namespace(Node& matchers) {
    if (!enforced_) return;
    const std::string text = format("{}={}", kNamespace, quoted(namespace_));
    const auto is_it = [&](const Node* item) { return item->text == text; };
    if (std::ranges::none_of(matchers.items, is_it)) matchers.items.push_back(&maker_.text(text, *namespace_at_));
  }

  Node& route(const Node& node) {
    refuse_unknown(node, kRouteKeys, "a route", diagnostics_);
    Node& into = maker_.mapping(node);
    if (const Node::Entry* receiver = node.entry("receiver")) {
      maker_.put(into, "receiver", *receiver->key_node, named(*receiver->value, "receiver"));
    }
    for (const std::string_view key : {"groupBy", "groupWait", "groupInterval", "repeatInterval"}) {
      take(node, key, into);
    }
    take_names(node, "muteTimeIntervals", into);
    take_names(node, "activeTimeIntervals", into);
    return into;
  }

  Node& child_route(const Node& node) {
    Node& into = route(node);
    take(node, "continue", into);
    maker_.put(into, "matchers", node, matchers(node, "matchers"));
    add_children(node, into);
    return into;
  }

  void add_children(const Node& node, Node& into) {
    if (node.find("routes") == nullptr) return;
    Node& children = maker_.sequence(*node.find("routes"));
    each(node, "routes", [&](const Node& child) { children.items.push_back(&child_route(child)); });
    maker_.put(into, "routes", node, children);
  }

  Node& top_route(const Node& node) {
    if (!yaml::expect_mapping(node, "'route'", diagnostics_)) return maker_.mapping(node);
    if (text_at(node, "receiver").empty()) {
      report(diagnostics_, node.where(), "the route has no receiver", "add `receiver: …`, one of `receivers`");
    }
    Node& into = route(node);
    Node& own = matchers(node, "matchers");
    keep_to_namespace(own);
    maker_.put(into, "matchers", node, own);
    maker_.put(into, "continue", node, maker_.truth(true, node));  // whatever the resource says
    add_children(node, into);
    return into;
  }

  Node& receiver(const Node& node) {
    constexpr std::array<std::string_view, 3> kElsewhere{"name", "jiraConfigs", "incidentioConfigs"};
    Node& into = blocks_.block(node, kReceiverResource, kElsewhere);
    for (const std::string_view key : {kElsewhere[1], kElsewhere[2]}) {
      const Node::Entry* entry = node.entry(key);
      if (entry == nullptr || entry->value->is_null()) continue;
      report(diagnostics_, entry->key_node->where(), format("'{}' of a resource is not read", key),
             "take it out to see what becomes of the rest; an alertmanager.yml may have such receivers");
    }
    if (const Node::Entry* name = node.entry("name")) {
      maker_.put(into, "name", *name->key_node, named(*name->value, "name"));
    }
    return into;
  }

  Node& inhibit_rule(const Node& node) {
    refuse_unknown(node, kRuleKeys, "an entry of inhibitRules", diagnostics_);
    Node& into = maker_.mapping(node);
    Node& source = matchers(node, "sourceMatch");
    Node& target = matchers(node, "targetMatch");
    keep_to_namespace(source);
    keep_to_namespace(target);
    maker_.put(into, "source_matchers", node, source);
    maker_.put(into, "target_matchers", node, target);
    take(node, "equal", into);
    return into;
  }

  Node& interval(const Node& node) {
    refuse_unknown(node, kIntervalKeys, "a time interval", diagnostics_);
    Node& into = maker_.mapping(node);
    if (const Node::Entry* name = node.entry("name")) {
      maker_.put(into, "name", *name->key_node, named(*name->value, "name"));
    }
    Node& times = maker_.sequence(node);
    each(node, "timeIntervals", [&](const Node& one) { times.items.push_back(&time_ranges(one)); });
    maker_.put(into, "time_intervals", node, times);
    return into;
  }

  Node& time_ranges(const Node& node) {
    refuse_unknown(node, kTimeKeys, "an entry of timeIntervals", diagnostics_);
    Node& into = maker_.mapping(node);
    for (const std::string_view key : {"weekdays", "months", "years", "location"}) take(node, key, into);
    if (node.find("times") != nullptr) {
      Node& times = maker_.sequence(*node.find("times"));
      each(node, "times", [&](const Node& one) {
        Node& range = maker_.mapping(one);
        take(one, "startTime", range);
        take(one, "endTime", range);
        times.items.push_back(&range);
      });
      maker_.put(into, "times", node, times);
    }
    if (node.find("daysOfMonth") != nullptr) {
      Node& days = maker_.sequence(*node.find("daysOfMonth"));
      each(node, "daysOfMonth", [&](const Node& one) {
        days.items.push_back(&maker_.text(format("{}:{}", text_at(one, "start"), text_at(one, "end")), one));
      });
      maker_.put(into, "days_of_month", node, days);
    }
    return into;
  }

  const Node& root_;
  Maker& maker_;
  BlockReader blocks_;
  Diagnostics& diagnostics_;
  std::string name_;
  std::string namespace_;
  const Node* namespace_at_ = &root_;
  bool enforced_ = true;
};

// Of what a document may begin with.
bool is_one_of_them(const Node& root) {
  if (is_kind(root, kResource)) return true;
  if (is_kind(root, "Alertmanager") && text_at(root, "apiVersion").starts_with(kGroup)) return true;
  const Node* items = root.find("items");
  return items != nullptr && root.find("apiVersion") != nullptr &&
         std::ranges::any_of(items->items, [](const Node* item) { return is_kind(*item, kResource); });
}

// All resources of a file.
class Reader {
 public:
  Reader(const SourcePtr& source, Diagnostics& diagnostics)
      : diagnostics_(diagnostics), made_{.resources = Document::parse_all(source, diagnostics), .document = nullptr} {
    made_.document = std::make_unique<Document>(source);
  }

  std::optional<ResourceConfiguration> read() {
    for (const auto& document : made_.resources) sort_out(document->root(), 0);
    if (has_errors(diagnostics_)) return std::nullopt;
    assemble();
    yaml::conceal(spilled_, diagnostics_);
    if (has_errors(diagnostics_)) return std::nullopt;
    return std::move(made_);
  }

 private:
  void sort_out(const Node& root, int depth) {
    if (root.is_null() || !yaml::expect_mapping(root, "a resource", diagnostics_)) return;
    const Node* items = root.find("items");
    if (items != nullptr && !is_kind(root, kResource) && depth == 0) {
      for (const Node* item : items->items) sort_out(*item, depth + 1);
    } else if (is_kind(root, "Alertmanager")) {
      read_strategy(root);
    } else if (is_kind(root, kResource)) {
      check_version(root);
      found_.push_back(&root);
    } else {
      warn(diagnostics_, root.where(), format("a resource of kind '{}' is not read", text_at(root, "kind")),
           "expected AlertmanagerConfigs, or a List of them");
    }
  }

  void check_version(const Node& root) {
    const Node* version = root.find("apiVersion");
    const std::string_view text = text_at(root, "apiVersion");
    if (text.starts_with(kGroup) && (text.ends_with("/v1alpha1") || text.ends_with("/v1beta1"))) return;
    report(diagnostics_, version == nullptr ? root.where() : version->where(),
           format("an AlertmanagerConfig cannot be of '{}'", text),
           "expected apiVersion: monitoring.coreos.com/v1alpha1 or monitoring.coreos.com/v1beta1");
  }

  // Of the rest of an Alertmanager nothing decides who is told, but for its global configuration.
  void read_strategy(const Node& root) {
    const Node* metadata = root.find("metadata");
    if (metadata != nullptr) strategy_.alertmanager = text_at(*metadata, kNamespace);
    const Node* spec = root.find("spec");
    if (spec == nullptr) return;
    if (const Node::Entry* global = spec->entry("alertmanagerConfiguration")) {
      report(diagnostics_, global->key_node->where(), "a global configuration from a resource is not read",
             "take it out to see what the other resources do below the operator's own root");
    }
    const Node* strategy = spec->find("alertmanagerConfigMatcherStrategy");
    const Node* type = strategy == nullptr ? nullptr : strategy->find("type");
    if (type == nullptr || type->text == "OnNamespace") return;
    if (type->text == "None") {
      strategy_.of = Strategy::Of::all;
    } else if (type->text == "OnNamespaceExceptForAlertmanagerNamespace") {
      strategy_.of = Strategy::Of::others_namespace;
    } else {
      report(diagnostics_, type->where(), format("'{}' is no matcher strategy", type->text),
             "expected OnNamespace, OnNamespaceExceptForAlertmanagerNamespace or None");
    }
  }

  void assemble() {
    Document& arena = *made_.document;
    Maker maker(arena);
    const Node& at = made_.resources.front()->root();
    std::vector<std::unique_ptr<ResourceReader>> readers;
    for (const Node* root : found_) {
      readers.push_back(std::make_unique<ResourceReader>(*root, strategy_, maker, spilled_, diagnostics_));
      readers.back()->check();
    }
    std::ranges::stable_sort(readers, {}, [](const auto& reader) { return reader->identifier(); });
    for (std::size_t i = 1; i < readers.size(); ++i) {
      if (readers[i]->identifier() == readers[i - 1]->identifier()) readers[i]->refuse_twice();
    }
    const ResourceReader::Parts parts{maker.sequence(at), maker.sequence(at), maker.sequence(at), maker.sequence(at)};
    for (const auto& reader : readers) reader->add_to(parts);

    Node& nobody = maker.mapping(at);
    maker.put(nobody, "name", at, maker.text(std::string(kNobody), at));
    parts.receivers.items.push_back(&nobody);
    Node& route = maker.mapping(at);
    maker.put(route, "receiver", at, maker.text(std::string(kNobody), at));
    maker.put(route, "routes", at, parts.routes);
    Node& root = maker.mapping(at);
    maker.put(root, "route", at, route);
    maker.put(root, "receivers", at, parts.receivers);
    maker.put(root, "inhibit_rules", at, parts.inhibit_rules);
    maker.put(root, "mute_time_intervals", at, parts.intervals);
    arena.set_root(root);
  }

  Diagnostics& diagnostics_;
  ResourceConfiguration made_;
  Strategy strategy_;
  std::vector<const Node*> found_;
  std::vector<Secret> spilled_;
};

}  // namespace

bool holds_resources(const Node& root) {
  if (is_one_of_them(root)) return true;
  // One of another kind may stand in front: a Secret, a Namespace. Rules are read as such.
  const bool is_other = root.find("apiVersion") != nullptr && root.find("kind") != nullptr &&
                        !is_kind(root, "PrometheusRule") && root.find("items") == nullptr;
  const SourcePtr source = is_other && root.document != nullptr ? root.document->source() : nullptr;
  if (source == nullptr || !source->text.contains(kResource)) return false;
  Diagnostics ignored;  // whoever reads them tells
  const auto documents = Document::parse_all(source, ignored);
  return std::ranges::any_of(documents, [](const auto& document) { return is_one_of_them(document->root()); });
}

std::optional<ResourceConfiguration> configuration_of_resources(const SourcePtr& source, Diagnostics& diagnostics) {
  Diagnostics found;
  auto made = Reader(source, found).read();
  diagnostics.insert(diagnostics.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  return made;
}

}  // namespace firedrill::notify

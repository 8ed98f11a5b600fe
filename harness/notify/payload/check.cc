#include "notify/payload/check.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/report.h"
#include "base/text/format.h"
#include "template/html/check.h"

namespace firedrill::notify {
namespace {

using templates::Definitions;
using templates::Node;
using templates::NodeKind;
using templates::TemplateSet;

// What is rendered as HTML; with `where` only if that setting is so.
struct HtmlField {
  std::string_view kind;
  std::string_view field;
  std::string_view where{};
  std::string_view is{};
};
constexpr HtmlField kHtmlFields[] = {
    {"email", "html"}, {"telegram", "message", "parse_mode", "HTML"}, {"pushover", "message", "html", "true"}};

// Calls visit(call, whether it is executed whatever the data) for each {{ template }} below a node.
template <typename Visitor>
void each_call(const Node& node, bool always, const Visitor& visit) {
  if (node.kind == NodeKind::template_) visit(node, always);
  const bool branches = node.kind == NodeKind::if_ || node.kind == NodeKind::with || node.kind == NodeKind::range;
  for (const auto& child : node.children) each_call(*child, always, visit);
  if (node.list) each_call(*node.list, always && !branches, visit);
  if (node.otherwise) each_call(*node.otherwise, false, visit);
}

// Whether a template comes back to itself by calls that always happen; gives the way.
class Cycles {
 public:
  explicit Cycles(const Definitions& definitions) : definitions_(definitions) {}

  std::vector<std::string> from(const std::string& name) {
    way_.clear();
    return visit(name) ? way_ : std::vector<std::string>{};
  }

 private:
  bool visit(const std::string& name) {
    if (std::ranges::find(way_, name) != way_.end()) {
      way_.push_back(name);
      return true;
    }
    const auto found = definitions_.find(name);
    if (harmless_.contains(name) || found == definitions_.end()) return false;
    way_.push_back(name);
    bool cyclic = false;
    each_call(*found->second->tree, true, [&](const Node& call, bool always) {
      if (!cyclic && always) cyclic = visit(call.value);
    });
    if (cyclic) return true;
    way_.pop_back();
    harmless_.insert(name);
    return false;
  }

  const Definitions& definitions_;
  std::set<std::string> harmless_;
  std::vector<std::string> way_;
};

class Check {
 public:
  Check(const PayloadTemplates& templates, Diagnostics& diagnostics)
      : templates_(templates), diagnostics_(diagnostics) {}

  // What the files define, apart from what calls it.
  void definitions() {
    Cycles cycles(templates_.set().definitions());
    for (const auto& [name, definition] : templates_.set().definitions()) {
      tell_cycle(cycles.from(name), place_in(*definition, *definition->tree));
      each_call(*definition->tree, true, [&](const Node& call, bool) {
        if (!templates_.set().defines(call.value)) tell_undefined(call, place_in(*definition, call));
      });
    }
  }

  void integration(const Integration& integration) {
    fields(integration.settings);
    for (const HtmlField& each : kHtmlFields) {
      const Value* value = integration.kind == each.kind ? integration.settings.find(each.field) : nullptr;
      if (value != nullptr && (each.where.empty() || integration.settings.text_of(each.where) == each.is)) html(*value);
    }
  }

 private:
  void fields(const Value& value) {
    if (value.kind == Value::Kind::text && value.templated && value.text.contains("{{")) field(value);
    for (const Value& item : value.items) fields(item);
    for (const auto& [name, entry] : value.entries) fields(entry);
  }

  // What Go refuses of HTML before it renders any of it. What does not parse is told already.
  void html(const Value& value) {
    TemplateSet set = templates_.set();
    if (!set.add("", value.text)) return;
    const auto go = templates_.version() < Version::v0_33 ? templates::GoVersion::go1_19 : templates::GoVersion::go1_24;
    const auto fault = templates::html::fault_of(set.definitions(), "", go);
    if (!fault) return;
    const Position place = templates_.place_of(*fault);
    report(diagnostics_, place.source == nullptr ? value.where : place, *fault,
           fault->ends_with("is not rendered here")
               ? "write the value where a text, a title, an attribute, an address or a style's value stands"
               : "Alertmanager finds out when it sends, and sends nothing: end all branches at the same place of the "
                 "HTML");
  }

  void field(const Value& value) {
    TemplateSet set = templates_.set();
    if (const auto added = set.add("", value.text); !added) {
      const bool is_secret = value.secret;  // then Go's words may hold parts of it
      const bool is_ours = added.error().contains("is not evaluated here");
      report(diagnostics_, value.where, is_secret ? "the template of a secret cannot be parsed" : added.error(),
             is_ours ? "Alertmanager would print it: write what it prints, such as (0+1i)"
                     : "Alertmanager finds out when it sends: who should be told is told nothing, or gets a message "
                       "without this text");
      return;
    }
    const auto own = set.definitions().find("");
    if (own == set.definitions().end()) return;
    tell_cycle(Cycles(set.definitions()).from(""), value.where, value.secret);
    // Of what the text defines itself, too.
    each_call(*own->second->tree, true, [&](const Node& call, bool) {
      if (!set.defines(call.value)) tell_undefined(call, value.where, value.secret);
    });
  }

  Position place_in(const templates::Definition& definition, const Node& node) const {
    const std::string& text = definition.source->text;
    const std::string_view before = std::string_view(text).substr(0, node.position);
    const auto line = 1 + std::ranges::count(before, '\n');
    return templates_.place_of(format("template: {}:{}:0: ", definition.source->name, line));
  }

  // Of the templates that a secret calls not even the names are said.
  void tell_cycle(const std::vector<std::string>& way, const Position& where, bool is_secret = false) {
    const bool is_known = std::ranges::any_of(way, [&](const std::string& name) { return told_.contains(name); });
    told_.insert(way.begin(), way.end());
    if (way.empty() || is_known) return;
    std::string path;
    for (const std::string& name : way) path += format("{}'{}'", path.empty() ? "" : ", ", name);
    report(diagnostics_, where,
           is_secret ? "the template of a secret calls templates that call each other without end"
                     : format("templates call each other without end: {}", path),
           "let one of the calls depend on the data, or remove it");
  }

  void tell_undefined(const Node& call, const Position& where, bool is_secret = false) {
    warn(diagnostics_, where,
         is_secret ? "the template of a secret calls one that there is not"
                   : format("there is no template '{}'", call.value),
         "where it is called, Alertmanager sends nothing; define it in a file that `templates:` names");
  }

  const PayloadTemplates& templates_;
  Diagnostics& diagnostics_;
  std::set<std::string> told_;
};

}  // namespace

PayloadTemplates checked_templates(const Configuration& configuration, std::span<const SourcePtr> files,
                                   Diagnostics& diagnostics) {
  PayloadTemplates templates = PayloadTemplates::parse(configuration.version, files, diagnostics);
  Check check(templates, diagnostics);
  check.definitions();
  for (const Receiver& receiver : configuration.receivers) {
    for (const Integration& integration : receiver.integrations) check.integration(integration);
  }
  return templates;
}

}  // namespace firedrill::notify

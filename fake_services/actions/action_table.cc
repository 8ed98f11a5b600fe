#include "fake_services/actions/action_table.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

#include "base/diagnostic.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/telemetry/cluster_targets.h"

// Every kind of action, a row each, in the order in which lists and documentation have them. A row names the function
// that actions/kinds/<kind>.cc defines, which no header declares.
#define FIREDRILL_ACTION_KINDS(KIND) \
  KIND(rollback)                     \
  KIND(restart)                      \
  KIND(scale)                        \
  KIND(failover)                     \
  KIND(drain)                        \
  KIND(shed_load)                    \
  KIND(disable_feature)              \
  KIND(warm_cache)                   \
  KIND(renew_certificate)            \
  KIND(free_disk)                    \
  KIND(fix_config)                   \
  KIND(kill_query)                   \
  KIND(rate_limit)                   \
  KIND(silence)                      \
  KIND(declare)

namespace firedrill::fake_services {

namespace actions {
#define FIREDRILL_DECLARE(kind) ActionSpec kind();
FIREDRILL_ACTION_KINDS(FIREDRILL_DECLARE)
#undef FIREDRILL_DECLARE
}  // namespace actions

namespace {

std::string bound_text(double bound, FieldType type) {
  if (type == FieldType::duration) return format_duration(from_seconds(bound));
  if (type == FieldType::ratio) return format_number(bound * 100) + "%";
  return format_number(bound);
}

std::string expected_form(const FieldSpec& spec) {
  const bool bounded =
      spec.min > -std::numeric_limits<double>::infinity() && spec.max < std::numeric_limits<double>::infinity();
  if (bounded) return format("expected {} to {}", bound_text(spec.min, spec.type), bound_text(spec.max, spec.type));
  switch (spec.type) {
    case FieldType::duration:
      return "expected a duration such as 30s, 5m or 1h30m";
    case FieldType::ratio:
      return "expected a share such as 50%";
    case FieldType::integer:
      return "expected a whole number";
    case FieldType::number:
      return "expected a number";
    case FieldType::boolean:
      return "expected true or false";
    default:
      return "expected a text";
  }
}

std::optional<double> ratio_of(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  const auto number = parse_float(text);
  return number && percent ? *number / 100 : number;
}

// Nothing if it is not of the field's type; its bounds are not looked at.
std::optional<FieldValue> value_of(const FieldSpec& spec, const std::string& text) {
  switch (spec.type) {
    case FieldType::integer:
      if (const auto value = parse_int(text)) return *value;
      return std::nullopt;
    case FieldType::number:
      if (const auto value = parse_float(text)) return *value;
      return std::nullopt;
    case FieldType::ratio:
      if (const auto value = ratio_of(text)) return *value;
      return std::nullopt;
    case FieldType::duration:
      if (const auto value = parse_duration(text)) return *value;
      return std::nullopt;
    case FieldType::boolean:
      if (text != "true" && text != "false") return std::nullopt;
      return FieldValue(text == "true");
    default:
      if (text.empty()) return std::nullopt;
      return text;
  }
}

// As the bounds of fields count it.
std::optional<double> amount_of(const FieldValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* duration = std::get_if<Duration>(&value)) return to_seconds(*duration);
  return std::nullopt;
}

class ArgumentReader {
 public:
  explicit ArgumentReader(const ActionSpec& action) : action_(action) {}

  void take(const std::string& name, const std::string& text) {
    const auto spec = std::ranges::find(action_.fields, name, &FieldSpec::name);
    if (spec == action_.fields.end()) return unknown(name);
    if (!given_.insert(name).second) return wrong(name, format("'{}' is given twice", name), "give it once");
    const auto value = value_of(*spec, text);
    if (!value) return wrong(name, format("'{}' cannot be '{}'", name, text), expected_form(*spec));
    const auto amount = amount_of(*value);
    // Nothing compares with NaN.
    if (amount && !(*amount >= spec->min && *amount <= spec->max)) {
      return wrong(name, format("'{}' cannot be {}", name, text), expected_form(*spec));
    }
    fields_.set(name, *value, {});
  }

  std::expected<Fields, std::vector<ArgumentProblem>> finish() {
    for (const FieldSpec& spec : action_.fields) {
      if (!spec.required || given_.contains(spec.name)) continue;
      problems_.push_back({"", format("the action {} lacks '{}', {}", action_.name, spec.name, spec.doc),
                           format("add {}=…; {}", spec.name, expected_form(spec))});
    }
    if (problems_.empty() && action_.check != nullptr) {
      if (auto problem = action_.check(fields_)) {
        problems_.push_back({std::string(problem->field), std::move(problem->what), std::move(problem->remedy)});
      }
    }
    if (!problems_.empty()) return std::unexpected(std::move(problems_));
    return std::move(fields_);
  }

 private:
  void wrong(const std::string& name, std::string what, std::string remedy) {
    problems_.push_back({name, std::move(what), std::move(remedy)});
  }
  void unknown(const std::string& name) {
    std::vector<std::string> known;
    for (const FieldSpec& spec : action_.fields) known.emplace_back(spec.name);
    wrong(name, format("the action {} takes no '{}'", action_.name, name),
          known.empty() ? "it takes nothing beside its target" : suggest(name, known));
  }

  const ActionSpec& action_;
  Fields fields_;
  std::set<std::string, std::less<>> given_;
  std::vector<ArgumentProblem> problems_;
};

// As the field would be written.
std::string text_of(const FieldSpec& spec, const FieldValue& value) {
  const double* ratio = spec.type == FieldType::ratio ? std::get_if<double>(&value) : nullptr;
  return ratio != nullptr ? format_number(*ratio * 100) + "%" : to_text(value);
}

std::vector<std::string> service_names(const Topology& topology) {
  std::vector<std::string> names;
  for (const ServiceSpec& service : topology.services) names.push_back(service.name);
  return names;
}

}  // namespace

std::string_view to_string(ActionTarget target) {
  switch (target) {
    case ActionTarget::service:
      return "service";
    case ActionTarget::node:
      return "node";
    case ActionTarget::alert:
      return "alert";
    case ActionTarget::severity:
      return "severity";
  }
  std::unreachable();
}

std::span<const ActionSpec> action_table() {
#define FIREDRILL_ROW(kind) actions::kind(),
  static const std::array kTable = {FIREDRILL_ACTION_KINDS(FIREDRILL_ROW)};
#undef FIREDRILL_ROW
  return kTable;
}

const ActionSpec* find_action(std::string_view name) {
  const auto table = action_table();
  const auto it = std::ranges::find(table, name, &ActionSpec::name);
  return it == table.end() ? nullptr : &*it;
}

const ActionSpec* find_action(events::ActionKind kind) {
  const auto table = action_table();
  const auto it = std::ranges::find(table, kind, &ActionSpec::kind);
  return it == table.end() ? nullptr : &*it;
}

bool cures(const ActionSpec& action, const FaultSpec& fault) {
  if (!fault.cured_by.empty()) return std::ranges::find(fault.cured_by, action.name) != fault.cured_by.end();
  return std::ranges::find(action.cures, fault.kind->name) != action.cures.end();
}

std::expected<Fields, std::vector<ArgumentProblem>> read_arguments(const ActionSpec& action,
                                                                   const events::Arguments& arguments) {
  ArgumentReader reader(action);
  for (const auto& [name, text] : arguments) reader.take(name, text);
  return reader.finish();
}

events::Action make_action(const ActionSpec& action, std::string subject, const Fields& arguments) {
  events::Action made{.t = {}, .kind = action.kind, .subject = std::move(subject)};
  for (const FieldSpec& spec : action.fields) {
    const FieldValue* value = arguments.find(spec.name);
    if (value == nullptr) continue;
    if (action.kind == events::ActionKind::scale && spec.name == "replicas") {
      made.replicas = std::get<std::int64_t>(*value);
      continue;
    }
    // Of the revision before it is not said that it is "0": that none was named is what it means.
    const auto* number = std::get_if<std::int64_t>(value);
    if (action.kind == events::ActionKind::rollback && number != nullptr && *number == 0) continue;
    if (!made.arguments) made.arguments.emplace();
    made.arguments->emplace_back(spec.name, text_of(spec, *value));
  }
  return made;
}

Fields arguments_of(const ActionSpec& action, const events::Action& taken) {
  // The world says itself which numbers it can have.
  if (action.kind == events::ActionKind::scale) {
    Fields fields;
    fields.set("replicas", taken.replicas, {});
    return fields;
  }
  return read_arguments(action, taken.arguments.value_or(events::Arguments{})).value_or(Fields{});
}

std::optional<Misfit> misfit(const ActionSpec& action, const std::string& subject, const Fields& arguments,
                             const Topology& topology) {
  if (action.target == ActionTarget::node) {
    const std::vector<std::string> nodes = node_names(topology);
    if (std::ranges::find(nodes, subject) != nodes.end()) return std::nullopt;
    return Misfit{format("there is no node '{}'", subject), suggest(subject, nodes)};
  }
  if (action.target != ActionTarget::service) return std::nullopt;
  const ServiceSpec* service = topology.find(subject);
  if (service == nullptr) {
    return Misfit{format("there is no service '{}'", subject), suggest(subject, service_names(topology))};
  }
  std::optional<Misfit> own;
  if (service->external) {
    own = Misfit{"it is a third party's", "name a service of your own: one that calls it"};
  } else if (action.misfit != nullptr) {
    own = action.misfit(*service, arguments);
  }
  if (!own) return std::nullopt;
  return Misfit{format("'{}' cannot take the action {}: {}", subject, action.name, own->what), std::move(own->remedy)};
}

std::vector<std::string> node_names(const Topology& topology) {
  std::set<std::string> nodes;
  for (const ServiceSpec& service : topology.services) {
    if (service.external) continue;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, service.zones.size()); ++i) nodes.insert(node_of(service, i));
  }
  return {nodes.begin(), nodes.end()};
}

}  // namespace firedrill::fake_services

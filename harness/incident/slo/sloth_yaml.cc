#include "incident/slo/sloth_yaml.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/slo/foreign_slo.h"
#include "yaml/decode.h"

namespace firedrill::incident {
namespace {

using yaml::Node;
using yaml::Nulls;
using enum FieldType;

// Sloth's own plugin that brings `for` of an alert into the rules: the one whose work is done here.
constexpr std::string_view kAlertForPlugin = "sloth.dev/contrib/alert_for/v1";

constexpr FieldSpec kService{.name = "service", .required = true, .doc = "whose SLOs these are"};
constexpr FieldSpec kLabels{.name = "labels", .type = text_map, .doc = "labels of all rules"};
constexpr std::array kFileFields{FieldSpec{.name = "version", .required = true, .doc = "prometheus/v1"}, kService,
                                 kLabels};
constexpr std::array kSpecFields{kService, kLabels};
constexpr std::array kSloFields{
    FieldSpec{.name = "name", .required = true, .doc = "once for each service"},
    FieldSpec{.name = "objective", .type = number, .required = true, .doc = "in percent, such as 99.9"},
    FieldSpec{.name = "description", .doc = "for people"},
    kLabels,
};
constexpr std::array kAlertingFields{
    FieldSpec{.name = "name", .doc = "of both alerts"},
    FieldSpec{.name = "labels", .type = text_map, .doc = "of both alerts"},
    FieldSpec{.name = "annotations", .type = text_map, .doc = "of both alerts"},
};
constexpr std::array kAlertFields{
    FieldSpec{.name = "disable", .type = boolean, .doc = "leave the alert out"},
    FieldSpec{.name = "labels", .type = text_map, .doc = "labels to add"},
    FieldSpec{.name = "annotations", .type = text_map, .doc = "annotations to add"},
    FieldSpec{.name = "for", .type = duration, .doc = "how long the expression must hold"},
};
constexpr std::array kIntervalFields{
    FieldSpec{.name = "all", .type = duration, .doc = "of all three groups"},
    FieldSpec{.name = "slierror", .type = duration, .doc = "of the error ratios"},
    FieldSpec{.name = "metadata", .type = duration, .doc = "of objective, budget and burn rates"},
    FieldSpec{.name = "alert", .type = duration, .doc = "of the alerts"},
};

// The words of a form, of which both have the same meanings.
struct Words {
  std::array<std::string_view, 2> file_keys;
  std::array<std::string_view, 2> alert_keys;
  std::span<const FieldSpec> alert;
  std::array<FieldSpec, 2> events;
  std::array<FieldSpec, 1> raw;
};
constexpr Words kSnake{
    {"slos", "slo_plugins"},
    {"page_alert", "ticket_alert"},
    kAlertFields,
    {{{.name = "error_query", .required = true, .doc = "PromQL that counts what is bad, over [{{.window}}]"},
      {.name = "total_query", .required = true, .doc = "PromQL that counts all, over [{{.window}}]"}}},
    {{{.name = "error_ratio_query", .required = true, .doc = "PromQL of the share that is bad"}}},
};
constexpr Words kCamel{
    {"slos", "sloPlugins"},
    {"pageAlert", "ticketAlert"},
    std::span(kAlertFields).first(kAlertFields.size() - 1),  // all but `for`
    {{{.name = "errorQuery", .required = true, .doc = "PromQL that counts what is bad, over [{{.window}}]"},
      {.name = "totalQuery", .required = true, .doc = "PromQL that counts all, over [{{.window}}]"}}},
    {{{.name = "errorRatioQuery", .required = true, .doc = "PromQL of the share that is bad"}}},
};
constexpr std::array<std::string_view, 4> kSloKeys{"sli", "alerting", "plugins", "interval"};
constexpr std::array<std::string_view, 3> kSliKeys{"events", "raw", "plugin"};

// A service's level objectives: the whole file, or `spec` of the resource.
class Decoder {
 public:
  Decoder(std::string_view spec, const Words& words, const promql::ParseOptions& options, SloFile& file,
          Diagnostics& diagnostics)
      : spec_(spec), words_(words), options_(options), file_(file), diagnostics_(diagnostics) {}

  void decode(const Node& block, std::span<const FieldSpec> fields, std::string_view what) {
    const Fields said = decode_fields(block, fields, {words_.file_keys}, what, Nulls::absent, diagnostics_);
    service_ = said.text("service");
    service_at_ = said.where("service");
    labels_ = labels_of(block, said);
    plugins_ = plugins_of(block.find(words_.file_keys[1]));
    const Node* slos = block.find("slos");
    if (slos == nullptr || slos->is_null() || (slos->is_sequence() && slos->items.empty())) {
      return report(diagnostics_, block.where(), format("{} has no SLOs", what), "expected them below `slos:`");
    }
    if (!expect_sequence(*slos, "'slos'", diagnostics_) || !expect_few(*slos, "'slos'", diagnostics_)) return;
    for (std::size_t i = 0; i < slos->items.size(); ++i) decode_slo(*slos->items[i], i + 1);
  }

 private:
  // Which plugins have a part in an SLO's rules.
  struct Plugins {
    bool alert_for = false;
    Diagnostics not_run;
  };

  void decode_slo(const Node& item, std::size_t number) {
    const Node* name = item.find("name");
    const std::string what =
        name != nullptr && name->is_scalar() ? format("SLO '{}'", name->text) : format("SLO {}", number);
    const std::size_t errors = diagnostics_.size();
    const Fields said = decode_fields(item, kSloFields, {kSloKeys}, what, Nulls::absent, diagnostics_);
    auto declared = std::make_shared<DeclaredSlo>();
    declared->spec = spec_;
    declared->name = said.text("name");
    declared->labels = merged(labels_, labels_of(item, said));
    const Plugins own = plugins_of(item.find("plugins"));
    for (const Plugins* plugins : {&std::as_const(plugins_), &own}) {
      for (const Diagnostic& each : plugins->not_run) declared->unwritten.push_back(each);
    }
    if (item.is_mapping()) {
      decode_indicator(item, what, *declared);
      decode_alerting(item, what, plugins_.alert_for || own.alert_for, *declared);
      decode_intervals(item.find("interval"), what, *declared);
    }
    if (diagnostics_.size() != errors) return;
    record::Slo slo;
    slo.name = format("{}-{}", service_, declared->name);  // Sloth's id: another service may have an SLO of that name
    slo.service = service_;
    slo.objective = round_to_record(said.number("objective") / 100);
    declared->objective_percent = said.number("objective");
    add_foreign_slo({std::move(slo), said.where("name"), service_at_, std::move(declared)}, said.where("objective"),
                    file_, diagnostics_);
  }

  void decode_indicator(const Node& item, const std::string& what, DeclaredSlo& declared) {
    const Node* sli = item.find("sli");
    if (sli == nullptr || sli->is_null()) {
      return report(diagnostics_, item.where(), format("{} lacks 'sli'", what),
                    "add `sli:` with `events:` or `raw:` below it");
    }
    const std::size_t errors = diagnostics_.size();
    decode_fields(*sli, {}, {kSliKeys}, format("'sli' of {}", what), Nulls::absent, diagnostics_);
    if (diagnostics_.size() != errors) return;
    const Node* events = sli->find("events");
    const Node* raw = sli->find("raw");
    const Node* plugin = sli->find("plugin");
    const auto given = [](const Node* node) { return node != nullptr && !node->is_null() ? 1 : 0; };
    if (given(events) + given(raw) + given(plugin) != 1) {
      return report(diagnostics_, sli->where(), format("'sli' of {} must have one of events, raw and plugin", what),
                    "write `events:` with a query of what is bad and one of all");
    }
    if (given(plugin) != 0) return refuse_sli_plugin(*plugin, declared);
    if (given(events) != 0) {
      declared.indicator.bad = query_of(*events, words_.events[0], words_.events, what);
      declared.indicator.total = query_of(*events, words_.events[1], {}, what);
    } else {
      declared.indicator.error_ratio = query_of(*raw, words_.raw[0], words_.raw, what);
    }
  }

  // The query of one key; the first look decodes the block by its table.
  std::string query_of(const Node& block, const FieldSpec& key, std::span<const FieldSpec> table,
                       const std::string& what) {
    if (!table.empty())
      decode_fields(block, table, {}, format("the indicator of {}", what), Nulls::absent, diagnostics_);
    const Node* query = block.find(key.name);
    if (query == nullptr || !query->is_scalar()) return {};
    read_windowed_query(*query, options_, diagnostics_);
    return whole_query(query->text);
  }

  void refuse_sli_plugin(const Node& plugin, DeclaredSlo& declared) {
    const Node* id = plugin.find("id");
    const Diagnostic refused{
        Severity::error, (id != nullptr ? *id : plugin).where(),
        format("the SLI plugin '{}' is not run: its queries are not known", id != nullptr ? id->text : std::string()),
        "write the queries that it makes below `events:`"};
    declared.unwritten.push_back(refused);
    declared.uncounted.push_back(refused);
  }

  void decode_alerting(const Node& item, const std::string& what, bool alert_for, DeclaredSlo& declared) {
    const Node* alerting = item.find("alerting");
    const bool given = alerting != nullptr && !alerting->is_null();
    Fields said;
    if (given) {
      const std::string block = format("'alerting' of {}", what);
      said = decode_fields(*alerting, kAlertingFields, {words_.alert_keys}, block, Nulls::absent, diagnostics_);
      for (const std::string_view key : {"labels", "annotations"}) check_names(*alerting, key);
    }
    declared.alert_name = said.text("name");
    declared.page = alert_of(given ? alerting->find(words_.alert_keys[0]) : nullptr, said, alert_for, what, declared);
    declared.ticket = alert_of(given ? alerting->find(words_.alert_keys[1]) : nullptr, said, alert_for, what, declared);
    if (declared.alert_name.empty() && !(declared.page.disabled && declared.ticket.disabled)) {
      report(diagnostics_, (given ? alerting : &item)->where(), format("the alerts of {} have no name", what),
             "add `name:` below `alerting:`, or disable both");
    }
  }

  void decode_intervals(const Node* node, const std::string& what, DeclaredSlo& declared) {
    if (node == nullptr || node->is_null()) return;
    const Fields said =
        decode_fields(*node, kIntervalFields, {}, format("'interval' of {}", what), Nulls::absent, diagnostics_);
    const Duration all = said.duration("all");
    declared.ratios_interval = said.duration("slierror", all);
    declared.metadata_interval = said.duration("metadata", all);
    declared.alerts_interval = said.duration("alert", all);
  }

  DeclaredAlert alert_of(const Node* node, const Fields& both, bool alert_for, const std::string& what,
                         DeclaredSlo& declared) {
    DeclaredAlert alert{.labels = both.text_map("labels"), .annotations = both.text_map("annotations")};
    if (node == nullptr || node->is_null()) return alert;
    const Fields said =
        decode_fields(*node, words_.alert, {}, format("an alert of {}", what), Nulls::absent, diagnostics_);
    for (const std::string_view key : {"labels", "annotations"}) check_names(*node, key);
    alert.disabled = said.boolean("disable");
    alert.labels = merged(alert.labels, said.text_map("labels"));
    alert.annotations = merged(alert.annotations, said.text_map("annotations"));
    if (alert_for) {
      alert.pending = said.duration("for");
    } else if (said.has("for")) {
      declared.unwritten.push_back({Severity::warning, said.where("for"),
                                    format("Sloth takes `for` of an alert only with the plugin '{}'", kAlertForPlugin),
                                    "name the plugin in the file's chain, or leave `for` out"});
    }
    return alert;
  }

  // Each of the chain by its name: what it would do to the rules is not known.
  Plugins plugins_of(const Node* block) {
    Plugins plugins;
    const Node* chain = block == nullptr ? nullptr : block->find("chain");
    if (chain == nullptr || !chain->is_sequence()) return plugins;
    for (const Node* item : chain->items) {
      const Node* id = item->find("id");
      const std::string name = id != nullptr ? id->text : std::string();
      if (name == kAlertForPlugin) {
        plugins.alert_for = true;
        continue;
      }
      plugins.not_run.push_back({Severity::error, (id != nullptr ? *id : *item).where(),
                                 format("the SLO plugin '{}' is not run: the rules would lack what it does", name),
                                 "leave it out of the chain, or let Sloth write the rules"});
    }
    return plugins;
  }

  Texts labels_of(const Node& block, const Fields& said) {
    check_names(block, "labels");
    return said.text_map("labels");
  }
  void check_names(const Node& block, std::string_view key) { check_label_names(block.find(key), diagnostics_); }

  std::string spec_;
  const Words& words_;
  const promql::ParseOptions& options_;
  SloFile& file_;
  Diagnostics& diagnostics_;
  std::string service_;
  Position service_at_;
  Texts labels_;
  Plugins plugins_;
};

}  // namespace

void decode_sloth(const Node& root, const promql::ParseOptions& options, SloFile& file, Diagnostics& diagnostics) {
  if (root.find("apiVersion") == nullptr) {
    Decoder(kSlothSpec, kSnake, options, file, diagnostics).decode(root, kFileFields, "the Sloth file");
    return;
  }
  constexpr std::string_view kKind = "PrometheusServiceLevel";
  constexpr std::array<std::string_view, 6> kKeys{"apiVersion", "kind", "metadata", "spec", "status", yaml::kSchemaKey};
  const Node* kind = root.find("kind");
  if (kind == nullptr || kind->text != kKind) {
    return report(diagnostics, (kind != nullptr ? *kind : root).where(),
                  format("a Sloth resource of kind '{}' is not read", kind == nullptr ? std::string() : kind->text),
                  format("expected a {}", kKind));
  }
  decode_fields(root, {}, {kKeys}, "the PrometheusServiceLevel", Nulls::absent, diagnostics);
  const Node* spec = root.find("spec");
  if (spec == nullptr || !spec->is_mapping()) {
    return report(diagnostics, (spec != nullptr ? *spec : root).where(), "the PrometheusServiceLevel has no `spec`",
                  "expected `service:` and `slos:` below `spec:`");
  }
  Decoder(kSlothResourceSpec, kCamel, options, file, diagnostics).decode(*spec, kSpecFields, "'spec'");
}

}  // namespace firedrill::incident

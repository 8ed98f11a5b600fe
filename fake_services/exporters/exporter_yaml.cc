#include "fake_services/exporters/exporter_yaml.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/contains.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/telemetry/instrument_names.h"

namespace firedrill::fake_services {
namespace {

using enum FieldType;
using model::MetricType;
using yaml::Block;
using yaml::ChildBlock;
using yaml::DecodedBlock;
using yaml::Shape;

constexpr std::array<std::string_view, 4> kWatches = {"replica", "service", "node", "cluster"};
constexpr std::array<std::string_view, 7> kEach = {"one", "cpu", "node", "pod", "workload", "code", "caller"};
constexpr std::array<std::string_view, 5> kTypes = {"counter", "gauge", "histogram", "summary", "unknown"};
constexpr std::array<std::string_view, 3> kNeeds = {"consumer", "disk", "certificate"};

constexpr FieldSpec kExporter[] = {
    {.name = "exporter", .type = text, .required = true, .doc = "its name, by which a topology attaches it"},
    {.name = "summary", .type = text, .doc = "what it is an exporter of, in a few words"},
    {.name = "version", .type = text, .doc = "of the program whose names these are"},
    {.name = "like",
     .type = texts,
     .doc = "exporters that watch the same, whose metrics it has beside its own; and it answers when they do, where "
            "it does not say so itself"},
    {.name = "watches",
     .type = text,
     .doc = "for what there is a target of it: each replica of its service, the service, each node, the cluster",
     .default_text = "replica",
     .choices = kWatches},
    {.name = "job", .type = text, .doc = "job label of its targets; its name if absent"},
    {.name = "port", .type = integer, .doc = "of its instances", .default_text = "9100", .min = 1, .max = 65535},
    {.name = "metrics_path", .type = text, .doc = "label metrics_path of its targets"},
    {.name = "joins",
     .type = text,
     .doc = "the target that has its series, kube-state-metrics; one of its own if absent"},
    {.name = "needs",
     .type = texts,
     .doc = "what the service has to have: consumer, disk, certificate",
     .choices = kNeeds},
    {.name = "honor_labels",
     .type = boolean,
     .doc = "whether labels of its series win over those of the target",
     .default_text = "false"},
    {.name = "namespace", .type = text, .doc = "label of its targets, where it watches no service"},
    {.name = "instances",
     .type = integer,
     .doc = "how many targets there are of one that watches the cluster",
     .default_text = "1",
     .min = 1,
     .max = 100},
    {.name = "down", .type = text, .doc = "an expression: where it is above 0.5, the target does not answer"},
    {.name = "unlisted", .type = text, .doc = "the same: service discovery does not list the target"},
};

constexpr FieldSpec kMetric[] = {
    {.name = "type", .type = text, .doc = "of the metric", .default_text = "gauge", .choices = kTypes},
    {.name = "help", .type = text, .doc = "what it tells"},
    {.name = "unit", .type = text, .doc = "of its values"},
    {.name = "each", .type = text, .doc = "what it has a series for, each", .default_text = "one", .choices = kEach},
    {.name = "labels", .type = text_map, .doc = "of all its series; {pod} and the like stand for what `each` names"},
    {.name = "value", .type = text, .doc = "what it shows: an expression over signals and states"},
    {.name = "rate", .type = text, .doc = "of counters and histograms: what is counted in a second"},
    {.name = "mean", .type = text, .doc = "of histograms and summaries: the mean of what is observed"},
    {.name = "present",
     .type = text,
     .doc = "of gauges, an expression: above 0.5 there is such a series; always, if absent"},
    {.name = "bounds", .type = texts, .doc = "of histograms: upper bounds without +Inf; of summaries: quantiles"},
};

constexpr FieldSpec kSeries[] = {
    {.name = "labels", .type = text_map, .doc = "beside those of the metric"},
    {.name = "value", .type = text, .doc = "instead of the metric's"},
    {.name = "rate", .type = text, .doc = "instead of the metric's"},
    {.name = "mean", .type = text, .doc = "instead of the metric's"},
    {.name = "present", .type = text, .doc = "instead of the metric's"},
};

std::span<const FieldSpec> exporter_fields() {
  return kExporter;
}
std::span<const FieldSpec> metric_form_fields() {
  return kMetric;
}
std::span<const FieldSpec> series_fields() {
  return kSeries;
}

constexpr Block kSeriesBlock = {"series", "series that differ in labels that are written out", series_fields};
constexpr ChildBlock kMetricChildren[] = {
    {"series", Shape::list, &kSeriesBlock, false, "series that differ in labels that are written out"},
};
constexpr Block kMetricBlock = {"metric", "a metric that it exposes", metric_form_fields, kMetricChildren};
constexpr ChildBlock kExporterChildren[] = {
    {"metrics", Shape::by_name, &kMetricBlock, false, "the metrics that it exposes, by name"},
};
constexpr std::string_view kFormKeys[] = {"exporter"};
constexpr Block kExporterBlock = {"exporter", "what a program exposes of what it watches", exporter_fields,
                                  kExporterChildren};

template <typename Enum, std::size_t N>
Enum choice(const Fields& fields, std::string_view field, const std::array<std::string_view, N>& choices) {
  const auto at = std::ranges::find(choices, std::string_view(fields.text(field)));
  return static_cast<Enum>(at == choices.end() ? 0 : at - choices.begin());
}

MetricType type_of(const Fields& fields) {
  constexpr std::array kOf = {MetricType::counter, MetricType::gauge, MetricType::histogram, MetricType::summary,
                              MetricType::unknown};
  const auto at = std::ranges::find(kTypes, std::string_view(fields.text("type")));
  return at == kTypes.end() ? MetricType::gauge : kOf[static_cast<std::size_t>(at - kTypes.begin())];
}

// Of these, one of which has to stand in some label, so that no two series are the same.
std::vector<std::string_view> telling_apart(Each each) {
  switch (each) {
    case Each::pod:
      return {"pod", "uid"};
    case Each::cpu:
      return {"cpu"};
    case Each::node:
      return {"node"};
    case Each::workload:
      return {"service"};
    case Each::code:
      return {"code"};
    case Each::caller:
      return {"caller"};
    case Each::one:
      break;
  }
  return {};
}

// What may stand in braces, by what the metric has series for.
std::vector<std::string_view> placeholders(Watches watches, Each each) {
  std::vector<std::string_view> names = {"instance"};
  const auto add = [&](std::initializer_list<std::string_view> more) { names.insert(names.end(), more); };
  if (watches == Watches::node || each == Each::node) add({"node"});
  if (watches == Watches::replica || watches == Watches::service) add({"service", "namespace"});
  if (watches == Watches::replica) add({"pod"});
  if (each == Each::cpu) add({"cpu"});
  if (each == Each::pod) add({"namespace", "pod", "uid", "container", "node", "service"});
  if (each == Each::workload) add({"namespace", "service"});
  if (each == Each::code) add({"code", "code_class"});
  if (each == Each::caller) add({"caller"});
  return names;
}

class Decoder {
 public:
  Decoder(const yaml::Node& root, const KnownExporters& known, Diagnostics& diagnostics)
      : root_(root), known_(known), diagnostics_(diagnostics) {}

  std::shared_ptr<const Exporter> decode() {
    const std::size_t before = diagnostics_.size();
    const DecodedBlock block = decode_block(root_, kExporterBlock, "the exporter", diagnostics_);
    Exporter& e = exporter_;
    e.name = block.fields.text("exporter");
    e.where = block.fields.has("exporter") ? block.fields.where("exporter") : block.where;
    e.summary = block.fields.text("summary");
    e.version = block.fields.text("version");
    e.watches = choice<Watches>(block.fields, "watches", kWatches);
    e.job = block.fields.text("job", e.name);
    e.port = block.fields.integer("port");
    e.metrics_path = block.fields.text("metrics_path");
    e.joins = block.fields.text("joins");
    e.needs = block.fields.texts("needs");
    e.honors_labels = block.fields.boolean("honor_labels");
    e.name_space = block.fields.text("namespace");
    e.instances = block.fields.integer("instances", 1);
    if (block.fields.has("down")) e.down = parse(block.fields, "down");
    if (block.fields.has("unlisted")) e.unlisted = parse(block.fields, "unlisted");
    take_over(block.fields);
    for (const DecodedBlock& metric : block.all("metrics")) take(metric);
    if (e.metrics.empty() && diagnostics_.size() == before) {
      report(diagnostics_, e.where, format("'{}' has no metrics", e.name),
             "write them below `metrics`, or name another exporter that has them with `like`");
    }
    if (diagnostics_.size() != before) return nullptr;
    return std::make_shared<const Exporter>(std::move(exporter_));
  }

 private:
  // The metrics of those that it is like.
  void take_over(const Fields& fields) {
    for (const std::string& name : fields.texts("like")) {
      const auto other = known_ ? known_(name) : nullptr;
      if (other == nullptr) {
        report(diagnostics_, fields.where("like"), format("there is no exporter '{}'", name),
               "`firedrill list exporters` names ours; a file of your own has to stand before this one");
        continue;
      }
      if (other->watches != exporter_.watches) {
        report(diagnostics_, fields.where("like"),
               format("'{}' is for each {}, and '{}' for each {}", name, to_string(other->watches), exporter_.name,
                      to_string(exporter_.watches)),
               format("write `watches: {}`, or leave it out of `like`", to_string(other->watches)));
        continue;
      }
      if (exporter_.down.empty() && !fields.has("down")) exporter_.down = other->down;
      if (exporter_.unlisted.empty() && !fields.has("unlisted")) exporter_.unlisted = other->unlisted;
      for (ExportedMetric metric : other->metrics) {
        metric.where = fields.where("like");
        keep(std::move(metric), format("of '{}'", name));
      }
    }
  }

  // Of one name there is one metric, and of one name of a series.
  void keep(ExportedMetric metric, const std::string& whose) {
    for (const std::string& series : metric.series_names()) {
      const auto [known, fresh] = series_.try_emplace(series, metric.name, whose);
      if (fresh) continue;
      const auto& [name, owner] = known->second;
      const bool same = name == metric.name;
      report(diagnostics_, metric.where,
             same ? format("there is a metric {} already, {}", name, owner)
                  : format("{} would have series {}, as {} has", metric.name, series, name),
             same ? "remove one of them" : "give one of them another name");
      return;
    }
    exporter_.metrics.push_back(std::move(metric));
  }

  void take(const DecodedBlock& block) {
    ExportedMetric metric;
    metric.name = block.key;
    metric.where = block.where;
    metric.type = type_of(block.fields);
    metric.help = block.fields.text("help");
    metric.unit = block.fields.text("unit");
    metric.each = choice<Each>(block.fields, "each", kEach);
    if (!model::is_legacy_metric_name(metric.name)) {
      report(diagnostics_, block.where, format("'{}' cannot be the name of a metric", metric.name),
             "expected letters, digits, _ and :, no digit first");
    }
    if (is_of_scrape(metric.name)) {
      report(diagnostics_, block.where, format("Prometheus itself makes {} of each scrape", metric.name),
             "give the metric another name; `down` of an exporter makes its targets' `up` 0");
    }
    take_bounds(block.fields, metric);
    const std::span<const DecodedBlock> written = block.all("series");
    if (written.empty()) add_series(block, nullptr, metric);
    for (const DecodedBlock& series : written) add_series(block, &series, metric);
    keep(std::move(metric), "of its own");
  }

  bool counts(const ExportedMetric& metric) const {
    return metric.type == MetricType::histogram || metric.type == MetricType::summary;
  }

  void take_bounds(const Fields& fields, ExportedMetric& metric) {
    for (const std::string& written : fields.texts("bounds")) {
      const auto bound = parse_float(written);
      const bool rises = bound && (metric.bounds.empty() || *bound > metric.bounds.back());
      const bool fits = bound && (metric.type != MetricType::summary || (*bound >= 0 && *bound <= 1));
      if (rises && fits) {
        metric.bounds.push_back(*bound);
        continue;
      }
      report(diagnostics_, fields.where("bounds"), format("'{}' is no bound that follows", written),
             metric.type == MetricType::summary ? "quantiles are from 0 to 1 and rise" : "bounds are numbers and rise");
      return;
    }
    if (counts(metric) == !metric.bounds.empty()) return;
    report(diagnostics_, fields.where(counts(metric) ? "type" : "bounds"),
           counts(metric) ? format("a {} needs 'bounds'", model::to_string(metric.type))
                          : format("a {} has no 'bounds'", model::to_string(metric.type)),
           counts(metric) ? "such as bounds: [0.1, 0.5, 1]" : "remove them, or make it a histogram");
  }

  void add_series(const DecodedBlock& metric_block, const DecodedBlock* series_block, ExportedMetric& metric) {
    SeriesForm form;
    const Fields& outer = metric_block.fields;
    const Fields& inner = series_block != nullptr ? series_block->fields : outer;
    std::map<std::string, std::string> labels = outer.text_map("labels");
    for (const auto& [name, value] : inner.text_map("labels")) labels[name] = value;
    for (const auto& [name, value] : labels) {
      check_label(name, value, metric, inner.has("labels") ? inner.where("labels") : outer.where("labels"));
      form.labels.push_back({name, value});
    }
    const auto expression = [&](std::string_view field) {
      const Fields& from = inner.has(field) ? inner : outer;
      return from.has(field) ? parse(from, field) : Expression();
    };
    const std::size_t before = diagnostics_.size();
    form.value = expression("value");
    form.rate = expression("rate");
    form.mean = expression("mean");
    form.present = expression("present");
    const Position& where = series_block != nullptr ? series_block->where : metric_block.where;
    if (diagnostics_.size() == before) check_form(form, metric, where);
    check_apart(form, metric, where);
    const bool known = std::ranges::any_of(metric.series, [&](const SeriesForm& f) { return f.labels == form.labels; });
    if (known) {
      report(diagnostics_, where, format("'{}' has two series with the same labels", metric.name),
             "give one of them a label of another value");
    }
    metric.series.push_back(std::move(form));
  }

  void check_form(const SeriesForm& form, const ExportedMetric& metric, const Position& where) {
    const auto wrong = [&](std::string what, std::string remedy) {
      report(diagnostics_, where, std::move(what), std::move(remedy));
    };
    if (counts(metric) && (form.rate.empty() || form.mean.empty())) {
      wrong(format("'{}' needs 'rate' and 'mean'", metric.name), "how much is observed in a second, and its mean");
    } else if (!counts(metric) && form.value.empty() && form.rate.empty()) {
      wrong(format("'{}' has no value", metric.name), "add `value`, or for a counter `rate`");
    } else if (metric.type == MetricType::gauge && !form.rate.empty()) {
      wrong(format("'{}' is a {}, and has a 'rate'", metric.name, model::to_string(metric.type)),
            "make it a counter, or write `value`");
    } else if (metric.type != MetricType::gauge && !form.present.empty()) {
      wrong(format("'{}' is a {}, and has a 'present'", metric.name, model::to_string(metric.type)),
            "remove it: series that come and go are gauges");
    }
  }

  void check_apart(const SeriesForm& form, const ExportedMetric& metric, const Position& where) {
    const std::vector<std::string_view> words = telling_apart(metric.each);
    const bool apart = words.empty() || std::ranges::any_of(form.labels, [&](const model::Label& label) {
                         return std::ranges::any_of(words, [&](std::string_view word) {
                           return label.value.contains(format("{{{}}}", word));
                         });
                       });
    if (apart) return;
    report(diagnostics_, where,
           format("series of '{}' for each {} would all have the same labels", metric.name, to_string(metric.each)),
           format("add a label that has {{{}}} for its value", words.front()));
  }

  void check_label(const std::string& name, const std::string& value, const ExportedMetric& metric,
                   const Position& where) {
    if (!model::is_legacy_label_name(name) || name == model::kMetricName) {
      report(diagnostics_, where, format("'{}' cannot be the name of a label", name), "expected letters, digits and _");
    }
    const bool bucket = metric.type == MetricType::histogram && name == model::kBucketLabel;
    if (bucket || (metric.type == MetricType::summary && name == "quantile")) {
      report(diagnostics_, where,
             format("'{}' is the label that the series of a {} have anyway", name, model::to_string(metric.type)),
             "give it another name: its values come of `bounds`");
    }
    const auto known = placeholders(exporter_.watches, metric.each);
    for (std::size_t at = value.find('{'); at != std::string::npos; at = value.find('{', at + 1)) {
      const std::size_t end = value.find('}', at);
      const std::string word = value.substr(at + 1, end == std::string::npos ? end : end - at - 1);
      if (end != std::string::npos && contains(known, std::string_view(word))) continue;
      std::vector<std::string> names(known.begin(), known.end());
      report(diagnostics_, where, format("'{{{}}}' stands for nothing here", word), suggest(word, names));
      return;
    }
  }

  Expression parse(const Fields& fields, std::string_view field) {
    const std::string text = fields.text(field);
    auto parsed = Expression::parse(text);
    if (parsed) return *std::move(parsed);
    Position where = fields.where(field);
    where.column += parsed.error().at;
    where.length = 1;
    report(diagnostics_, where, parsed.error().what, parsed.error().remedy);
    return {};
  }

  const yaml::Node& root_;
  const KnownExporters& known_;
  Diagnostics& diagnostics_;
  Exporter exporter_;
  std::map<std::string, std::pair<std::string, std::string>> series_;  // by name: the metric, and whose it is
};

}  // namespace

constinit const yaml::FileForm kExporterForm = {
    .name = "exporter",
    .keys = kFormKeys,
    .expected = "expected `exporter:` with its name",
    .claims = [](const yaml::Node& root) { return root.find("exporter") != nullptr; }};

const Block& exporter_block() {
  return kExporterBlock;
}

std::shared_ptr<const Exporter> decode_exporter(const yaml::Node& root, Diagnostics& diagnostics,
                                                const KnownExporters& known) {
  return Decoder(root, known, diagnostics).decode();
}

std::string_view to_string(Watches watches) {
  return kWatches[static_cast<std::size_t>(watches)];
}
std::string_view to_string(Each each) {
  return kEach[static_cast<std::size_t>(each)];
}

}  // namespace firedrill::fake_services

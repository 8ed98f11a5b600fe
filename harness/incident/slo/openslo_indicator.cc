#include "incident/slo/openslo_indicator.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/parse/parser.h"
#include "yaml/decode.h"

namespace firedrill::incident {
namespace {

using promql::Kind;
using yaml::Node;
using yaml::Nulls;

constexpr std::array kIndicatorFields{FieldSpec{.name = "description", .doc = "for people"}};
constexpr std::array<std::string_view, 2> kIndicatorKeys{"ratioMetric", "thresholdMetric"};
constexpr std::array<std::string_view, 2> kRawTypes{"success", "failure"};
constexpr std::array kRatioFields{
    FieldSpec{.name = "counter",
              .type = FieldType::boolean,
              .doc = "whether the metrics are counters",
              .default_text = "false"},
    FieldSpec{.name = "rawType", .doc = "what `raw` is the share of", .choices = kRawTypes},
};
constexpr std::array<std::string_view, 4> kRatioKeys{"good", "bad", "total", "raw"};
constexpr std::array<std::string_view, 1> kMetricKeys{"metricSource"};
constexpr std::array kSourceFields{
    FieldSpec{.name = "metricSourceRef", .doc = "the name of a DataSource"},
    FieldSpec{.name = "type", .doc = "Prometheus"},
};
constexpr std::array<std::string_view, 1> kSourceKeys{"spec"};

struct Operator {
  std::string_view name;
  std::string_view promql;
};
constexpr std::array kOperators{Operator{"lte", "<="}, Operator{"gte", ">="}, Operator{"lt", "<"}, Operator{"gt", ">"}};

bool is_prometheus(std::string_view type) {
  return std::ranges::equal(type, std::string_view("prometheus"),
                            [](unsigned char a, char b) { return std::tolower(a) == b; });
}

// A replacement in a query's text, from the back so that places stay.
struct Edit {
  std::size_t begin;
  std::size_t end;
  std::string text;
};

std::string edited(std::string text, std::vector<Edit> edits) {
  std::ranges::sort(edits, std::greater<>(), &Edit::begin);
  for (const Edit& edit : edits) text.replace(edit.begin, edit.end - edit.begin, edit.text);
  return text;
}

constexpr std::string_view kSlices = "time slices";

class IndicatorDecoder {
 public:
  IndicatorDecoder(const OpenSloBudget& budget, const OpenSloSources& sources, const std::string& what,
                   DeclaredSlo& declared, Diagnostics& diagnostics)
      : budget_(budget), sources_(sources), what_(what), declared_(declared), diagnostics_(diagnostics) {}

  void decode(const Node& spec) {
    const std::string block = format("the indicator of {}", what_);
    decode_fields(spec, kIndicatorFields, {kIndicatorKeys}, block, Nulls::absent, diagnostics_);
    const Node* ratio = spec.find("ratioMetric");
    const Node* threshold = spec.find("thresholdMetric");
    if ((ratio == nullptr) == (threshold == nullptr)) {
      return report(diagnostics_, spec.where(), format("{} must have one of ratioMetric and thresholdMetric", block),
                    "write `ratioMetric:` with `good:` and `total:`");
    }
    if (ratio != nullptr) return decode_ratio(*ratio, block);
    decode_threshold(*threshold);
  }

 private:
  void decode_ratio(const Node& ratio, const std::string& block) {
    const Fields said = decode_fields(ratio, kRatioFields, {kRatioKeys}, block, Nulls::absent, diagnostics_);
    counter_ = said.boolean("counter");
    const Node* good = ratio.find("good");
    const Node* bad = ratio.find("bad");
    const Node* total = ratio.find("total");
    if (const Node* raw = ratio.find("raw")) return decode_raw(*raw, said, ratio);
    if (total == nullptr || (good == nullptr) == (bad == nullptr)) {
      return report(diagnostics_, ratio.where(), format("{} must have `total`, and one of good and bad", block),
                    "or `raw:` with `rawType:`");
    }
    Indicator indicator;
    (good != nullptr ? indicator.good : indicator.bad) = metric_of(good != nullptr ? *good : *bad);
    indicator.total = metric_of(*total);
    if (indicator.total.empty() || (indicator.good.empty() && indicator.bad.empty())) return;
    take(indicator);
  }

  // A share that is measured already: what it was over a window is its mean.
  void decode_raw(const Node& raw, const Fields& said, const Node& ratio) {
    if (!said.has("rawType")) {
      return report(diagnostics_, ratio.where(), "`raw` needs a `rawType`",
                    "success where the share is of good events, failure where it is of bad ones");
    }
    const Node* query = query_of(raw);
    if (query == nullptr) return;
    const std::string share =
        has_window(query->text) ? whole_query(query->text) : over_time("avg", whole_query(query->text), {});
    Indicator indicator;
    indicator.error_ratio = said.text("rawType") == "failure" ? share : format("1 - ({})", share);
    take(indicator);
  }

  // The share of the moments, or of the slices, in which the value was not as wanted.
  void decode_threshold(const Node& threshold) {
    const Node* query = query_of(threshold);
    if (query == nullptr) return;
    const auto op = std::ranges::find(kOperators, budget_.op, &Operator::name);
    if (op == kOperators.end() || !budget_.value) {
      return report(diagnostics_, budget_.objective_at,
                    format("{} needs `op` and `value` for its threshold metric", what_),
                    "for example op: lte, value: 2");
    }
    if (budget_.method == "RatioTimeslices") {
      return report(diagnostics_, budget_.method_at, "a threshold metric has no ratios for RatioTimeslices",
                    "write Timeslices or Occurrences");
    }
    const std::string compared =
        format("({}) {} bool {}", slice_of(whole_query(query->text)), op->promql, format_go_f(*budget_.value));
    Indicator indicator;
    if (budget_.method == "Timeslices") {
      if (!has_slice_target()) return;
      // The share of a slice's moments that decides whether the slice is good.
      const std::string share = format("avg_over_time(({})[{}:])", compared, format_duration(budget_.slice));
      indicator.error_ratio = of_slices(share);
      indicator.events = kSlices;
    } else {
      indicator.error_ratio = format("1 - {}", over_time("avg", compared, {}));
      indicator.events = "moments";
    }
    take(indicator, true);
  }

  // The budget's share of bad events, or of bad slices.
  void take(Indicator indicator, bool sliced = false) {
    if (budget_.method == "Timeslices" && !sliced) {
      if (!has_slice_target()) return;
      const std::string share = format("1 - {}", error_ratio(indicator, format_duration(budget_.slice)));
      indicator = {};
      indicator.error_ratio = of_slices(share);
      indicator.events = kSlices;
    } else if (budget_.method == "RatioTimeslices" && !sliced) {
      const std::string ratio = error_ratio(indicator, format_duration(budget_.slice));
      indicator = {};
      indicator.error_ratio = over_time("avg", ratio, budget_.slice);
    }
    declared_.indicator = std::move(indicator);
    if (budget_.method == "Occurrences") return;
    warn_of_long_slices();
    declared_.uncounted.push_back({Severity::error, budget_.method_at,
                                   format("the simulated world counts requests, not {}", budget_.method),
                                   "for the scenario, state the SLO with `budgetingMethod: Occurrences`"});
  }

  // The shortest window of the alerts is five minutes.
  void warn_of_long_slices() {
    constexpr Duration kShortest = 5min;
    if (budget_.slice <= kShortest) return;
    declared_.unwritten.push_back(
        {Severity::warning, budget_.method_at,
         format("time slices of {} are longer than windows that alerts look back over, {} the shortest: in most of "
                "these there is no slice",
                format_duration(budget_.slice), format_duration(kShortest)),
         "take time slices of 5m or less, or alert on them with rules of your own"});
  }

  bool has_slice_target() {
    if (budget_.slice_target > 0 && budget_.slice_target <= 1) return true;
    report(diagnostics_, budget_.objective_at, format("{} needs a `timeSliceTarget` above 0, at most 1", what_),
           "the share that makes a time slice good, such as 0.95");
    return false;
  }

  // The share of slices that are not good, by the share of good in each.
  std::string of_slices(const std::string& share) const {
    const std::string good = format("({}) >= bool {}", share, format_go_f(budget_.slice_target));
    return format("1 - {}", over_time("avg", good, budget_.slice));
  }

  // A query within a slice: where it has the template, the slice is the window.
  std::string slice_of(const std::string& query) const {
    if (!has_window(query)) return query;
    return over_window(query, format_duration(budget_.slice > 0ms ? budget_.slice : Duration(1min)));
  }

  static std::string over_time(std::string_view function, const std::string& query, Duration step) {
    return format("{}_over_time(({})[{}:{}])", function, query, kWindowTemplate,
                  step > 0ms ? format_duration(step) : std::string());
  }

  // What counts events over the window: as written with its template; of counters their rates; of other numbers, which
  // are taken at moments, their sums.
  std::string metric_of(const Node& metric) {
    const Node* query = query_of(metric);
    if (query == nullptr) return {};
    if (has_window(query->text)) return whole_query(query->text);
    const auto parsed = promql::parse_text(query->text, sources_.options);
    if (!parsed) return {};
    std::vector<Edit> ranges;
    std::vector<Edit> rates;
    bool subqueries = false;
    Duration fixed{};
    promql::walk(**parsed, [&](const promql::Expr& expr) {
      subqueries = subqueries || expr.kind == Kind::subquery;
      if (expr.kind == Kind::matrix_selector) {
        const auto& matrix = promql::as<promql::MatrixSelector>(expr);
        const std::size_t open = query->text.find('[', matrix.vector->where.end);
        const std::size_t close = query->text.find(']', open);
        if (open != std::string::npos && close != std::string::npos) {
          ranges.push_back({open + 1, close, std::string(kWindowTemplate)});
        }
        fixed = matrix.range;
      } else if (expr.kind == Kind::vector_selector) {
        const std::string selector = query->text.substr(expr.where.begin, expr.where.end - expr.where.begin);
        rates.push_back({expr.where.begin, expr.where.end, format("rate({}[{}])", selector, kWindowTemplate)});
      }
    });
    if (subqueries || (!ranges.empty() && !rates.empty())) {
      report(diagnostics_, query->where(), "the query does not say where the window stands",
             "write `[{{.window}}]` for the range: the rules look back over several");
      return {};
    }
    if (!ranges.empty()) {
      warn(diagnostics_, query->where(),
           format("the query looks back over {}: the rules look back over their own windows in its place",
                  format_duration(fixed)),
           "write `[{{.window}}]` for the range");
      return edited(whole_query(query->text), std::move(ranges));
    }
    if (!counter_) return over_time("sum", whole_query(query->text), {});
    const std::string rate = edited(whole_query(query->text), std::move(rates));
    const bool sums = promql::unwrap(**parsed).kind == Kind::aggregate;
    return sums ? rate : format("sum({})", rate);
  }

  // The PromQL of a metric of Prometheus; null, and told or noted, if it is none.
  const Node* query_of(const Node& metric) {
    decode_fields(metric, {}, {kMetricKeys}, format("a metric of {}", what_), Nulls::absent, diagnostics_);
    const Node* source = metric.find("metricSource");
    if (source == nullptr || !source->is_mapping()) {
      report(diagnostics_, metric.where(), format("a metric of {} has no metricSource", what_),
             "add `metricSource:` with `type: Prometheus` and a query below `spec:`");
      return nullptr;
    }
    const std::string block = format("a metric source of {}", what_);
    const Fields said = decode_fields(*source, kSourceFields, {kSourceKeys}, block, Nulls::absent, diagnostics_);
    const Node* spec = source->find("spec");
    if (!is_of_prometheus(said, *source)) return nullptr;
    const Node* query = spec == nullptr ? nullptr : spec->find("query");
    if (query == nullptr || !query->is_scalar()) {
      report(diagnostics_, (spec != nullptr ? spec : source)->where(), format("{} has no query", block),
             "add `query:` with PromQL below `spec:`");
      return nullptr;
    }
    return check_query(*query, sources_.options, diagnostics_) ? query : nullptr;
  }

  // By its own type, else by the DataSource's that it refers to; one that says nothing is taken for Prometheus's, since
  // its query is read as PromQL and told if it is none.
  bool is_of_prometheus(const Fields& said, const Node& source) {
    std::string type = said.text("type");
    Position where = said.has("type") ? said.where("type") : source.where();
    if (!said.has("type") && said.has("metricSourceRef")) {
      const Node* object = sources_.data_source(said.text("metricSourceRef"));
      const Node* spec = object == nullptr ? nullptr : object->find("spec");
      const Node* stated = spec == nullptr ? nullptr : spec->find("type");
      if (stated != nullptr) {
        type = stated->text;
        where = stated->where();
      }
    }
    if (type.empty() || is_prometheus(type)) return true;
    const Diagnostic other{Severity::error, where, format("the metrics of '{}' are not read", type),
                           "expected `type: Prometheus` and PromQL"};
    declared_.unwritten.push_back(other);
    declared_.uncounted.push_back(other);
    return false;
  }

  const OpenSloBudget& budget_;
  const OpenSloSources& sources_;
  const std::string& what_;
  DeclaredSlo& declared_;
  Diagnostics& diagnostics_;
  bool counter_ = false;
};

}  // namespace

void decode_openslo_indicator(const Node& spec, const OpenSloBudget& budget, const OpenSloSources& sources,
                              const std::string& what, DeclaredSlo& declared, Diagnostics& diagnostics) {
  IndicatorDecoder(budget, sources, what, declared, diagnostics).decode(spec);
}

}  // namespace firedrill::incident

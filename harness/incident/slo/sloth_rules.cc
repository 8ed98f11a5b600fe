#include "incident/slo/sloth_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "base/text/yaml_text.h"
#include "base/version.h"
#include "incident/slo/burn_alerts.h"
#include "incident/slo/foreign_slo.h"
#include "incident/slo/low_traffic.h"
#include "incident/slo/openslo_yaml.h"
#include "incident/slo/sloth_yaml.h"

namespace firedrill::incident {
namespace {

constexpr std::size_t kTextIndent = 6;  // of lines of an expression

// internal/alert/windows/google-30d.yaml and google-28d.yaml, which differ in the period alone.
struct Windows {
  double percent;  // of the budget
  Duration long_window;
  Duration short_window;
};
constexpr std::array kPage{Windows{2, 1h, 5min}, Windows{5, 6h, 30min}};
constexpr std::array kTicket{Windows{10, 24h, 2h}, Windows{10, 72h, 6h}};
constexpr Duration kShortest = 5min;
constexpr std::array<Duration, 2> kPeriods{30 * 24h, 28 * 24h};

double hours(Duration duration) {
  return to_seconds(duration) / 3600;
}

// In Sloth's order of operations, for the same last digit.
double factor_of(const Windows& windows, Duration period) {
  return windows.percent * hours(period) / 100 / hours(windows.long_window);
}

// The name of an SLO of ours, as Sloth wants names.
std::string slug(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool stays = byte < 0x80 && (std::isalnum(byte) != 0 || c == '_' || c == '.');
    if (stays) out += static_cast<char>(std::tolower(byte));
    if (!stays && !out.empty() && out.back() != '-') out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

struct Mode {
  std::string_view spec;
  std::string_view mode;
};
constexpr std::array kModes{Mode{kSlothSpec, "cli-gen-prom"}, Mode{kSlothResourceSpec, "cli-gen-k8s"},
                            Mode{kOpenSloSpec, "cli-gen-openslo"}};

class GroupsWriter {
 public:
  GroupsWriter(const PlacedSlo& placed, const MadeIndicator& made, const SloRuleOptions& options)
      : placed_(placed),
        slo_(placed.slo),
        declared_(placed.declared.get()),
        made_(made),
        options_(options),
        percent_(declared_ ? declared_->objective_percent : round_to_record(placed.slo.objective * 100)) {
    const std::string name = declared_ ? declared_->name : slug(slo_.name);
    ids_ = {{"sloth_id", made.service + "-" + name}, {"sloth_service", made.service}, {"sloth_slo", name}};
    labels_ = merged(ids_, declared_ ? declared_->labels : Texts());
    for (const auto& [label, value] : ids_)
      filter_ += (filter_.empty() ? "" : ", ") + label + "=" + model::quote(value);
    filter_ = "{" + filter_ + "}";
  }

  Result<std::string> write(Diagnostics& warnings) {
    if (Diagnostics wrong = refuse(); !wrong.empty()) return failure(std::move(wrong));
    std::vector<BurnCondition> fast, slow;
    if (!is_disabled(true)) {
      for (const Windows& w : kPage) add_condition(w, true, fast);
    }
    if (!is_disabled(false)) {
      for (const Windows& w : kTicket) add_condition(w, false, slow);
    }
    out_ = describe_low_traffic(placed_, made_.indicator, fast, slow, options_, warnings);
    group("sli-recordings", declared_ ? declared_->ratios_interval : Duration());
    for (const Duration window : windows()) record_ratio(window);
    record_period();
    if (options_.min_failures > 0) {
      if (auto recorded = record_failures(); !recorded) return failure(recorded.error());
    }
    group("meta-recordings", declared_ ? declared_->metadata_interval : Duration());
    record_meta();
    write_alerts(warnings);
    return out_;
  }

 private:
  Diagnostics refuse() const {
    Diagnostics refused;
    if (std::ranges::find(kPeriods, slo_.window) == kPeriods.end()) {
      refused.push_back(
          {Severity::error, placed_.where,
           format("Sloth has no windows for an SLO over {}, as '{}' is", format_duration(slo_.window), slo_.name),
           "Sloth knows 30d and 28d; leave --style out for other windows"});
    }
    if (made_.service.empty()) {
      refused.push_back({Severity::error, placed_.where,
                         format("'{}' has no service, of which Sloth makes its id", slo_.name),
                         "add `service:` to it"});
    }
    return refused;
  }

  void add_condition(const Windows& w, bool page, std::vector<BurnCondition>& conditions) const {
    const BurnCondition condition{w.long_window, w.short_window, factor_of(w, slo_.window), page};
    if (attainable(slo_, condition)) conditions.push_back(condition);
  }

  static std::set<Duration> windows() {
    std::set<Duration> all;
    for (const Windows& w : kPage) all.insert({w.long_window, w.short_window});
    for (const Windows& w : kTicket) all.insert({w.long_window, w.short_window});
    return all;
  }

  static std::string ratio_name(Duration window) { return "slo:sli_error:ratio_rate" + format_duration(window); }

  void group(std::string_view what, Duration interval) {
    out_ += format("  - name: {}\n", yaml_scalar(format("sloth-slo-{}-{}", what, ids_.at("sloth_id"))));
    if (interval > 0ms) out_ += format("    interval: {}\n", format_duration(interval));
    out_ += "    rules:\n";
  }

  void block(std::string_view name, const Texts& entries) {
    out_ += format("        {}:\n", name);
    for (const auto& [key, value] : entries) out_ += format("          {}: {}\n", yaml_scalar(key), yaml_scalar(value));
  }

  void record(std::string_view name, std::string_view expression, const Texts& labels) {
    out_ += format("      - record: {}\n        expr: {}\n", name, yaml_block(expression, kTextIndent + 4));
    block("labels", labels);
  }

  Texts windowed(Duration window) const { return merged(labels_, {{"sloth_window", format_duration(window)}}); }

  void record_ratio(Duration window) {
    record(ratio_name(window), error_ratio(made_.indicator, format_duration(window)), windowed(window));
  }

  // Over the whole period the mean of the shortest window's ratios.
  void record_period() {
    const std::string range = format("{}{}[{}]", ratio_name(kShortest), filter_, format_duration(slo_.window));
    record(ratio_name(slo_.window),
           format("sum_over_time({})\n/ ignoring (sloth_window)\ncount_over_time({})", range, range),
           windowed(slo_.window));
  }

  // The file that declares the SLO wants no page, or no ticket.
  bool is_disabled(bool page) const {
    return declared_ != nullptr && (page ? declared_->page : declared_->ticket).disabled;
  }

  Result<void> record_failures() {
    for (const bool page : {true, false}) {
      if (is_disabled(page)) continue;
      for (const Windows& w : page ? kPage : kTicket) {
        const auto failures = failures_over(made_.indicator, format_duration(w.long_window));
        if (!failures) return failure(cannot_count_failures(placed_));
        record(failures_name(w.long_window), *failures, windowed(w.long_window));
      }
    }
    return {};
  }

  void record_meta() {
    const std::string objective = format_go_g(percent_ / 100);
    record("slo:objective:ratio", format("vector({})", objective), labels_);
    record("slo:error_budget:ratio", format("vector(1-{})", objective), labels_);
    record("slo:time_period:days", format("vector({})", format_go_g(hours(slo_.window) / 24)), labels_);
    record("slo:current_burn_rate:ratio", burn_rate_of(kShortest), labels_);
    record("slo:period_burn_rate:ratio", burn_rate_of(slo_.window), labels_);
    record("slo:period_error_budget_remaining:ratio", format("1 - slo:period_burn_rate:ratio{}", filter_), labels_);
    const std::string_view spec = declared_ ? std::string_view(declared_->spec) : std::string_view("firedrill");
    const auto mode = std::ranges::find(kModes, spec, &Mode::spec);
    record("sloth_slo_info", "vector(1)",
           merged(labels_, {{"sloth_mode", std::string(mode == kModes.end() ? kModes.front().mode : mode->mode)},
                            {"sloth_objective", format_go_f(percent_)},
                            {"sloth_spec", std::string(spec)},
                            {"sloth_version", format("firedrill-{}", kVersion)}}));
  }

  std::string burn_rate_of(Duration window) const {
    return format("{}{}\n/ on(sloth_id, sloth_slo, sloth_service) group_left\nslo:error_budget:ratio{}",
                  ratio_name(window), filter_, filter_);
  }

  void write_alerts(Diagnostics& warnings) {
    const bool unnamed = declared_ != nullptr && declared_->alert_name.empty();
    if (unnamed && !(declared_->page.disabled && declared_->ticket.disabled)) {
      warnings.push_back(
          {Severity::warning, placed_.where,
           format("'{}' gets no alerts: Sloth writes none for OpenSLO, which has no names for them", slo_.name),
           "leave --style out for alerts of firedrill's names"});
    }
    if (unnamed || (declared_ != nullptr && declared_->page.disabled && declared_->ticket.disabled)) return;
    group("alerts", declared_ ? declared_->alerts_interval : Duration());
    alert("page", kFastBurnAlert, kPage, declared_ ? declared_->page : own(options_.page));
    alert("ticket", kSlowBurnAlert, kTicket, declared_ ? declared_->ticket : own(options_.ticket));
  }

  static DeclaredAlert own(const std::string& severity) {
    return {.labels = {{"severity", severity}}, .annotations = {}};
  }

  std::string exceeds(Duration window, double factor) const {
    return format("max({}{} > ({} * {})) without (sloth_window)", ratio_name(window), filter_, format_go_g(factor),
                  format_go_g((100 - percent_) / 100));
  }

  std::string holds(const Windows& w) const {
    const double factor = factor_of(w, slo_.window);
    std::string text =
        format("    {}\n    and\n    {}\n", exceeds(w.short_window, factor), exceeds(w.long_window, factor));
    if (options_.min_failures > 0) {
      text += format("    and\n    max({}{} >= {}) without (sloth_window)\n", failures_name(w.long_window), filter_,
                     options_.min_failures);
    }
    return format("(\n{})", text);
  }

  void alert(const std::string& severity, const char* own_name, const std::array<Windows, 2>& windows,
             const DeclaredAlert& said) {
    if (said.disabled) return;
    const std::string name = declared_ ? declared_->alert_name : std::string(own_name);
    out_ += format("      - alert: {}\n        expr: {}\n", yaml_scalar(name),
                   yaml_block(format("{}\nor\n{}", holds(windows[0]), holds(windows[1])), kTextIndent + 4));
    if (said.pending > 0ms) out_ += format("        for: {}\n", format_duration(said.pending));
    block("labels", merged({{"sloth_severity", severity}}, said.labels));
    constexpr std::string_view kWho = "{{$labels.sloth_service}} {{$labels.sloth_slo}}";
    const Texts annotations{
        {"title", format("({}) {} SLO error budget burn rate is too fast.", severity, kWho)},
        {"summary", format("{} SLO error budget burn rate is over expected.", kWho)},
    };
    block("annotations", merged(annotations, said.annotations));
  }

  const PlacedSlo& placed_;
  const record::Slo& slo_;
  const DeclaredSlo* declared_;
  const MadeIndicator& made_;
  const SloRuleOptions& options_;
  double percent_;
  Texts ids_;
  Texts labels_;
  std::string filter_;
  std::string out_;
};

}  // namespace

Result<std::string> sloth_groups(const PlacedSlo& placed, const MadeIndicator& made, const SloRuleOptions& options,
                                 Diagnostics& warnings) {
  return GroupsWriter(placed, made, options).write(warnings);
}

}  // namespace firedrill::incident

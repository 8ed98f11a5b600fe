#include "incident/slo/slo.h"

#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::incident {
using namespace record;
namespace {

// A stated budget is rounded for people: 43 min for 43.2. More than this share apart is a contradiction.
constexpr double kBudgetRounding = 0.01;

constexpr std::array kFields{
    FieldSpec{.name = "name", .required = true, .doc = "What reports and expectations call it."},
    FieldSpec{.name = "sli",
              .required = true,
              .doc = "The indicator: success_rate, or p50_latency, p95_latency, p99_latency and the like."},
    FieldSpec{.name = "target",
              .required = true,
              .doc = "Of success_rate a share (99.9% or 0.999); of pN_latency the time within which N % must be served "
                     "(200ms)."},
    FieldSpec{
        .name = "window", .type = FieldType::duration, .doc = "Over which the budget counts.", .default_text = "30d"},
    FieldSpec{.name = "error_budget", .doc = "The budget, as a check: target × window (43.2min)."},
    FieldSpec{.name = "service", .doc = "Whose requests count; without it those of all entry points."},
};

// "p95_latency" → 0.95, "p99.9_latency" → 0.999.
std::optional<double> latency_objective(std::string_view sli) {
  constexpr std::string_view kSuffix = "_latency";
  if (!sli.starts_with('p') || !sli.ends_with(kSuffix)) return std::nullopt;
  const auto percent = parse_float(sli.substr(1, sli.size() - 1 - kSuffix.size()));
  if (!percent || !(*percent > 0 && *percent < 100)) return std::nullopt;
  return round_to_record(*percent / 100);
}

std::expected<double, std::string> parse_share(std::string_view text) {
  const bool percent = text.ends_with('%');
  const auto number = parse_float(percent ? text.substr(0, text.size() - 1) : text);
  if (!number) return std::unexpected(format("'{}' is not a share", text));
  return percent ? round_to_record(*number / 100) : *number;
}

double distance(Duration a, Duration b) {
  const double wide = std::max(to_seconds(a), to_seconds(b));
  return wide == 0 ? 0 : (wide - std::min(to_seconds(a), to_seconds(b))) / wide;
}

struct Unit {
  std::string_view name;
  double seconds;
};
constexpr std::array kUnits{Unit{"ms", 1e-3}, Unit{"sec", 1},      Unit{"min", 60}, Unit{"s", 1},
                            Unit{"m", 60},    Unit{"hours", 3600}, Unit{"h", 3600}, Unit{"d", 86400}};

}  // namespace

std::span<const FieldSpec> slo_fields() {
  return kFields;
}

std::expected<Duration, std::string> parse_decimal_duration(std::string_view text) {
  if (const auto plain = parse_duration(text)) return *plain;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto number = parse_float(text.substr(0, digits));
  std::string_view unit = text.substr(digits);
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  const auto row = std::ranges::find(kUnits, unit, &Unit::name);
  if (!number || digits == 0 || row == kUnits.end()) {
    return std::unexpected(format("'{}' is not a duration", text));
  }
  return from_seconds(*number * row->seconds);
}

std::string validate(const Slo& slo) {
  if (!(slo.objective > 0 && slo.objective < 1)) return "the target must lie between 0 and 100 %";
  if (slo.sli == SliKind::latency && slo.threshold <= 0ms) return "the target must be longer than 0";
  if (slo.window <= 0ms) return "the window must be longer than 0";
  if (slo.stated_budget && distance(*slo.stated_budget, slo.budget()) > kBudgetRounding) {
    return format("the stated error budget of {} disagrees with target × window, which is {}",
                  describe_duration(*slo.stated_budget), describe_duration(slo.budget()));
  }
  return {};
}

Result<Slo> make_slo(const Fields& fields) {
  Slo slo;
  slo.name = fields.text("name");
  slo.service = fields.text("service");
  slo.sli_name = fields.text("sli");
  slo.window = fields.duration("window", slo.window);
  Diagnostics found;
  const auto fault = [&](std::string_view field, std::string what, std::string remedy) {
    found.push_back({Severity::error, fields.where(field), std::move(what), std::move(remedy)});
  };
  const std::string target = fields.text("target");
  if (slo.sli_name == "success_rate" || slo.sli_name == "availability") {
    const auto share = parse_share(target);
    if (!share) {
      fault("target", share.error(), "a success rate's target is a share such as 99.9% or 0.999");
    } else {
      slo.objective = *share;
    }
  } else if (const auto objective = latency_objective(slo.sli_name)) {
    slo.sli = SliKind::latency;
    slo.objective = *objective;
    const auto threshold = parse_decimal_duration(target);
    if (!threshold) {
      fault("target", threshold.error(), "a latency's target is a duration such as 200ms");
    } else {
      slo.threshold = *threshold;
    }
  } else {
    fault("sli", format("unknown indicator '{}'", slo.sli_name),
          "expected success_rate, or pN_latency such as p95_latency");
  }
  if (fields.has("error_budget")) {
    const auto budget = parse_decimal_duration(fields.text("error_budget"));
    if (!budget) {
      fault("error_budget", budget.error(), "expected a duration such as 43.2min");
    } else {
      slo.stated_budget = *budget;
    }
  }
  if (found.empty()) {
    const std::string reason = validate(slo);
    const bool budget = slo.stated_budget && reason.starts_with("the stated");
    const std::string_view at = budget ? "error_budget" : reason.starts_with("the window") ? "window" : "target";
    if (!reason.empty())
      fault(at, reason,
            budget           ? "correct it or leave it out"
            : at == "window" ? "expected a duration such as 30d"
                             : "for example 99.9%, or 200ms of a latency");
  }
  if (!found.empty()) return failure(std::move(found));
  return slo;
}

double burn_rate(const Slo& slo, const SliCount& count) {
  return (1 - count.ratio()) / (1 - slo.objective);
}

double budget_left(const Slo& slo, const SliCount& count, Duration covered) {
  if (covered <= 0ms || count.total <= 0) return 1;
  return 1 - burn_rate(slo, count) * (to_seconds(covered) / to_seconds(slo.window));
}

}  // namespace firedrill::incident

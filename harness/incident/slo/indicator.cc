#include "incident/slo/indicator.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/bounds/activity.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/functions/functions.h"
#include "promql/parse/parser.h"

namespace firedrill::incident {
namespace {

using promql::Expr;
using promql::Kind;

constexpr std::string_view kSomeWindow = "5m";

struct Place {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Where `{{.window}}` stands, from `from` on.
std::optional<Place> find_window(std::string_view text, std::size_t from) {
  for (std::size_t begin = text.find("{{", from); begin != std::string_view::npos; begin = text.find("{{", begin + 1)) {
    std::size_t at = begin + 2;
    const auto skip_blanks = [&] {
      while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    };
    skip_blanks();
    constexpr std::string_view kField = ".window";
    if (!text.substr(at).starts_with(kField)) continue;
    at += kField.size();
    skip_blanks();
    if (text.substr(at).starts_with("}}")) return Place{begin, at + 2};
  }
  return std::nullopt;
}

// The place in the written query of a place in the query with some window in its place.
std::size_t written_at(std::string_view query, std::size_t rendered) {
  std::size_t written = 0;  // how far the query has been walked, and how far that is when rendered
  std::size_t walked = 0;
  for (auto place = find_window(query, 0); place; place = find_window(query, place->end)) {
    const std::size_t text = place->begin - written;
    if (rendered < walked + text) break;
    if (rendered < walked + text + kSomeWindow.size()) return place->begin;
    walked += text + kSomeWindow.size();
    written = place->end;
  }
  return written + (rendered - walked);
}

std::string in_parentheses(std::string_view query) {
  return format("({})", query);
}

// The calls of rate() and increase() that the query adds up. False if it does anything else with them.
bool collect_rates(const Expr& expr, std::vector<const promql::Call*>& rates) {
  switch (expr.kind) {
    case Kind::paren:
      return collect_rates(*promql::as<promql::Paren>(expr).inner, rates);
    case Kind::aggregate: {
      const auto& aggregate = promql::as<promql::Aggregate>(expr);
      return aggregate.op == promql::AggregateOp::sum && collect_rates(*aggregate.inner, rates);
    }
    case Kind::binary: {
      const auto& binary = promql::as<promql::Binary>(expr);
      const bool adds = binary.op == promql::BinaryOp::add || binary.op == promql::BinaryOp::sub ||
                        binary.op == promql::BinaryOp::or_;
      return adds && collect_rates(*binary.lhs, rates) && collect_rates(*binary.rhs, rates);
    }
    case Kind::call: {
      const auto& call = promql::as<promql::Call>(expr);
      const std::string_view name = call.function->name;
      if (name == "rate" || name == "increase") {
        rates.push_back(&call);
        return true;
      }
      // `or vector(0)`: none so far.
      return name == "vector" && promql::unwrap(*call.arguments.front()).kind == Kind::number &&
             promql::as<promql::NumberLiteral>(promql::unwrap(*call.arguments.front())).value == 0;
    }
    default:
      return false;
  }
}

// A query that adds up rates, as the number of events of the window.
std::optional<std::string> as_increase(std::string_view query, std::string_view window) {
  std::string text = over_window(query, window);
  const auto parsed = promql::parse_text(text, {});
  if (!parsed) return std::nullopt;
  std::vector<const promql::Call*> rates;
  if (!collect_rates(**parsed, rates) || rates.empty()) return std::nullopt;
  // From the back, so that places stay.
  std::ranges::sort(rates, std::greater<>(), [](const promql::Call* call) { return call->where.begin; });
  for (const promql::Call* call : rates) text.replace(call->where.begin, call->function->name.size(), "increase");
  return text;
}

// What a query counts, where it is no more than the rate of one selector.
struct Rate {
  std::string name;
  std::vector<model::Matcher> matchers;  // without the name's
};

std::optional<Rate> rate_of(const Expr& whole) {
  const Expr& expr = promql::unwrap(whole);
  if (expr.kind == Kind::aggregate) {
    const auto& aggregate = promql::as<promql::Aggregate>(expr);
    if (aggregate.op != promql::AggregateOp::sum || aggregate.without || !aggregate.grouping.empty()) return {};
    return rate_of(*aggregate.inner);
  }
  if (expr.kind == Kind::binary) {
    const auto& binary = promql::as<promql::Binary>(expr);
    std::vector<const promql::Call*> none;
    const bool or_zero = binary.op == promql::BinaryOp::or_ && collect_rates(*binary.rhs, none) && none.empty();
    return or_zero ? rate_of(*binary.lhs) : std::nullopt;
  }
  if (expr.kind != Kind::call) return {};
  const auto& call = promql::as<promql::Call>(expr);
  if (call.function->name != "rate" && call.function->name != "increase") return {};
  const Expr& range = promql::unwrap(*call.arguments.front());
  if (range.kind != Kind::matrix_selector) return {};
  Rate rate;
  for (const model::Matcher& matcher : promql::as<promql::MatrixSelector>(range).vector->matchers) {
    const bool names = matcher.name() == model::kMetricName && matcher.op() == model::MatchOp::equal;
    if (names) rate.name = matcher.value();
    if (!names) rate.matchers.push_back(matcher);
  }
  return rate.name.empty() ? std::nullopt : std::optional(std::move(rate));
}

std::shared_ptr<const Expr> parse_query(std::string_view query) {
  auto parsed = promql::parse_text(over_window(query, kSomeWindow), {});
  return parsed ? *parsed : nullptr;
}

std::optional<Rate> rate_of(std::string_view query) {
  const auto parsed = parse_query(query);
  return parsed == nullptr ? std::nullopt : rate_of(*parsed);
}

// The matchers of `part` that `whole` has not, if `part` has all of `whole`.
std::optional<std::vector<model::Matcher>> further_matchers(const Rate& part, const Rate& whole) {
  std::vector<model::Matcher> further;
  for (const model::Matcher& matcher : part.matchers) {
    if (std::ranges::find(whole.matchers, matcher) == whole.matchers.end()) further.push_back(matcher);
  }
  if (part.matchers.size() - further.size() != whole.matchers.size()) return std::nullopt;
  return further;
}

constexpr std::string_view kNotRequests =
    "it is neither a share of requests by their code nor a share of those within a histogram's bucket";

// Of codes in each hundred those that decide. The world fails a request that is answered with 5xx.
constexpr std::array kServed{"200", "201", "204", "301", "302", "304"};
constexpr std::array kRefused{"400", "401", "403", "404", "409", "422", "429"};
constexpr std::array kFailed{"500", "502", "503", "504"};

std::expected<Counted, std::string> by_code(const model::Matcher& matcher, bool good) {
  const auto bad = [&](std::string_view code) { return matcher.matches(code) != good; };
  const bool is_code = std::ranges::all_of(kFailed, bad) && std::ranges::none_of(kServed, bad);
  if (!is_code) return std::unexpected(std::string(kNotRequests));
  Counted counted;
  std::string refused;
  for (const char* code : kRefused) {
    if (bad(code)) refused += (refused.empty() ? "" : ", ") + std::string(code);
  }
  if (!refused.empty()) counted.differs = format("requests that are answered with {} do not count as failed", refused);
  return counted;
}

std::optional<Duration> bucket_of(const std::vector<model::Matcher>& further) {
  if (further.size() != 1 || further.front().name() != model::kBucketLabel) return std::nullopt;
  if (further.front().op() != model::MatchOp::equal) return std::nullopt;
  const auto bound = parse_float(further.front().value());
  if (!bound || !(*bound > 0) || *bound > 1e6) return std::nullopt;
  return from_seconds(*bound);
}

// x_count, or x_bucket{le="+Inf"}: all requests of a histogram. Gives x.
std::optional<Rate> histogram_of(const Rate& all) {
  Rate whole = all;
  const auto infinite = std::ranges::find_if(whole.matchers, [](const model::Matcher& matcher) {
    return matcher.name() == model::kBucketLabel && matcher.value() == "+Inf";
  });
  const bool bucket = infinite != whole.matchers.end();
  if (bucket) whole.matchers.erase(infinite);
  const std::string_view suffix = bucket ? "_bucket" : "_count";
  if (!whole.name.ends_with(suffix)) return std::nullopt;
  whole.name.resize(whole.name.size() - suffix.size());
  return whole;
}

// Of `good` within a bucket and `total` of its histogram.
std::expected<Counted, std::string> by_bucket(const Rate& good, const Rate& total) {
  const auto histogram = histogram_of(total);
  if (!histogram || good.name != histogram->name + "_bucket") return std::unexpected(std::string(kNotRequests));
  const auto further = further_matchers(good, *histogram);
  const auto threshold = further ? bucket_of(*further) : std::nullopt;
  if (!threshold) return std::unexpected(std::string(kNotRequests));
  return Counted{record::SliKind::latency, *threshold, {}};
}

// total - good, as Sloth's latency examples count what is bad.
std::expected<Counted, std::string> by_difference(std::string_view bad, const Rate& total) {
  const auto parsed = parse_query(bad);
  const Expr* expr = parsed == nullptr ? nullptr : &promql::unwrap(*parsed);
  if (expr == nullptr || expr->kind != Kind::binary) return std::unexpected(std::string(kNotRequests));
  const auto& binary = promql::as<promql::Binary>(*expr);
  const auto all = binary.op == promql::BinaryOp::sub ? rate_of(*binary.lhs) : std::nullopt;
  const auto good = all ? rate_of(*binary.rhs) : std::nullopt;
  const bool of_total =
      good && all->name == total.name && further_matchers(*all, total) && further_matchers(total, *all);
  if (!of_total) return std::unexpected(std::string(kNotRequests));
  return by_bucket(*good, total);
}

}  // namespace

bool has_window(std::string_view query) {
  return find_window(query, 0).has_value();
}

std::string over_window(std::string_view query, std::string_view window) {
  std::string out;
  std::size_t from = 0;
  for (auto place = find_window(query, 0); place; place = find_window(query, place->end)) {
    out += query.substr(from, place->begin - from);
    out += window;
    from = place->end;
  }
  return out += query.substr(from);
}

std::string whole_query(std::string_view query) {
  const std::size_t line = query.rfind('\n') + 1;  // 0 where there is but one
  return query.find('#', line) == std::string_view::npos ? std::string(query) : std::string(query) + "\n";
}

std::string error_ratio(const Indicator& indicator, std::string_view window) {
  const auto over = [&](const std::string& query) { return in_parentheses(over_window(query, window)); };
  if (!indicator.error_ratio.empty()) return over(indicator.error_ratio);
  if (!indicator.bad.empty()) return format("{}\n/\n{}", over(indicator.bad), over(indicator.total));
  return format("(\n  1 - (\n    {}\n    /\n    {}\n  )\n)", over(indicator.good), over(indicator.total));
}

std::optional<std::string> failures_over(const Indicator& indicator, std::string_view window) {
  if (!indicator.failures.empty()) return over_window(indicator.failures, window);
  if (!indicator.error_ratio.empty()) return std::nullopt;
  if (!indicator.bad.empty()) return as_increase(indicator.bad, window);
  const auto total = as_increase(indicator.total, window);
  const auto good = as_increase(indicator.good, window);
  if (!total || !good) return std::nullopt;
  return format("({})\n-\n({})", *total, *good);
}

bool check_query(const yaml::Node& query, const promql::ParseOptions& options, Diagnostics& diagnostics) {
  const Position where = query.where();
  const Activity activity(where);
  const auto parsed = promql::parse_text(over_window(query.text, kSomeWindow), options);
  if (parsed) return true;
  for (const promql::ParseError& error : parsed.error()) {
    const std::size_t begin = written_at(query.text, error.where.begin);
    const std::size_t end = written_at(query.text, error.where.end);
    report(diagnostics, query.at(begin, end > begin ? end - begin : 1), format("in the expression: {}", error.what),
           error.remedy);
  }
  return false;
}

std::expected<Counted, std::string> counted_by(const Indicator& indicator) {
  const auto total = indicator.error_ratio.empty() ? rate_of(indicator.total) : std::nullopt;
  if (!total) return std::unexpected(std::string(kNotRequests));
  const bool good = indicator.bad.empty();
  const auto part = rate_of(good ? indicator.good : indicator.bad);
  if (!part && !good) return by_difference(indicator.bad, *total);
  if (!part) return std::unexpected(std::string(kNotRequests));
  if (part->name == total->name) {
    const auto further = further_matchers(*part, *total);
    if (further && further->size() == 1 && further->front().name() != model::kBucketLabel) {
      return by_code(further->front(), good);
    }
  }
  return good ? by_bucket(*part, *total) : std::unexpected(std::string(kNotRequests));
}

}  // namespace firedrill::incident

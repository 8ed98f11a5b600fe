// series, labels and label values.
#include <algorithm>
#include <set>

#include "base/text/format.h"
#include "base/text/utf8.h"
#include "console/prometheus_api/answers.h"
#include "console/prometheus_api/parameters.h"
#include "console/prometheus_api/prometheus_api.h"

namespace firedrill::console {
namespace {

using promql::SeriesRef;

// Whether the series has been there at some time of the range. Prometheus asks chunks, which reach from one sample to a
// later one; so do we.
bool is_within(const promql::Queryable& series, SeriesRef ref, const TimeRange& range) {
  const promql::Columns columns = series.samples(ref);
  if (columns.times.empty()) return false;
  return Time(Duration(columns.times.front())) <= range.to && Time(Duration(columns.times.back())) >= range.from;
}

// Those that any of the sets selects (all, if there is none), within the range, each once.
std::vector<SeriesRef> chosen(const promql::Queryable& series, const MatcherSets& sets, const TimeRange& range) {
  std::vector<SeriesRef> refs;
  if (sets.empty()) refs = series.select({});
  for (const auto& matchers : sets) {
    const std::vector<SeriesRef> more = series.select(matchers);
    refs.insert(refs.end(), more.begin(), more.end());
  }
  std::erase_if(refs, [&](SeriesRef ref) { return !is_within(series, ref, range); });
  std::ranges::sort(refs);
  refs.erase(std::ranges::unique(refs).begin(), refs.end());
  std::ranges::sort(refs, [&](SeriesRef a, SeriesRef b) { return series.labels(a) < series.labels(b); });
  return refs;
}

// What the three have in common.
struct Asked {
  std::size_t limit = 0;
  TimeRange range;
  MatcherSets sets;
};

std::expected<Asked, std::string> parse_asked(const Form& form, const promql::ParseOptions& options, std::size_t most,
                                              std::string_view prefix) {
  const auto limit = parse_api_limit(form);
  if (!limit) return std::unexpected(limit.error());
  const auto range = parse_api_range(form);
  if (!range) return std::unexpected(range.error());
  const std::vector<std::string> texts = form.values("match[]");
  if (texts.size() > most) return std::unexpected(format("more than {} match[] parameters", most));
  auto sets = parse_matcher_sets(texts, options, prefix);
  if (!sets) return std::unexpected(sets.error());
  return Asked{*limit, *range, *std::move(sets)};
}

http::Response answer_names(const std::set<std::string, std::less<>>& names, std::size_t limit) {
  json::array out;
  for (const std::string& name : names) {
    if (limit > 0 && out.size() == limit) return api_data(std::move(out), {std::string(kTruncated)});
    out.emplace_back(name);
  }
  return api_data(std::move(out));
}

// model.UnescapeName of the "values" escaping: U__a_2e_b is a.b, and U__a__b is a_b. What is none stays as it is.
std::string unescape_name(std::string_view name) {
  if (!name.starts_with("U__")) return std::string(name);
  const std::string_view rest = name.substr(3);
  std::string out;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] != '_') {
      out += rest[i];
      continue;
    }
    if (i + 1 < rest.size() && rest[i + 1] == '_') {
      out += '_';
      ++i;
      continue;
    }
    const auto end = rest.find('_', i + 1);
    if (end == rest.npos || end == i + 1 || end - i > 7) return std::string(name);
    std::uint32_t rune = 0;
    for (const char c : rest.substr(i + 1, end - i - 1)) {
      const bool digit = c >= '0' && c <= '9';
      if (!digit && !(c >= 'a' && c <= 'f')) return std::string(name);
      rune = rune * 16 + static_cast<std::uint32_t>(digit ? c - '0' : c - 'a' + 10);
    }
    if (rune >= 0x80 || rune == 0) return std::string(name);
    out += static_cast<char>(rune);
    i = end;
  }
  return out;
}

}  // namespace

http::Response PrometheusApi::series(const http::Request& request, Segments) const {
  const Form form = Form::parsed(request);
  if (!form.has("match[]")) return api_fault(ApiFault::bad_data, "no match[] parameter provided");
  const auto asked =
      parse_asked(form, monitoring_.promql().parsing(), bounds_.matchers, "invalid parameter \"match[]\": ");
  if (!asked) return api_fault(ApiFault::bad_data, asked.error());
  const promql::Queryable& all = monitoring_.series();
  json::array out;
  for (const SeriesRef ref : chosen(all, asked->sets, asked->range)) {
    if (asked->limit > 0 && out.size() == asked->limit) return api_data(std::move(out), {std::string(kTruncated)});
    out.push_back(labels_json(all.labels(ref)));
  }
  return api_data(std::move(out));
}

http::Response PrometheusApi::label_names(const http::Request& request, Segments) const {
  const Form form = Form::of(request);
  const auto asked = parse_asked(form, monitoring_.promql().parsing(), bounds_.matchers, "");
  if (!asked) return api_fault(ApiFault::bad_data, asked.error());
  const promql::Queryable& all = monitoring_.series();
  std::set<std::string, std::less<>> names;
  for (const SeriesRef ref : chosen(all, asked->sets, asked->range)) {
    for (const model::Label& label : all.labels(ref)) names.insert(label.name);
  }
  return answer_names(names, asked->limit);
}

http::Response PrometheusApi::label_values(const http::Request& request, Segments segments) const {
  const std::string name = unescape_name(segments[0]);
  if (name.empty() || first_invalid_utf8(name) != std::string_view::npos) {
    return api_fault(ApiFault::bad_data, format("invalid label name: {}", model::quote(name)));
  }
  const Form form = Form::of(request);
  const auto asked = parse_asked(form, monitoring_.promql().parsing(), bounds_.matchers, "");
  if (!asked) return api_fault(ApiFault::bad_data, asked.error());
  const promql::Queryable& all = monitoring_.series();
  std::set<std::string, std::less<>> values;
  for (const SeriesRef ref : chosen(all, asked->sets, asked->range)) {
    if (const std::string_view value = all.labels(ref).get(name); !value.empty()) values.emplace(value);
  }
  return answer_names(values, asked->limit);
}

}  // namespace firedrill::console

#include "monitor/scrape/text_format.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "monitor/scrape/series_text.h"

namespace firedrill::monitor {
namespace {

using model::MetricType;

MetricType type_named(std::string_view name) {
  constexpr std::array kTypes = {MetricType::counter, MetricType::gauge, MetricType::histogram, MetricType::summary};
  const auto found = std::ranges::find(kTypes, name, [](MetricType type) { return model::to_string(type); });
  return found == kTypes.end() ? MetricType::unknown : *found;
}

class Reader {
 public:
  std::string_view read(std::string_view line) {
    skip_blanks(line);
    if (line.empty()) return "";
    return line.front() == '#' ? comment(line.substr(1)) : sample(line);
  }
  std::vector<ExposedSample> take() { return std::move(samples_); }

 private:
  // TYPE is obeyed; HELP and whatever else a comment says is not looked at.
  std::string_view comment(std::string_view rest) {
    skip_blanks(rest);
    constexpr std::string_view kType = "TYPE";
    if (!rest.starts_with(kType) || rest.size() == kType.size() || !is_blank(rest[kType.size()])) return "";
    rest.remove_prefix(kType.size());
    skip_blanks(rest);
    const std::string_view name = take_name(rest, true);
    if (name.empty()) return "TYPE of no metric";
    skip_blanks(rest);
    while (!rest.empty() && is_blank(rest.back())) rest.remove_suffix(1);
    const MetricType type = type_named(rest);
    if (type == MetricType::unknown && rest != "untyped" && rest != "unknown") return "an unknown TYPE";
    types_.insert_or_assign(name, type);
    return "";
  }

  std::string_view sample(std::string_view line) {
    std::string_view rest = line;
    const std::string_view name = take_name(rest, true);
    if (name.empty()) return "no name of a metric";
    if (!rest.empty() && !is_blank(rest.front()) && rest.front() != '{') return "a name that is none";
    const std::string_view behind = rest;
    skip_blanks(rest);
    if (rest.starts_with('{')) {
      const std::string_view why = take_labels(rest, true);
      if (!why.empty()) return why;
    } else {
      rest = behind;
    }
    const std::string_view series = line.substr(0, line.size() - rest.size());
    skip_blanks(rest);
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    const auto value = parse_float(rest.substr(0, end));
    if (!value) return "no value";
    rest.remove_prefix(end);
    skip_blanks(rest);
    while (!rest.empty() && is_blank(rest.back())) rest.remove_suffix(1);
    if (!rest.empty() && !parse_int(rest)) return "what stands behind the value is no timestamp";
    samples_.push_back({series, *value, type_of(name)});
    return "";
  }

  MetricType type_of(std::string_view name) const {
    if (const auto found = types_.find(name); found != types_.end()) return found->second;
    for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
      if (!name.ends_with(suffix)) continue;
      const auto family = types_.find(name.substr(0, name.size() - suffix.size()));
      if (family == types_.end()) continue;
      const bool fits =
          family->second == MetricType::histogram || (family->second == MetricType::summary && suffix != "_bucket");
      if (fits) return family->second;
    }
    return MetricType::unknown;
  }

  std::vector<ExposedSample> samples_;
  std::map<std::string_view, MetricType, std::less<>> types_;
};

}  // namespace

std::expected<std::vector<ExposedSample>, std::string> read_exposition(std::string_view text) {
  Reader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::unexpected(format("line {}: it has no end", number));
    if (const std::string_view why = reader.read(text.substr(0, end)); !why.empty()) {
      return std::unexpected(format("line {}: {}", number, why));
    }
    text.remove_prefix(end + 1);
  }
  return reader.take();
}

}  // namespace firedrill::monitor

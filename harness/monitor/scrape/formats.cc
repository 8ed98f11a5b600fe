#include "monitor/scrape/formats.h"

#include <algorithm>

#include "monitor/scrape/open_metrics.h"
#include "monitor/scrape/series_text.h"

namespace firedrill::monitor {
namespace {

// Without its parameters.
std::string_view media_type(std::string_view content_type) {
  std::string_view media = content_type.substr(0, std::min(content_type.find(';'), content_type.size()));
  while (!media.empty() && is_blank(media.back())) media.remove_suffix(1);
  return media;
}

}  // namespace

std::optional<Format> format_of(const std::string* content_type, promql::Version version) {
  const std::string_view media = content_type == nullptr ? std::string_view() : media_type(*content_type);
  if (media == "application/openmetrics-text") return Format::open_metrics;
  // Prometheus 3 scrapes nothing of which it is not said what it is; before it all such was taken for the text format.
  if (version == promql::Version::v2 || media == "text/plain") return Format::text;
  return std::nullopt;
}

std::expected<std::vector<ExposedSample>, std::string> read_samples(std::string_view text, Format format) {
  return format == Format::open_metrics ? read_open_metrics(text) : read_exposition(text);
}

}  // namespace firedrill::monitor

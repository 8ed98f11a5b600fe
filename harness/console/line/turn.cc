#include "console/line/turn.h"

#include <algorithm>

#include "base/diagnostic.h"
#include "base/text/format.h"
#include "base/text/utf8.h"
#include "promql/api_json.h"

namespace firedrill::console {
namespace {

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) {
    text.remove_suffix(1);
  }
  return text;
}

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text = trimmed(text.substr(end));
  return word;
}

Answer said(std::string text, json::object data) {
  return {.ok = true, .text = std::move(text), .data = std::move(data)};
}

Answer refused(std::string what, std::string remedy) {
  json::object data;
  data["error"] = what;
  if (!remedy.empty()) data["remedy"] = remedy;
  return {.ok = false,
          .text = remedy.empty() ? format("{}\n", what) : format("{}\n  {}\n", what, remedy),
          .data = std::move(data)};
}

Answer refused(const Refusal& refusal) {
  return refused(refusal.what, refusal.remedy);
}

std::string nearest_or(std::string_view written, const std::vector<std::string>& names, std::string_view remedy) {
  return nearest(written, names).empty() ? std::string(remedy) : suggest(written, names);
}

Answer answer_of(const Done& done) {
  if (!done) return refused(done.error());
  json::object data;
  data["done"] = *done;
  return said(*done + "\n", std::move(data));
}

std::string columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]) + 2, ' ');
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return out;
}

std::string shown_number(double value) {
  const double size = value < 0 ? -value : value;
  if (size >= 100) return format("{:.0f}", value);
  if (size >= 1) return format("{:.2f}", value);
  return promql::api_number(value).size() > 8 ? format("{:.4g}", value) : promql::api_number(value);
}

std::string shown_share(const std::optional<double>& share) {
  return share ? format("{:.2f} %", *share * 100) : "–";
}

std::string shown_seconds(const std::optional<double>& seconds) {
  if (!seconds) return "–";
  return *seconds < 1 ? format("{:.0f} ms", *seconds * 1000) : format("{:.2f} s", *seconds);
}

json::array json_texts(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

json::object json_labels(const model::Labels& labels) {
  json::object out;
  for (const model::Label& label : labels) out[label.name] = label.value;
  return out;
}

}  // namespace firedrill::console

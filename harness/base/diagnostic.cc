#include "base/diagnostic.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/escape.h"
#include "base/format.h"

namespace firedrill {
namespace {

bool starts_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, starts_code_point));
}

// Line `number` (from 1) of the text, without its end.
std::string_view line_of(std::string_view text, std::size_t number) {
  std::size_t from = 0;
  for (std::size_t line = 1; line < number; ++line) {
    from = text.find('\n', from);
    if (from == std::string_view::npos) return {};
    ++from;
  }
  std::string_view line = text.substr(from, text.find('\n', from) - from);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

constexpr std::size_t kShownWidth = 160;

// The excerpt of a long line around the column; `column` is changed to where it stands in the excerpt.
std::string excerpt(std::string_view line, std::size_t& column) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (starts_code_point(line[i])) starts.push_back(i);
  }
  if (starts.size() <= kShownWidth) return printable(line);
  const std::size_t at = column - 1;
  const std::size_t from = at > kShownWidth / 2 ? std::min(at - kShownWidth / 2, starts.size() - kShownWidth) : 0;
  const std::size_t to = std::min(from + kShownWidth, starts.size());
  const std::size_t end = to == starts.size() ? line.size() : starts[to];
  std::string out = printable(line.substr(starts[from], end - starts[from]));
  if (from > 0) {
    out = "…" + out;
    column = column - from + 1;
  }
  return end < line.size() ? out + "…" : out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> previous(b.size() + 1), before(b.size() + 1), row(b.size() + 1);
  std::iota(previous.begin(), previous.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({previous[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = previous;
    previous = row;
  }
  return previous[b.size()];
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace

SourcePtr make_source(std::string name, std::string text) {
  return std::make_shared<const Source>(Source{std::move(name), std::move(text)});
}

Position position_at(const SourcePtr& source, std::size_t offset, std::size_t length) {
  const std::string_view text = source->text;
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  Position position;
  position.source = source;
  position.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
  position.column = 1 + code_points(before.substr(line_start));
  position.length = std::max<std::size_t>(1, code_points(text.substr(offset, length)));
  return position;
}

std::string render(const Diagnostic& diagnostic) {
  const Position& where = diagnostic.where;
  std::string out = where.source ? printable(where.source->name) : std::string("firedrill");
  if (where.line > 0) out += format(":{}:{}", where.line, where.column);
  out += format(": {}: {}\n", diagnostic.severity == Severity::error ? "error" : "warning", printable(diagnostic.what));
  if (where.source && where.line > 0) {
    const std::string_view line = line_of(where.source->text, where.line);
    std::size_t column = std::max<std::size_t>(1, where.column);
    const std::size_t room = code_points(line) + 1 > column ? code_points(line) + 1 - column : 1;
    const std::string shown = excerpt(line, column);
    const std::string number = format("{:>5}", where.line);
    out += format("{} | {}\n", number, shown);
    const std::size_t carets =
        std::clamp<std::size_t>(where.length, 1, std::min(std::max<std::size_t>(room, 1), kShownWidth));
    out += format("{:>5} | {}{}\n", "", std::string(column - 1, ' '), std::string(carets, '^'));
  }
  if (!diagnostic.remedy.empty()) out += format("      = help: {}\n", printable(diagnostic.remedy));
  return out;
}

std::string render(std::span<const Diagnostic> diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += render(diagnostic);
  return out;
}

bool has_errors(std::span<const Diagnostic> diagnostics) {
  return std::ranges::any_of(diagnostics, [](const Diagnostic& d) { return d.severity == Severity::error; });
}

void tidy(Diagnostics& diagnostics) {
  const auto key = [](const Diagnostic& d) {
    return std::make_tuple(d.where.source ? std::string_view(d.where.source->name) : std::string_view(), d.where.line,
                           d.where.column, std::string_view(d.what));
  };
  std::ranges::stable_sort(diagnostics, {}, key);
  const auto repeated = std::ranges::unique(diagnostics, {}, key);
  diagnostics.erase(repeated.begin(), repeated.end());
}

std::string nearest(std::string_view written, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = std::string::npos;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > 200 || written.size() > 200) continue;
    const std::size_t distance = edit_distance(lower(written), lower(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  const std::size_t allowed = std::max<std::size_t>(1, std::max(written.size(), best.size()) / 3);
  return best_distance <= allowed ? best : std::string();
}

std::string suggest(std::string_view written, std::span<const std::string> candidates) {
  if (const std::string near = nearest(written, candidates); !near.empty()) return format("did you mean '{}'?", near);
  if (candidates.empty()) return {};
  constexpr std::size_t kNamed = 12;
  std::string out = candidates.size() == 1 ? "expected " : "expected one of: ";
  for (std::size_t i = 0; i < std::min(kNamed, candidates.size()); ++i) out += (i > 0 ? ", " : "") + candidates[i];
  return candidates.size() > kNamed ? out + format(", … ({} in all)", candidates.size()) : out;
}

}  // namespace firedrill

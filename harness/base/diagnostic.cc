#include "base/diagnostic.h"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <optional>
#include <tuple>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/redact.h"
#include "base/text/secret.h"
#include "base/text/text_index.h"

namespace firedrill {
namespace {

// What may be shown of a line of a source: without its end, and up to where a secret begins. Nothing here copies a
// whole line: a file of a megabyte may be one.
struct Line {
  const Source& source;
  std::size_t number;
  std::size_t begin = source.index().offset({number, 1});
  std::size_t whole = end_of_line();
  std::size_t end = std::min(whole, source.secrets().in_line(begin, whole));

  // Whether a column lies behind the secret: then what is wrong is something else.
  bool is_behind_secret(std::size_t column) const {
    return end < whole && source.index().offset({number, column}) >= end_of_secret();
  }

  std::string_view hidden() const { return end < whole ? Secret::to_display() : std::string_view(); }

  std::size_t width() const { return source.index().code_points(begin, end); }
  // The code points from column `from` on, and before column `to`.
  std::string part(std::size_t from, std::size_t to) const {
    const std::size_t at = source.index().offset({number, from});
    return printable(std::string_view(source.text).substr(at, source.index().offset({number, to}) - at));
  }

 private:
  // Nothing is shown by it: a quoted text ends with its quote, any other in a flow mapping or list with its entry.
  std::size_t end_of_secret() const {
    const std::string_view text(source.text);
    const char quote = text[end];
    if (quote == '"' || quote == '\'') {
      for (std::size_t at = end + 1; at < whole; ++at) {
        const bool escapes = quote == '"' ? text[at] == '\\' : text.substr(at, 2) == "''";
        if (escapes) {
          ++at;
        } else if (text[at] == quote) {
          return at + 1;
        }
      }
      return whole;
    }
    const bool flows = text.substr(begin, end - begin).find_first_of("{[") != std::string_view::npos;
    return flows ? std::min(text.find_first_of(",}]'\"", end), whole) : whole;
  }

  std::size_t end_of_line() const {
    const std::string& text = source.text;
    std::size_t at = source.index().offset({number + 1, 1});
    if (at > begin && text[at - 1] == '\n') --at;
    if (at > begin && text[at - 1] == '\r') --at;
    return at;
  }
};

constexpr std::size_t kShownWidth = 160;

// The excerpt of a long line around the column; `column` is changed to where it stands in the excerpt.
std::string excerpt(const Line& line, std::size_t& column) {
  const std::size_t width = line.width();
  if (width <= kShownWidth) return line.part(1, width + 1).append(line.hidden());
  const std::size_t at = column - 1;
  const std::size_t from = at > kShownWidth / 2 ? std::min(at - kShownWidth / 2, width - kShownWidth) : 0;
  const std::size_t to = std::min(from + kShownWidth, width);
  std::string out = line.part(from + 1, to + 1);
  if (from > 0) {
    out = "…" + out;
    column = column - from + 1;
  }
  return to < width ? out + "…" : out.append(line.hidden());
}

// The line, and carets below what is wrong: below the word that stands for a secret if that is it, and below an
// ellipsis if it comes later in the line, of which nothing is shown any more.
std::string excerpt_with_carets(const Position& where) {
  const Line line{*where.source, where.line};
  const std::size_t behind = line.width() + 1;
  std::size_t column = std::max<std::size_t>(1, where.column);
  const bool comes_later = line.is_behind_secret(column);
  if (!line.hidden().empty()) column = std::min(column, behind);
  const std::size_t shown_behind = behind + line.hidden().size();
  const std::size_t room = shown_behind > column ? shown_behind - column : 1;
  std::string shown = excerpt(line, column);
  std::size_t carets = std::clamp<std::size_t>(where.length, 1, std::min(room, kShownWidth));
  if (comes_later) {
    shown += " …";
    column += line.hidden().size() + 1;
    carets = 1;
  }
  return format("{:>5} | {}\n{:>5} | {}{}\n", where.line, shown, "", std::string(column - 1, ' '),
                std::string(carets, '^'));
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

struct Source::Found {
  std::once_flag indexing;
  std::optional<TextIndex> index;
  std::once_flag looking;
  std::optional<SecretPlaces> secrets;
};

Source::Source(std::string called, std::string content, Quoting shown)
    : name(std::move(called)), text(std::move(content)), quoting(shown), found_(std::make_unique<Found>()) {}
Source::~Source() = default;

const TextIndex& Source::index() const {
  std::call_once(found_->indexing, [&] { found_->index.emplace(text); });
  return *found_->index;
}

const SecretPlaces& Source::secrets() const {
  std::call_once(found_->looking, [&] { found_->secrets.emplace(text); });
  return *found_->secrets;
}

SourcePtr make_source(std::string name, std::string text, Quoting quoting) {
  return std::make_shared<const Source>(std::move(name), std::move(text), quoting);
}

Position position_at(const SourcePtr& source, std::size_t offset, std::size_t length) {
  offset = std::min(offset, source->text.size());
  const std::size_t end = offset + std::min(length, source->text.size() - offset);
  const TextIndex::Place place = source->index().place(offset);
  return {source, place.line, place.column, std::max<std::size_t>(1, source->index().code_points(offset, end))};
}

std::string render(const Diagnostic& diagnostic) {
  const Position& where = diagnostic.where;
  std::string out = where.source ? printable(where.source->name) : std::string("firedrill");
  if (where.line > 0) out += format(":{}:{}", where.line, where.column);
  out += format(": {}: {}\n", diagnostic.severity == Severity::error ? "error" : "warning",
                printable(without_passwords(diagnostic.what)));
  const bool quoted = where.source && where.line > 0 && where.source->quoting == Quoting::full;
  if (quoted) out += excerpt_with_carets(where);
  if (!diagnostic.remedy.empty()) out += format("      = help: {}\n", printable(without_passwords(diagnostic.remedy)));
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

// Comments are found in the text, since YAML's parser passes over them, and items by their indentation. A line that
// looks like a comment in a block scalar is one, too: PromQL has the same comments.
#include "lint/comments.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "lint/causes.h"

namespace firedrill::lint {
namespace {

constexpr std::string_view kItem = "# firedrill disable ";
constexpr std::string_view kFile = "# firedrill file/disable ";

std::string_view without_end(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return without_end(text);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(without_end(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

// Lines count from 1, as in positions; lines_[0] is line 1.
Comments::Comments(SourcePtr source) : source_(std::move(source)) {
  if (!source_ || !source_->text.contains("# firedrill ")) return;
  lines_ = lines_of(source_->text);
  for (std::size_t line = 1; line <= lines_.size(); ++line) read(line);
}

void Comments::read(std::size_t line) {
  const std::string_view text = lines_[line - 1];
  const std::size_t item = text.find(kItem);
  const std::size_t file = text.find(kFile);
  if (item == std::string_view::npos && file == std::string_view::npos) return;
  const bool whole = file != std::string_view::npos;
  std::size_t at = whole ? file + kFile.size() : item + kItem.size();
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    if (const std::string_view name = trimmed(text.substr(at, end - at)); !name.empty()) {
      add(name, whole, line, text.find(name, at));
    }
    at = end + 1;
  }
}

void Comments::add(std::string_view name, bool whole, std::size_t line, std::size_t column) {
  Mention mention{std::string(name), Position{source_, line, column + 1, name.size()}, whole};
  // Behind something it is about that; on a line of its own about what comes next.
  std::size_t about = line;
  while (about <= lines_.size() && !says_something(about)) ++about;
  if (!whole && about <= lines_.size()) {
    mention.begin = item_around(about);
    mention.end = end_of_block(mention.begin);
  }
  mentions_.push_back(std::move(mention));
}

bool Comments::says_something(std::size_t line) const {
  const std::string_view text = trimmed(lines_[line - 1]);
  return !text.empty() && !text.starts_with('#');
}

std::size_t Comments::indentation(std::size_t line) const {
  return std::min(lines_[line - 1].find_first_not_of(' '), lines_[line - 1].size());
}

bool Comments::begins_item(std::size_t line) const {
  const std::string_view text = trimmed(lines_[line - 1]);
  return text == "-" || text.starts_with("- ") || text.starts_with('{');
}

// The line at which the innermost item that the line is in begins; the line itself where it is in none.
std::size_t Comments::item_around(std::size_t line) const {
  std::size_t within = indentation(line) + 1;
  for (std::size_t above = line; above >= 1; --above) {
    if (!says_something(above) || indentation(above) >= within) continue;
    if (begins_item(above)) return above;
    within = indentation(above);
  }
  return line;
}

// The first line behind it that is not below it. A key's list may stand as far to the left as the key.
std::size_t Comments::end_of_block(std::size_t line) const {
  const bool item = begins_item(line);
  std::size_t end = line + 1;
  while (end <= lines_.size()) {
    const bool listed = !item && begins_item(end) && indentation(end) == indentation(line);
    if (says_something(end) && indentation(end) <= indentation(line) && !listed) break;
    ++end;
  }
  return end;
}

bool Comments::disabled(std::string_view lint, std::size_t line) const {
  return std::ranges::any_of(mentions_, [&](const Mention& mention) {
    return mention.lint == lint && (mention.whole || (mention.begin <= line && line < mention.end));
  });
}

std::size_t Comments::first_above(std::size_t line) const {
  while (line > 1 && line - 1 <= lines_.size() && trimmed(lines_[line - 2]).starts_with('#')) --line;
  return line;
}

bool Comments::disabled_between(std::string_view lint, std::size_t begin, std::size_t end) const {
  if (mentions_.empty()) return false;
  begin = first_above(begin);
  end = first_above(end);
  return std::ranges::any_of(mentions_, [&](const Mention& mention) {
    const std::size_t line = mention.where.line;
    return mention.lint == lint && (mention.whole || (begin <= line && line < end));
  });
}

Diagnostics Comments::unknown(std::span<const LintWords* const> known) const {
  std::vector<std::string> names;
  for (const LintWords* each : known) names.emplace_back(each->name);
  Diagnostics found;
  for (const Mention& mention : mentions_) {
    if (std::ranges::find(names, mention.lint) != names.end()) continue;
    found.push_back({Severity::warning, mention.where, format("there is no lint '{}'", mention.lint),
                     suggest(mention.lint, names)});
  }
  return found;
}

void leave_out_disabled(Diagnostics& warnings) {
  std::map<const Source*, Comments> files;
  std::erase_if(warnings, [&](const Diagnostic& each) {
    const std::string_view lint = cause_of(each);
    if (lint.empty() || !each.where.source) return false;
    const auto file = files.try_emplace(each.where.source.get(), each.where.source).first;
    return file->second.disabled(lint, each.where.line);
  });
}

}  // namespace firedrill::lint

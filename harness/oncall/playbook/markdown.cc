#include "oncall/playbook/markdown.h"

#include <algorithm>

namespace firedrill::oncall {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// How many bytes mark the item: "- ", "* ", "12. ", "- [ ] "; 0 if it is none.
std::size_t mark_of_item(std::string_view text) {
  std::size_t at = 0;
  if (text.starts_with("- ") || text.starts_with("* ") || text.starts_with("+ ")) {
    at = 2;
  } else {
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    if (at == 0 || at > 9 || at + 1 >= text.size() || (text[at] != '.' && text[at] != ')') || text[at + 1] != ' ')
      return 0;
    at += 2;
  }
  for (const std::string_view box : {"[ ] ", "[x] ", "[X] "}) {
    if (text.substr(at).starts_with(box)) return at + box.size();
  }
  return at;
}

std::size_t level_of_heading(std::string_view text) {
  const std::size_t level = std::min(text.find_first_not_of('#'), text.size());
  return level > 0 && level <= 6 && level < text.size() && text[level] == ' ' ? level : 0;
}

// "```", "~~~~"; empty if it begins no fence.
std::string_view marks_of_fence(std::string_view text) {
  if (!text.starts_with("```") && !text.starts_with("~~~")) return {};
  return text.substr(0, std::min(text.find_first_not_of(text.front()), text.size()));
}

// "## Symptoms ##" is the heading "Symptoms".
std::string_view without_closing(std::string_view text) {
  const std::size_t last = text.find_last_not_of('#');
  if (last == std::string_view::npos || last + 1 == text.size() || text[last] != ' ') return text;
  return trimmed(text.substr(0, last));
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Markdown read() {
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      line(text_.substr(at, end - at), at);
      at = end + 1;
    }
    return {std::move(lines_), fence_.empty() ? std::nullopt : std::optional(fence_at_)};
  }

 private:
  void line(std::string_view whole, std::size_t at) {
    const std::string_view text = trimmed(whole);
    const std::size_t offset = at + static_cast<std::size_t>(text.data() == nullptr ? 0 : text.data() - whole.data());
    if (!commented_ && takes_fence(text, offset)) {
      open_ = false;
    } else if (!fence_.empty()) {
      if (!text.empty()) lines_.push_back({MarkdownLine::Kind::code, 0, std::string(text), offset});
    } else if (commented_ || text.starts_with("<!--")) {
      commented_ = !text.ends_with("-->");
    } else if (text.empty()) {
      lines_.push_back({MarkdownLine::Kind::blank, 0, {}, offset});
      open_ = false;
    } else if (const std::size_t level = level_of_heading(text); level > 0) {
      add(MarkdownLine::Kind::heading, without_closing(text), level, offset);
      lines_.back().level = static_cast<int>(level);
      open_ = false;
    } else if (const std::size_t mark = mark_of_item(text); mark > 0) {
      add(MarkdownLine::Kind::item, text, mark, offset);
      open_ = true;
    } else if (open_ && whole.size() != text.size() && (whole.front() == ' ' || whole.front() == '\t')) {
      // Goes on with the item above it.
      lines_.back().text += " " + std::string(text);
    } else {
      add(MarkdownLine::Kind::text, text, 0, offset);
      open_ = false;
    }
  }

  // A fence of three marks or more begins; one of no fewer of the same, with nothing behind them, ends it.
  bool takes_fence(std::string_view text, std::size_t offset) {
    const std::string_view marks = marks_of_fence(text);
    if (marks.empty()) return false;
    if (fence_.empty()) {
      fence_ = marks;
      fence_at_ = offset;
      return true;
    }
    if (marks.front() != fence_.front() || marks.size() < fence_.size() || marks.size() != text.size()) return false;
    fence_ = {};
    return true;
  }

  void add(MarkdownLine::Kind kind, std::string_view text, std::size_t mark, std::size_t offset) {
    const std::string_view rest = trimmed(text.substr(mark));
    const std::size_t skipped = rest.empty() ? mark : static_cast<std::size_t>(rest.data() - text.data());
    lines_.push_back({kind, 0, std::string(rest), offset + skipped});
  }

  std::string_view text_;
  std::vector<MarkdownLine> lines_;
  std::string_view fence_;  // the marks of the one that is open; empty: none is
  std::size_t fence_at_ = 0;
  bool commented_ = false;
  bool open_ = false;  // the line before is of an item, which may go on
};

}  // namespace

Markdown read_markdown(std::string_view text) {
  return Reader(text).read();
}

std::vector<CodeSpan> code_spans(std::string_view line) {
  std::vector<CodeSpan> spans;
  for (std::size_t at = line.find('`'); at != std::string_view::npos; at = line.find('`', at)) {
    const std::size_t ticks = std::min(line.find_first_not_of('`', at), line.size()) - at;
    const std::size_t begin = at + ticks;
    const std::size_t end = line.find(std::string(ticks, '`'), begin);
    if (end == std::string_view::npos) break;
    spans.push_back({std::string(trimmed(line.substr(begin, end - begin))), begin});
    at = end + ticks;
  }
  return spans;
}

}  // namespace firedrill::oncall

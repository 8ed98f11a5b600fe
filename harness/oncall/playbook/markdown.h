// As much of Markdown as playbooks are written in: headings, items of lists, code between fences and backticks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::oncall {

struct MarkdownLine {
  enum class Kind { blank, heading, item, text, code };
  Kind kind = Kind::blank;
  int level = 0;           // of a heading: how many #
  std::string text{};      // without the marks of its kind; of an item with the lines that go on with it
  std::size_t offset = 0;  // of its text in the source
};

// What is between fences is `code`, line by line; the fences are left out. Comments of HTML are passed over.
struct Markdown {
  std::vector<MarkdownLine> lines{};
  std::optional<std::size_t> open_fence{};  // where the last one begins, if it is not closed
};
Markdown read_markdown(std::string_view text);

// The texts between backticks of a line, and where they begin in it.
struct CodeSpan {
  std::string text{};
  std::size_t offset = 0;
};
std::vector<CodeSpan> code_spans(std::string_view line);

}  // namespace firedrill::oncall

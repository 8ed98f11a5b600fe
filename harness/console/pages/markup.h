// Markup of the drill's pages. Text becomes markup in one place alone, html(), which makes every value harmless: what a
// label, an annotation, a log line or a person says is shown, and never obeyed.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/text/escape.h"
#include "base/text/format.h"

namespace firedrill::console::pages {

class Html;
// Of what has been made harmless already: charts of the report, which escape for themselves.
Html trusted(std::string markup);

class Html {
 public:
  Html() = default;
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  Html& operator+=(const Html& more) {
    text_ += more.text_;
    return *this;
  }
  friend Html operator+(Html left, const Html& right) { return left += right; }
  friend Html trusted(std::string markup);

 private:
  std::string text_;
};

namespace markup {
inline const std::string& harmless(const Html& value) {
  return value.text();
}
template <typename Number>
  requires std::is_arithmetic_v<Number>
std::string harmless(Number value) {
  return format("{}", value);
}
inline std::string harmless(std::string_view value) {
  return escape_markup(value);
}
Html fill(std::string_view layout, std::span<const std::string> values);
}  // namespace markup

// The layout with its {} replaced by the values, one after the other: markup as it is, everything else as text, which
// may stand between tags or within the quotes of an attribute, and nowhere else. As many values as there are {}.
template <typename... Values>
Html html(std::string_view layout, const Values&... values) {
  const std::array<std::string, sizeof...(Values)> texts{markup::harmless(values)...};
  return markup::fill(layout, texts);
}

// An address of ours: parts of a path and values of a query, as addresses write them.
using Query = std::vector<std::pair<std::string_view, std::string>>;
std::string address(std::string_view path, const Query& query = {});
// One segment of a path.
std::string segment(std::string_view text);

// A state in a sign, a word and a colour; `kind`: good | warn | bad | plain.
Html badge(std::string_view kind, std::string_view sign, std::string_view word);

// A panel of a page: a region with a heading.
Html panel(std::string_view id, std::string_view title, const Html& body, const Html& beside_title = {});

// A table in what scrolls sideways where it is too wide. `name` says to readers of the markup what is in it.
Html table(std::string_view name, std::span<const std::string_view> head, const std::vector<std::vector<Html>>& rows,
           std::string_view css = "");

// Markdown as playbooks have it: headings, lists, quotes, code, tables of lines, emphasis. Everything else is text.
// `command`: what stands behind a piece of code, where something can be done with it.
Html markdown(std::string_view text, const std::function<Html(std::string_view)>& command);

}  // namespace firedrill::console::pages

// The routing tree as a drawing: one line a route, indented below its parent, joined by lines.
#include <algorithm>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/utf8.h"
#include "notify/route/explain.h"
#include "template/format/unicode.h"

namespace firedrill::notify {
namespace {

constexpr int kRow = 26;
constexpr int kIndent = 24;
constexpr int kLetter = 8;  // of a monospaced face, roughly
constexpr std::size_t kMostLetters = 160;

// In one line, as text.
std::string escaped(std::string_view text) {
  return escape_markup(printable(text));
}

std::string cut(const std::string& text) {
  if (templates::rune_count(text) <= kMostLetters) return text;
  return std::string(templates::first_runes(text, kMostLetters)) + "…";
}

struct Row {
  int depth = 0;
  std::string takes;
  std::string receiver;
  std::size_t parent_row = 0;
};

void collect(const Configuration& configuration, std::size_t index, int depth, std::size_t parent_row,
             std::vector<Row>& rows) {
  const Route& route = configuration.routes[index];
  const std::size_t row = rows.size();
  rows.push_back(
      {depth, depth == 0 ? "what no route below takes" : cut(takes(route)), cut(route.receiver), parent_row});
  for (const std::size_t child : route.children) collect(configuration, child, depth + 1, row, rows);
}

int width_of(const Row& row) {
  const auto letters = static_cast<int>(templates::rune_count(row.takes) + templates::rune_count(row.receiver));
  return 40 + row.depth * kIndent + (letters + 4) * kLetter;
}

}  // namespace

std::string tree_svg(const Configuration& configuration) {
  std::vector<Row> rows;
  collect(configuration, 0, 0, 0, rows);
  int width = 200;
  for (const Row& row : rows) width = std::max(width, width_of(row));
  const int height = static_cast<int>(rows.size()) * kRow + 16;
  std::string svg = format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"monospace\" font-size=\"13\">\n<title>Routes of {2}</title>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
      width, height, escaped(configuration.file));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const int x = 16 + row.depth * kIndent;
    const int y = 24 + static_cast<int>(i) * kRow;
    if (row.depth > 0) {
      const int from = 24 + static_cast<int>(row.parent_row) * kRow + 6;
      svg +=
          format("<path d=\"M{} {}V{}H{}\" fill=\"none\" stroke=\"#9aa4b2\"/>\n", x - kIndent + 6, from, y - 4, x - 4);
    }
    svg += format(
        "<text x=\"{}\" y=\"{}\"><tspan fill=\"#1f2937\">{}</tspan><tspan fill=\"#6b7280\"> → </tspan>"
        "<tspan fill=\"#1d4ed8\" font-weight=\"bold\">{}</tspan></text>\n",
        x, y, escaped(row.takes), escaped(row.receiver));
  }
  return svg + "</svg>\n";
}

}  // namespace firedrill::notify

// One page without scripts or requests to anywhere, black on white on paper.
#include "base/text/format.h"
#include "reports/escape.h"
#include "reports/game_day/sheet.h"
#include "reports/html/sections.h"

namespace firedrill::reports::game_day {
namespace {

// Beside the reports' own: room to write in, and pages that break between rows.
constexpr std::string_view kStyle = R"(
.boxes { list-style: none; padding-left: 0; } .boxes li { margin: 5px 0 5px 26px; text-indent: -26px; }
.box { display: inline-block; width: 26px; text-indent: 0; }
ul, ol { margin: 6px 0; } li { margin: 3px 0; max-width: 82ch; overflow-wrap: break-word; }
td { overflow-wrap: break-word; } td:empty { min-width: 90px; height: 34px; }
@media print {
  @page { margin: 16mm 14mm; }
  .drill { background: none; border: 2px solid #000; color: #000; padding: 6px 10px; }
  h1 { font-size: 22px; } h2 { break-after: avoid; } li, tr, header { break-inside: avoid; }
  th, td, .lead, .quiet { color: #000; }
}
)";

std::string items_of(const Block& block) {
  std::string out;
  const std::string_view box =
      block.kind == Block::Kind::boxes ? "<span class=\"box\" aria-hidden=\"true\">☐</span>" : "";
  for (const std::string& item : block.items) out += format("<li>{}{}</li>", box, escape_markup(item));
  return out;
}

std::string table_of(const Block& block) {
  std::vector<std::string> head;
  for (const std::string& cell : block.head) head.push_back(escape_markup(cell));
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : block.rows) {
    auto& cells = rows.emplace_back();
    for (const std::string& cell : row) cells.push_back(escape_markup(cell));
  }
  return html::table(head, rows, "first-narrow");
}

std::string block_of(const Block& block) {
  switch (block.kind) {
    case Block::Kind::text:
      return format("<p>{}</p>", escape_markup(block.text));
    case Block::Kind::list:
      return format("<ul>{}</ul>", items_of(block));
    case Block::Kind::numbered:
      return format("<ol>{}</ol>", items_of(block));
    case Block::Kind::boxes:
      return format("<ul class=\"boxes\">{}</ul>", items_of(block));
    case Block::Kind::table:
      return table_of(block);
  }
  return {};
}

}  // namespace

std::string to_html(const Sheet& sheet) {
  std::string body;
  for (const Section& section : sheet.sections) {
    std::string blocks;
    for (const Block& block : section.blocks) blocks += block_of(block) + "\n";
    body += html::section(section.id, section.title, "", blocks);
  }
  return format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
      "content=\"light dark\">\n<title>{0}</title>\n<style>\n{1}{2}</style>\n</head>\n<body>\n"
      "<p class=\"drill\" role=\"note\"><strong>DRILL</strong> {3}</p>\n<main id=\"main\">\n"
      "<header class=\"verdict warn\"><h1>{0}</h1><p class=\"headline\">{4}</p></header>\n{5}</main>\n"
      "<footer>{6}</footer>\n</body>\n</html>\n",
      escape_markup(sheet.title), html::style(), kStyle, escape_markup(sheet.for_whom), escape_markup(sheet.lead), body,
      escape_markup(sheet.foot));
}

}  // namespace firedrill::reports::game_day

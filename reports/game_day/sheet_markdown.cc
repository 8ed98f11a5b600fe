#include "base/text/format.h"
#include "reports/escape.h"
#include "reports/game_day/sheet.h"

namespace firedrill::reports::game_day {
namespace {

std::string items_of(const Block& block) {
  std::string out;
  std::size_t number = 0;
  for (const std::string& item : block.items) {
    const std::string mark = block.kind == Block::Kind::boxes      ? "- [ ]"
                             : block.kind == Block::Kind::numbered ? format("{}.", ++number)
                                                                   : "-";
    out += format("{} {}\n", mark, escape_markdown(item));
  }
  return out;
}

std::string row_of(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += cell.empty() ? "  |" : format(" {} |", escape_markdown(cell));
  return out + "\n";
}

std::string table_of(const Block& block) {
  std::string out = row_of(block.head) + "|";
  for (std::size_t i = 0; i < block.head.size(); ++i) out += "---|";
  out += "\n";
  for (const auto& row : block.rows) out += row_of(row);
  return out;
}

std::string block_of(const Block& block) {
  if (block.kind == Block::Kind::text) return escape_markdown(block.text) + "\n";
  return block.kind == Block::Kind::table ? table_of(block) : items_of(block);
}

}  // namespace

std::string to_markdown(const Sheet& sheet) {
  std::string out = format("# {}\n\n**DRILL.** {}.\n\n{}\n", escape_markdown(sheet.title),
                           escape_markdown(sheet.for_whom), escape_markdown(sheet.lead));
  for (const Section& section : sheet.sections) {
    if (section.blocks.empty()) continue;
    out += format("\n## {}\n", escape_markdown(section.title));
    for (const Block& block : section.blocks) out += "\n" + block_of(block);
  }
  return out + format("\n{}\n", escape_markdown(sheet.foot));
}

}  // namespace firedrill::reports::game_day

// A sheet for people: headings, sentences, lists, boxes to tick and tables, without any markup. It is rendered as a
// page that prints well and as Markdown; whatever a scenario says is made harmless there.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::reports::game_day {

struct Block {
  enum class Kind {
    text,
    list,
    numbered,
    boxes,  // to tick
    table,
  };
  Kind kind = Kind::text;
  std::string text{};
  std::vector<std::string> items{};
  std::vector<std::string> head{};
  std::vector<std::vector<std::string>> rows{};  // as many cells as the head has; an empty cell is to be written into
};

inline Block text(std::string sentence) {
  return {.kind = Block::Kind::text, .text = std::move(sentence)};
}
inline Block list(std::vector<std::string> items) {
  return {.kind = Block::Kind::list, .items = std::move(items)};
}
inline Block numbered(std::vector<std::string> items) {
  return {.kind = Block::Kind::numbered, .items = std::move(items)};
}
inline Block boxes(std::vector<std::string> items) {
  return {.kind = Block::Kind::boxes, .items = std::move(items)};
}
inline Block table(std::vector<std::string> head, std::vector<std::vector<std::string>> rows) {
  return {.kind = Block::Kind::table, .head = std::move(head), .rows = std::move(rows)};
}

struct Section {
  std::string id;  // of the page's anchor
  std::string title;
  std::vector<Block> blocks{};  // a section without any is left out
};

struct Sheet {
  std::string title;
  std::string for_whom;  // the stripe above all: "For the facilitator alone"
  std::string lead;
  std::vector<Section> sections;
  std::string foot;
};

std::string to_html(const Sheet& sheet);
std::string to_markdown(const Sheet& sheet);

}  // namespace firedrill::reports::game_day

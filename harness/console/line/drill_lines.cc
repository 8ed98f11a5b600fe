#include "console/line/drill_lines.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/duration.h"
#include "base/text/format.h"
#include "console/own_steps.h"

namespace firedrill::console {

std::optional<Duration> waiting_time(std::string_view rest, bool for_news) {
  constexpr Duration kUsual = std::chrono::hours(24);
  if (rest.empty() && for_news) return kUsual;
  const auto given = parse_duration(rest);
  return given && *given > Duration(0) ? std::optional(*given) : std::nullopt;
}

std::optional<Answer> refused_behind_own_word(std::string_view line) {
  constexpr std::array<std::string_view, 8> kWords{"guide", "pause", "paused", "real", "x10", "×10", "x60", "×60"};
  std::string_view rest = line;
  const std::string_view word = take_word(rest);
  if (rest.empty() || std::ranges::find(kWords, word) == kWords.end()) return std::nullopt;
  return refused(format("`{}` takes nothing behind it", word), format("say `{}`", word));
}

std::string told_of_end(std::string_view line, bool over) {
  const std::string_view word = take_word(line);
  return over && (word == "next" || word == "wait") ? "its time is up: the drill is over\n" : "";
}

Answer hint(Book& book, const Drill& drill) {
  if (book.hints >= drill.hints.size()) return refused("there are no further hints", "");
  const Hint& next = drill.hints[book.hints++];
  book.hint_price += next.price;
  json::object data;
  data["hint"] = next.text;
  data["price"] = next.price;
  return said(format("{} ({} points)\n", next.text, next.price), std::move(data));
}

Answer list_steps(std::span<const Step> steps) {
  std::string text;
  json::array list;
  for (const auto& [number, first, step] : own_steps(steps)) {
    text += format("{:3} {} {}{}\n", number, format_clock(step.at), step.line, step.ok ? "" : "  (refused)");
    json::object one;
    one["step"] = number;
    one["at"] = format_instant(step.at);
    one["line"] = step.line;
    one["ok"] = step.ok;
    list.push_back(std::move(one));
  }
  json::object data;
  data["steps"] = std::move(list);
  return said(text.empty() ? "nothing was done yet\n" : std::move(text), std::move(data));
}

}  // namespace firedrill::console

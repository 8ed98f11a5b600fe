#include "console/line/drill_lines.h"

#include <charconv>
#include <string>
#include <utility>

#include "base/duration.h"
#include "base/text/format.h"

namespace firedrill::console {

std::optional<Duration> clock_of(std::string_view text) {
  Duration out{};
  Duration unit = std::chrono::hours(1);
  int parts = 0;
  for (; parts < 3; ++parts) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0 || number > (parts == 0 ? 23 : 59)) return std::nullopt;
    out += unit * number;
    unit /= 60;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return parts > 0 ? std::optional(out) : std::nullopt;
    if (!text.starts_with(':')) return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

std::optional<Duration> waiting_time(std::string_view rest, bool for_news) {
  constexpr Duration kUsual = std::chrono::hours(24);
  if (rest.empty() && for_news) return kUsual;
  const auto given = parse_duration(rest);
  return given && *given > Duration(0) ? std::optional(*given) : std::nullopt;
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
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (!step.by.empty()) continue;  // what whoever runs the drill does is not the trainee's to know
    text += format("{:3} {} {}{}\n", i + 1, format_clock(step.at), step.line, step.ok ? "" : "  (refused)");
    json::object one;
    one["step"] = i + 1;
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
